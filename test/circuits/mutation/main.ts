import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { CIRCUITS } from '../lying/LyingCircuit.ts';
import { equivalenceOf } from './equivalent.ts';
import type { Mutant } from './Mutant.ts';
import { makeMutants } from './makeMutants.ts';
import { pickMutants } from './pickMutants.ts';
import type { Report } from './worker.ts';

/**
 * `npm run mutate:circuits`: changes the circuits' sources one place at a time and asks the must-fail and accept cases to notice.
 * Options: --seed, --count (about how many), --workers, --operator and --file (only those that contain the text), --all.
 * Ends with 1 unless every mutant is caught or argued to be equivalent (equivalent.ts).
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: process.env.SEED ?? '20261125' },
    count: { type: 'string', default: '170' },
    workers: { type: 'string', default: '2' },
    operator: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    all: { type: 'boolean', default: false },
  },
});

const WORKER = new URL('./worker.ts', import.meta.url);
const CAUGHT: ReadonlySet<string> = new Set(['accepts a lie', 'refuses honesty', 'refuses otherwise']);

const judgeAll = (mutants: readonly Mutant[], workers: number, onReport: (report: Report) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    let next = 0;
    let running = workers;
    for (let i = 0; i < workers; i++) {
      const child = fork(WORKER, { execArgv: ['--no-warnings', '--max-old-space-size=4096'] });
      const feed = (): void => {
        const number = next++;
        const mutant = mutants[number];
        if (mutant === undefined) child.disconnect();
        else child.send({ number, mutant });
      };
      child.on('message', (message: Report | 'ready') => {
        if (message !== 'ready') onReport(message);
        feed();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (code !== 0) reject(new Error(`a worker ended with ${code}`));
        running--;
        if (running === 0) resolve();
      });
    }
  });

const place = ({ file, line, template }: Mutant): string => `circuits/${file}:${line} ${template}`;
const change = ({ before, after }: Mutant): string => `    - ${before}\n    + ${after || '(nothing)'}`;

const run = async (): Promise<number> => {
  const start = performance.now();
  const seed = Number(values.seed);
  const found = (await makeMutants(CIRCUITS)).filter(
    ({ operator, file }) => operator.includes(values.operator) && file.includes(values.file),
  );
  const mutants = values.all ? found : pickMutants(found, Number(values.count), seed);
  console.log(`${mutants.length} of ${found.length} mutants, seed ${seed}`);
  const reports: (Report | undefined)[] = [];
  let done = 0;
  await judgeAll(mutants, Number(values.workers), (report) => {
    reports[report.number] = report;
    const mutant = mutants[report.number];
    if (mutant === undefined) return;
    const { kind, by } = report.outcome;
    console.log(
      `${++done}/${mutants.length} ${place(mutant)}, ${mutant.operator}: ${kind}${by && ` (${by.split('\n')[0]})`}`,
    );
  });
  return summary(mutants, reports, performance.now() - start, seed);
};

const summary = (
  mutants: readonly Mutant[],
  reports: readonly (Report | undefined)[],
  milliseconds: number,
  seed: number,
): number => {
  const judged = mutants.map((mutant, i) => ({ mutant, kind: reports[i]?.outcome.kind ?? 'survives' }));
  const valid = judged.filter(({ kind }) => kind !== 'does not compile');
  const equivalent = valid.filter(({ mutant, kind }) => kind === 'survives' && equivalenceOf(mutant) !== undefined);
  const survivors = valid.filter(({ mutant, kind }) => kind === 'survives' && equivalenceOf(mutant) === undefined);
  console.log(`\nseed ${seed}, ${Math.round(milliseconds / 1000)} s, ${valid.length} mutants that compile`);
  for (const kind of CAUGHT) console.log(`  ${kind}: ${valid.filter((one) => one.kind === kind).length}`);
  console.log(`  equivalent: ${equivalent.length}`);
  for (const { mutant } of equivalent) console.log(`    ${place(mutant)}: ${equivalenceOf(mutant)?.because}`);
  console.log(`  survivors: ${survivors.length}`);
  for (const { mutant } of survivors) console.log(`  ${place(mutant)}, ${mutant.operator}\n${change(mutant)}`);
  const counted = valid.length - equivalent.length;
  const caught = counted - survivors.length;
  console.log(`\nscore ${((100 * caught) / Math.max(1, counted)).toFixed(1)}%: ${caught} of ${counted} caught`);
  return survivors.length === 0 && counted > 0 ? 0 : 1;
};

process.exitCode = await run();
