import { registerHooks } from 'node:module';
import { Command } from 'commander';
import { wholeNumber } from '../wholeNumber.ts';
import { hooksOf, PLANTS } from './plants.ts';
import type { Outcome } from './simulate.ts';
import { FAULT_KINDS, type FaultKind } from './world/faultKinds.ts';

/** `npm run simulate -- --seed 1 --seeds 100 --steps 10000`: ends with 1 where a world broke, with the seed and a smaller repeat. */
const values = new Command('npm run simulate --')
  .description(
    'Worlds from seeds, with the exchange in them and faults of all kinds. Ends with 1 where one broke its promises.',
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .option('--seed <number>', 'of the first world', '1')
  .option('--seeds <number>', 'how many worlds', '1')
  .option('--steps <number>', 'of each', '10000')
  .option('--faults <list>', `these kinds only, or none: ${FAULT_KINDS.join(', ')}`)
  .option('--plant <name>', `with a defect, to see it found: ${PLANTS.map(({ name }) => name).join(', ')}`)
  .option('--no-shrink', 'do not look for a smaller world that fails too')
  .parse()
  .opts<{ seed: string; seeds: string; steps: string; faults?: string; plant?: string; shrink: boolean }>();

const refuse = (message: string): never => {
  console.error(message);
  process.exit(2);
};

const isFault = (name: string): name is FaultKind => (FAULT_KINDS as readonly string[]).includes(name);

const kindsIn = (text: string): FaultKind[] => {
  const names = text.split(',').filter((name) => name !== '' && name !== 'none');
  const unknown = names.filter((name) => !isFault(name));
  if (unknown.length > 0) refuse(`--faults: there is no ${unknown.join(', ')}; there are ${FAULT_KINDS.join(', ')}.`);
  return names.filter(isFault);
};

const first = wholeNumber('seed', values.seed, 0);
const count = wholeNumber('seeds', values.seeds, 1);
const steps = wholeNumber('steps', values.steps, 1);
const kinds = values.faults === undefined ? undefined : kindsIn(values.faults);

if (values.plant !== undefined) {
  const plant = PLANTS.find(({ name }) => name === values.plant);
  if (plant === undefined)
    refuse(`--plant: there is no ${values.plant}; there are ${PLANTS.map(({ name }) => name).join(', ')}.`);
  else registerHooks(hooksOf(plant));
}
// Only now: what a plant changes must not be loaded before.
const { simulate } = await import('./simulate.ts');
const { shrink } = await import('./shrink.ts');

const show = ({ counts, livedSec, plan, steps: run }: Outcome, what: string): void => {
  const numbers = Object.entries(counts)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${name} ${value}`);
  console.log(`seed ${plan.seed}: ${what}, ${run} steps, ${livedSec} s of the world; ${numbers.join(', ')}`);
};

const command = ({ kinds: chosen, plan }: Outcome): string =>
  `npm run simulate -- --seed ${plan.seed} --steps ${plan.steps} --faults ${chosen.join() || 'none'}`;

const startedMs = performance.now();
let failures = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const outcome = await simulate({ seed, steps, ...(kinds === undefined ? {} : { kinds }) });
  if (outcome.failure === null) {
    show(outcome, 'all held');
    continue;
  }
  failures += 1;
  show(outcome, 'FAILED');
  console.log(outcome.failure.message);
  console.log(`again: ${command(outcome)}`);
  // A planted bug is found once.
  if (values.plant !== undefined) break;
  if (!values.shrink) continue;
  const small = await shrink(outcome);
  console.log(`smaller: ${command(small)}\n${small.failure?.message}`);
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
console.log(`${count} seeds of ${steps} steps in ${seconds} s: ${failures === 0 ? 'all held' : `${failures} failed`}`);
process.exitCode = failures === 0 ? 0 : 1;
