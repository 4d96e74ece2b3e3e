import { Listr } from 'listr2';
import type { ProgressListener } from '../../prover/artifacts/artifactStore.ts';

const BAR_CELLS = 24;

const bar = (fraction: number): string => {
  const done = Math.round(fraction * BAR_CELLS);
  return `[${'#'.repeat(done)}${'.'.repeat(BAR_CELLS - done)}] ${Math.round(fraction * 100)}%`;
};

/** Runs a long step under a spinner with a bar; where the output is no terminal, in plain lines. */
export function showStep<T>(title: string, run: (onProgress: ProgressListener) => Promise<T>): Promise<T> {
  return process.stdout.isTTY ? showBar(title, run) : printLines(title, run);
}

async function showBar<T>(title: string, run: (onProgress: ProgressListener) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  const listr = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          result = {
            value: await run(({ fraction, step }) => {
              task.title = fraction === undefined ? `${title}: ${step}` : `${title}: ${step} ${bar(fraction)}`;
            }),
          };
          task.title = title;
        },
      },
    ],
    { renderer: 'default', registerSignalListeners: false },
  );
  await listr.run();
  if (result === undefined) throw new Error(`assertion: "${title}" ended without a result`);
  return result.value;
}

async function printLines<T>(title: string, run: (onProgress: ProgressListener) => Promise<T>): Promise<T> {
  console.log(`${title} ...`);
  let said = '';
  const result = await run(({ fraction, step }) => {
    const quarter = fraction === undefined ? '' : ` ${Math.floor(fraction * 4) * 25}%`;
    if (`${step}${quarter}` === said) return;
    said = `${step}${quarter}`;
    console.log(`  ${said}`);
  });
  console.log(`${title}: ready`);
  return result;
}
