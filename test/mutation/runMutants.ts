import { judgeAll, type Report } from './judgeAll.ts';
import type { Equivalent, Mutant } from './Mutant.ts';

export interface Run {
  readonly worker: URL;
  readonly workers: number;
  readonly mutants: readonly Mutant[];
  /** Folder of the sources, as it is printed. */
  readonly folder: string;
  readonly equivalent: readonly Equivalent[];
  readonly seed: number;
}

/** Of those that compile. Whatever is neither equivalent nor a survivor was caught. */
export interface Score {
  readonly survivors: number;
  readonly counted: number;
  readonly percent: number;
}

const place = (folder: string, { file, line, template }: Mutant): string => `${folder}/${file}:${line} ${template}`;
const change = ({ before, after }: Mutant): string => `    - ${before}\n    + ${after || '(nothing)'}`;

/** Judges the mutants, saying what becomes of each, and prints the score and the survivors. */
export const runMutants = async (run: Run): Promise<Score> => {
  const { mutants, folder } = run;
  const start = performance.now();
  const reports: (Report | undefined)[] = [];
  let done = 0;
  await judgeAll(run.worker, mutants, run.workers, (report) => {
    reports[report.number] = report;
    const mutant = mutants[report.number];
    if (mutant === undefined) return;
    const { kind, by } = report.outcome;
    const seconds = (report.milliseconds / 1000).toFixed(1);
    console.log(
      `${++done}/${mutants.length} ${place(folder, mutant)}, ${mutant.operator}: ${kind}${by && ` (${by.split('\n')[0]})`}, ${seconds} s`,
    );
    if (kind === 'survives') console.log(change(mutant));
  });
  return summary(run, reports, performance.now() - start);
};

const summary = (
  { mutants, folder, equivalent: list, seed }: Run,
  reports: readonly (Report | undefined)[],
  milliseconds: number,
): Score => {
  const reasonOf = (mutant: Mutant): string | undefined =>
    list.find(
      ({ template, before, after }) =>
        template === mutant.template && before === mutant.before && after === mutant.after,
    )?.because;
  const judged = mutants.map((mutant, i) => ({ mutant, kind: reports[i]?.outcome.kind ?? 'survives' }));
  const valid = judged.filter(({ kind }) => kind !== 'does not compile');
  const alive = valid.filter(({ kind }) => kind === 'survives').map(({ mutant }) => mutant);
  const equivalent = alive.filter((mutant) => reasonOf(mutant) !== undefined);
  const survivors = alive.filter((mutant) => reasonOf(mutant) === undefined);
  const seconds = Math.round(milliseconds / 1000);
  const each = (milliseconds / 1000 / Math.max(1, mutants.length)).toFixed(1);
  console.log(`\nseed ${seed}, ${seconds} s, ${each} s a mutant, ${valid.length} mutants that compile`);
  const kinds = new Set(valid.map(({ kind }) => kind).filter((kind) => kind !== 'survives'));
  for (const kind of kinds) console.log(`  ${kind}: ${valid.filter((one) => one.kind === kind).length}`);
  console.log(`  equivalent: ${equivalent.length}`);
  for (const mutant of equivalent) console.log(`    ${place(folder, mutant)}: ${reasonOf(mutant)}`);
  console.log(`  survivors: ${survivors.length}`);
  for (const mutant of survivors) console.log(`  ${place(folder, mutant)}, ${mutant.operator}\n${change(mutant)}`);
  const counted = valid.length - equivalent.length;
  const caught = counted - survivors.length;
  const percent = (100 * caught) / Math.max(1, counted);
  console.log(`\nscore ${percent.toFixed(1)}%: ${caught} of ${counted} caught`);
  return { survivors: survivors.length, counted, percent };
};
