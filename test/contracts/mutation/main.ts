import { join } from 'node:path';
import { Command } from 'commander';
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
const values = new Command('npm run mutate:contracts --')
  .description('Changes the contracts one place at a time and asks the Solidity tests to notice.')
  .option('--seed <number>', 'which mutants are picked', process.env.SEED ?? '20261125')
  .option('--count <number>', 'about how many', '150')
  .option('--workers <number>', 'processes at a time', '2')
  .option('--operator <text>', 'only operators that contain this', '')
  .option('--file <text>', 'only files that contain this', '')
  .option('--all', 'every mutant there is', false)
  .parse()
  .opts<{ seed: string; count: string; workers: string; operator: string; file: string; all: boolean }>();

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
