import { describe, expect, it } from 'vitest';
import { loadCore } from './core.ts';
import { NativeError } from './NativeError.ts';
import { runJob } from './runJob.ts';

const core = loadCore();

describe.skipIf(core === undefined)('runJob', () => {
  if (core === undefined) return;
  const ENDLESS = 2 ** 40;

  it('resolves with the result, whatever the number of threads', async () => {
    const sums = [0, 1, 2, 5].map((threads) => runJob(() => core.selfTest(1_000_000, threads)));
    expect(await Promise.all(sums)).toEqual([999_999, 999_999, 999_999, 999_999]);
  });

  it('runs more jobs than there are threads', async () => {
    const jobs = Array.from({ length: 100 }, (_, index) => runJob(() => core.selfTest(3 * index, 2)));
    expect(await Promise.all(jobs)).toEqual(Array.from({ length: 100 }, (_, index) => 3 * index));
  });

  it('reports progress in order while the event loop runs', async () => {
    const fractions: number[] = [];
    let turns = 0;
    const count = (): void => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    const onProgress = (fraction: number, stage: string): void => {
      expect(stage).toBe('count');
      fractions.push(fraction);
    };
    await runJob((report) => core.selfTest(3_000_000, 1, report), { onProgress });
    clearImmediate(timer);
    expect(fractions.length).toBeGreaterThan(0);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(turns).toBeGreaterThan(1);
  });

  it('stops a running job when its signal is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer needed');
    const onProgress = (): void => controller.abort(reason);
    const job = runJob((report) => core.selfTest(ENDLESS, 2, report), { signal: controller.signal, onProgress });
    await expect(job).rejects.toMatchObject({ name: 'NativeError', code: 'PROVER_ABORTED', cause: reason });
  });

  it('stops jobs that wait behind others', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const jobs = Array.from({ length: 40 }, () => runJob(() => core.selfTest(ENDLESS, 1), { signal }));
    controller.abort();
    const settled = await Promise.allSettled(jobs);
    const codes = settled.map((job) => (job.status === 'rejected' ? (job.reason as NativeError).code : 'fulfilled'));
    expect(codes).toEqual(Array.from({ length: 40 }, () => 'PROVER_ABORTED'));
  });

  it('starts nothing for a signal that is aborted already', async () => {
    let started = false;
    const start = (): never => {
      started = true;
      throw new Error('started');
    };
    await expect(runJob(start, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'PROVER_ABORTED' });
    expect(started).toBe(false);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    await runJob(() => core.selfTest(30, 1), { signal });
    expect(listeners).toBe(0);
  });

  it('cancels and rejects with what onProgress throws', async () => {
    const thrown = new RangeError('from the callback');
    const onProgress = (): void => {
      throw thrown;
    };
    await expect(runJob((report) => core.selfTest(ENDLESS, 2, report), { onProgress })).rejects.toBe(thrown);
  });

  it('may be cancelled after its end', async () => {
    const job = core.selfTest(3, 1);
    expect(await job.promise).toBe(3);
    job.cancel();
    job.cancel();
  });

  const wrong: readonly (readonly [string, () => unknown])[] = [
    ['a negative count', () => core.selfTest(-1, 1)],
    ['a fraction', () => core.selfTest(1.5, 1)],
    ['too many steps', () => core.selfTest(2 ** 41, 1)],
    ['no number', () => core.selfTest(Number.NaN, 1)],
    ['too many threads', () => core.selfTest(1, 257)],
    ['an empty path', () => core.inspectR1cs('')],
    ['a path with a zero byte', () => core.inspectR1cs('a\0b')],
    ['an array of another kind', () => core.inspectWtns(new Uint16Array(4) as unknown as Uint8Array)],
    ['values of 31 bytes', () => core.encodeWtns(new Uint8Array(31))],
  ];
  it.each(wrong)('rejects %s', async (_, call) => {
    const failure = runJob(() => call() as never);
    await expect(failure).rejects.toBeInstanceOf(NativeError);
    await expect(failure).rejects.toMatchObject({ code: 'CORE_ARGUMENT_INVALID' });
  });
});
