import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/presets.ts';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import { loadCore } from '../../prover/native/core.ts';
import { buildFromOpening } from '../../prover/witness/buildInput.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import { BOUNDS } from './bounds.ts';
import { componentOf, IDENTITIES } from './CircuitUnderTest.ts';
import { openingOf } from './fixtures.ts';
import type { Ask, Lie } from './Lie.ts';
import { LyingCircuit } from './lying/LyingCircuit.ts';

const { hasher } = await createCryptography();

/** Components that add to an identity, or hold it. */
const TERMS = /^main$|^main\.(\w+Arguments|\w+Postings?)\[/;

describe.skipIf(loadCore() === undefined)('each exact bound', () => {
  let circuit: LyingCircuit;
  beforeAll(async () => {
    circuit = await LyingCircuit.build(TEST_SHAPE);
  });
  afterAll(() => circuit.close());

  /** The witness as a prover would make it, public signals in agreement. */
  const inputOf = async ({ spec, input = (same) => same }: Pick<Lie, 'spec' | 'input'>): Promise<CircuitInput> => {
    const built = buildFromOpening(hasher, openingOf(hasher, spec), DEVELOPMENT_PRESET.columns, TEST_SHAPE);
    const ask: Ask = (known, names) => circuit.values(known, [], names);
    return circuit.reconciled(await input(built.input, ask));
  };

  test.each(BOUNDS)('$name', async ({ on, beyond }) => {
    expect(await circuit.refusal(await inputOf(on))).toBeUndefined();
    const { identities = [], at = [] } = beyond;
    const witness = await circuit.witness(await inputOf(beyond));
    const violated = circuit.system.violations(witness).map(({ wires }) => componentOf(circuit.namesOf(wires)));
    expect(violated).not.toEqual([]);
    const broken = IDENTITIES.filter((_, i) => witness.at(circuit.names.number(`main.identity[${i}]`)) !== 0n);
    expect([...broken].sort()).toEqual([...identities].sort());
    for (const pattern of at) expect(violated.join('\n')).toMatch(new RegExp(pattern.source, 'm'));
    const unexplained = violated.filter(
      (name) => !at.some((pattern) => pattern.test(name)) && !(identities.length > 0 && TERMS.test(name)),
    );
    expect(unexplained).toEqual([]);
  });
});
