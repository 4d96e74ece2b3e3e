import { afterAll, describe, expect, test } from 'vitest';
import { loadCore } from '../../../prover/native/core.ts';
import { LyingFuzzer } from './LyingFuzzer.ts';

const RUNS = 50;
const SEED = Number(process.env.SEED ?? 20261125);

describe.skipIf(loadCore() === undefined)('random batches and lies', () => {
  let fuzzer: LyingFuzzer | undefined;
  afterAll(() => fuzzer?.close());

  test(`core and circuit agree in ${RUNS} runs, seed ${SEED}`, { timeout: 300_000 }, async () => {
    fuzzer = await LyingFuzzer.create(SEED);
    for (let run = 0; run < RUNS; run++) await fuzzer.run();
    const { acceptedByBoth, refusedByBoth, liesRefused } = fuzzer.tally;
    // Each kind of judgement was made: a generator that has gone blind agrees with everything.
    expect(acceptedByBoth).toBeGreaterThan(0);
    expect(refusedByBoth).toBeGreaterThan(0);
    expect(liesRefused).toBeGreaterThan(0);
  });
});
