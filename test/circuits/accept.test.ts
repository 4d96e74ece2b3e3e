import { beforeAll, describe, expect, test } from 'vitest';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_SHAPE, TEST_SHAPE } from '../../node/core/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { buildWitnessInput } from '../../prover/witness/buildInput.ts';
import { CircuitUnderTest } from './CircuitUnderTest.ts';
import { type BatchSpec, deposit, liquidation, opening, openingOf, trading } from './fixtures.ts';

let hasher: Hasher;
let circuit: CircuitUnderTest;

beforeAll(async () => {
  hasher = await createCircomHasher();
  circuit = await CircuitUnderTest.build(TEST_SHAPE);
});

describe('the test shape accepts every kind of row', () => {
  const batches: [string, () => BatchSpec][] = [
    ['trades, a settlement, a deposit, a withdrawal', trading],
    ['a liquidation and a shaved forced withdrawal', liquidation],
    ['an opening, a key change, a trade that only reduces risk', opening],
    ['a deposit and unused rows of all kinds', deposit],
  ];
  test.each(batches)('%s', async (_, spec) => {
    const { input } = buildWitnessInput(hasher, openingOf(hasher, spec()), 15, TEST_SHAPE);
    expect(await circuit.accepts(input)).toBe(true);
    // The liar, told the truth, is believed: what it is refused for below is the lie.
    expect(await circuit.judge(input)).toEqual({ accepted: true, violated: [], identities: [] });
  });
});

test('core and circuit agree on commitment and roots', async () => {
  const { input, publicSignals, dataCommit } = buildWitnessInput(hasher, openingOf(hasher, trading()), 15, TEST_SHAPE);
  const names = [
    'main.rootBefore.out',
    'main.rootAfter.out',
    'main.tableHash.out',
    'main.commit.out',
    'main.horner.out',
  ];
  const [rootBefore, rootAfter, tableHash, commit, value] = await circuit.signals(input, names);
  expect([rootBefore, rootAfter, tableHash, commit, value]).toEqual([0, 1, 3, 4, 6].map((i) => publicSignals[i]));
  expect(commit).toBe(dataCommit);
});

test('the development shape accepts a batch', async () => {
  const development = await CircuitUnderTest.build(DEVELOPMENT_SHAPE);
  const { input } = buildWitnessInput(hasher, openingOf(hasher, trading()), 15, DEVELOPMENT_SHAPE);
  expect(await development.accepts(input)).toBe(true);
});
