import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pickMutants } from '../../mutation/pickMutants.ts';
import { runMutants } from '../../mutation/runMutants.ts';
import { wholeNumber } from '../../wholeNumber.ts';
import { SHARES } from './ContractMutant.ts';
import { EQUIVALENT } from './equivalent.ts';
import { makeMutants } from './makeMutants.ts';

/**
 * `npm run mutate:contracts`: changes the contracts' sources one place at a time and asks the Solidity tests to notice.
 * Options: --seed, --count (about how many), --workers, --operator and --file (only those that contain the text), --all.
 * Ends with 1 if fewer than GOAL_PERCENT are caught, those argued to be equivalent (equivalent.ts) left out.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: process.env.SEED ?? '20261125' },
    count: { type: 'string', default: '150' },
    workers: { type: 'string', default: '2' },
    operator: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    all: { type: 'boolean', default: false },
  },
});

const GOAL_PERCENT = 95;
const SOURCES = join(import.meta.dirname, '..', '..', '..', 'contracts', 'src');

const run = async (): Promise<number> => {
  const seed = wholeNumber('seed', values.seed, 0);
  const count = wholeNumber('count', values.count, 1);
  const workers = wholeNumber('workers', values.workers, 1);
  const found = (await makeMutants(SOURCES)).filter(
    ({ operator, file }) => operator.includes(values.operator) && file.includes(values.file),
  );
  const mutants = values.all ? found : pickMutants(found, SHARES, count, seed).slice(0, count);
  console.log(`${mutants.length} of ${found.length} mutants, seed ${seed}`);
  const { counted, percent } = await runMutants({
    worker: new URL('./worker.ts', import.meta.url),
    workers,
    mutants,
    folder: 'contracts/src',
    equivalent: EQUIVALENT,
    seed,
  });
  return counted > 0 && percent >= GOAL_PERCENT ? 0 : 1;
};

process.exitCode = await run();
