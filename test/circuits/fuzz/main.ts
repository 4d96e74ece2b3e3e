import { Command } from 'commander';
import { wholeNumber } from '../../wholeNumber.ts';
import { LyingFuzzer } from './LyingFuzzer.ts';

/** `npm run fuzz:circuits -- --runs 10000 --seed 1`: ends with 1 at the first disagreement of core and circuit. */
const values = new Command('npm run fuzz:circuits --')
  .description('Random lies to core and circuit, which must agree on each. Ends with 1 at the first disagreement.')
  .option('--runs <number>', 'how many', '1000')
  .option('--seed <number>', 'of the lies', process.env.SEED ?? '1')
  .parse()
  .opts<{ runs: string; seed: string }>();

const REPORT_EVERY = 500;
const runs = wholeNumber('runs', values.runs, 1);
const seed = wholeNumber('seed', values.seed, 0);
console.log(`${runs} runs, seed ${seed}`);
const fuzzer = await LyingFuzzer.create(seed);
const start = performance.now();
for (let run = 1; run <= runs; run++) {
  try {
    await fuzzer.run();
  } catch (error) {
    console.log(`run ${run} of seed ${seed}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
    break;
  }
  if (run % REPORT_EVERY === 0) console.log(`${run}: ${JSON.stringify(fuzzer.tally)}`);
}
console.log(`${JSON.stringify(fuzzer.tally)}, ${Math.round((performance.now() - start) / 1000)} s`);
fuzzer.close();
