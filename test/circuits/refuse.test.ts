import { beforeAll, describe, expect, test } from 'vitest';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { buildFromOpening } from '../../prover/witness/buildInput.ts';
import { CircuitUnderTest } from './CircuitUnderTest.ts';
import { openingOf } from './fixtures.ts';
import { LIES } from './lies.ts';

let hasher: Hasher;
let circuit: CircuitUnderTest;

beforeAll(async () => {
  hasher = await createCircomHasher();
  circuit = await CircuitUnderTest.build(TEST_SHAPE);
});

/** Components that add to the identities: the compiler merges an identity into the constraint of one of its terms. */
const TERMS = /^main$|^main\.\w+Contributions\b/;

describe('the R1CS refuses', () => {
  test.each(LIES)('$name', async ({ spec, input = (same) => same, publish, signals, identities = [], at = [] }) => {
    const built = buildFromOpening(hasher, openingOf(hasher, spec), 15, TEST_SHAPE);
    const lied = await input(built.input, (known, names) => circuit.signals(known, names));
    const verdict = await circuit.judge(lied, publish && ((mine) => publish(mine, built)), signals);
    expect(verdict.accepted).toBe(false);
    expect(verdict.violated).not.toEqual([]);
    expect(new Set(verdict.identities)).toEqual(new Set(identities));
    for (const pattern of at) expect(verdict.violated.join('\n')).toMatch(new RegExp(pattern.source, 'm'));
    const unexplained = verdict.violated.filter(
      (name) => !at.some((pattern) => pattern.test(name)) && !(identities.length > 0 && TERMS.test(name)),
    );
    expect(unexplained).toEqual([]);
  });
});
