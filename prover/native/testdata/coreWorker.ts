// A worker thread of core.test.ts: {mode: 'sum'} posts a job's result, {mode: 'endless'} posts when its job runs.
import { parentPort, workerData } from 'node:worker_threads';
import { loadCore } from '../core.ts';
import { runJob } from '../runJob.ts';

const core = loadCore();
if (core === undefined) throw new Error('no native core');
if (workerData.mode === 'sum') {
  parentPort?.postMessage(await runJob((onProgress) => core.selfTest(workerData.steps, 2, onProgress)));
} else {
  const onProgress = (): void => parentPort?.postMessage('running');
  // Ends when the thread does, or never.
  await runJob((report) => core.selfTest(2 ** 40, 2, report), { onProgress });
}
