import { registerHooks } from 'node:module';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../wholeNumber.ts';
import { hooksOf, PLANTS } from './plants.ts';
import type { Outcome } from './simulate.ts';
import { FAULT_KINDS, type FaultKind } from './world/faultKinds.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    steps: { type: 'string', default: '10000' },
    faults: { type: 'string' },
    plant: { type: 'string' },
    shrink: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

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
