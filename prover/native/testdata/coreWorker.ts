// A worker thread of core.test.ts: {mode: 'sum'} posts a job's result, {mode: 'endless'} posts when its job runs,
// {mode: 'busy'} does one short job after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { loadCore } from '../core.ts';
import { runJob } from '../runJob.ts';

const core = loadCore();
if (core === undefined) throw new Error('no native core');
if (workerData.mode === 'sum') {
  parentPort?.postMessage(await runJob((onProgress) => core.selfTest(workerData.steps, 2, onProgress)));
} else if (workerData.mode === 'busy') {
  const oneAfterTheOther = async (): Promise<never> => {
    for (;;) await runJob((onProgress) => core.selfTest(1000, 2, onProgress), { onProgress: () => undefined });
  };
  const jobs = Array.from({ length: 4 }, oneAfterTheOther);
  parentPort?.postMessage('running');
  await Promise.all(jobs);
} else {
  const onProgress = (): void => parentPort?.postMessage('running');
  // Ends when the thread does, or never.
  await runJob((report) => core.selfTest(2 ** 40, 2, report), { onProgress });
}
