import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from './figure.ts';

const SNAPSHOT = join(import.meta.dirname, '../../contracts/snapshots/submit.json');
const ONE_BATCH_GOAL = 420_000;
const FURTHER_BATCH_GOAL = 120_000;

/**
 * Gas of `submit` (whole transactions, data words included, 4 trades a batch, a new report), as `forge test` measured
 * and recorded it.
 */
export async function benchGas(): Promise<Figure[]> {
  const recorded: unknown = JSON.parse(await readFile(SNAPSHOT, 'utf8'));
  const one = gasOf(recorded, 'batches-1');
  return [
    figure('submit of one batch', one, ONE_BATCH_GOAL),
    figure(
      'submit of one batch with two L1 ops and a withdrawal',
      gasOf(recorded, 'batches-1-with-ops'),
      ONE_BATCH_GOAL,
    ),
    figure('second batch of a submit', gasOf(recorded, 'batches-2') - one, FURTHER_BATCH_GOAL),
    figure('further batch of a submit, mean of four', (gasOf(recorded, 'batches-4') - one) / 3, FURTHER_BATCH_GOAL),
  ];
}

const figure = (name: string, value: number, goal: number): Figure => ({
  name,
  value: Math.round(value),
  unit: 'gas',
  goal: `at most ${goal}`,
  better: 'lower',
});

function gasOf(recorded: unknown, name: string): number {
  const value = Number((recorded as Readonly<Record<string, string>>)[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`contracts/snapshots/submit.json has no gas for ${name}. Run contracts/forge.ts test.`);
}
