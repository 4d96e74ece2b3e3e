import { readFile } from 'node:fs/promises';
import { wtns } from 'snarkjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../../node/core/protocol/presets.ts';
import { createCryptography } from '../../../node/crypto/cryptography.ts';
import { openArtifactStore } from '../../../prover/artifacts/artifactStore.ts';
import { loadCore } from '../../../prover/native/core.ts';
import { shapeCircuit } from '../../../prover/setup/shapeArtifacts.ts';
import { buildFromOpening } from '../../../prover/witness/buildInput.ts';
import type { CircuitInput } from '../../../prover/witness/circuitInput.ts';
import { type BatchSpec, deposit, liquidation, opening, openingOf, trading } from '../fixtures.ts';
import { set } from '../Lie.ts';
import { LyingCircuit, type SignalLie } from './LyingCircuit.ts';
import { SourceLiar } from './SourceLiar.ts';
import { Witness } from './Witness.ts';

const { hasher } = await createCryptography();
const inputOf = (spec: BatchSpec): CircuitInput =>
  buildFromOpening(hasher, openingOf(hasher, spec), DEVELOPMENT_PRESET.columns, TEST_SHAPE).input;

describe.skipIf(loadCore() === undefined)('a circuit that can be lied to', () => {
  let circuit: LyingCircuit;
  beforeAll(async () => {
    circuit = await LyingCircuit.build(TEST_SHAPE);
  });
  afterAll(() => circuit.close());

  test.each([
    ['trading', trading],
    ['liquidation', liquidation],
    ['opening', opening],
    ['deposit', deposit],
  ] as const)("%s, told the truth: the witness of the compiler's own generator, wire by wire", async (_, spec) => {
    const { wasm, sym } = await shapeCircuit(openArtifactStore(), DEVELOPMENT_PRESET, TEST_SHAPE);
    const input = inputOf(spec());
    const memory: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
    await wtns.calculate(inField(input), await readFile(wasm), memory);
    const expected = new Witness(memory.data ?? new Uint8Array());
    const found = await circuit.witness(input);
    const wrong: string[] = [];
    let compared = 0;
    for (const line of (await readFile(sym ?? '', 'utf8')).split('\n')) {
      const [, wire = '', , name] = line.split(',');
      if (name === undefined || Number(wire) < 1) continue;
      compared++;
      if (expected.at(Number(wire)) !== found.at(circuit.names.number(name))) wrong.push(name);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(90_000);
    expect(await circuit.refusal(input)).toBeUndefined();
    expect(circuit.system.isSatisfied(found)).toBe(true);
  });

  test('a lie about an input: every signal is what the sources without constraints compute', async () => {
    const liar = await SourceLiar.build(TEST_SHAPE);
    const input = set('tradeFee', [0], (fee) => fee + 7n)(inputOf(trading()));
    const [expected, found] = [await liar.witness(input), await circuit.witness(input)];
    const wrong = circuit.names.names.filter((name, wire) => {
      return wire > 0 && expected.at(liar.names.number(name)) !== found.at(wire);
    });
    expect(wrong).toEqual([]);
  });

  const changedBy = async (lie: SignalLie): Promise<ReadonlySet<string>> => {
    const input = inputOf(trading());
    const [before, after] = [await circuit.witness(input), await circuit.witness(input, [lie])];
    return new Set(circuit.names.names.filter((_, wire) => before.at(wire) !== after.at(wire)));
  };

  test('a lie about a hint reaches all that follows, later challenges included, and nothing else', async () => {
    const changed = await changedBy({ name: 'main.transcript.quantity[0]', add: 5n });
    for (const name of [
      'main.transcript.quantity[0]',
      'main.transcript.second.out',
      'main.transcript.g2',
      'main.transcript.x[1]',
      'main.identity[6]',
    ])
      expect(changed).toContain(name);
    for (const name of [
      'main.transcript.commit.out',
      'main.transcript.g',
      'main.transcript.y[1]',
      'main.identity[0]',
      'main.rootAfter.out',
    ])
      expect(changed).not.toContain(name);
  });

  test('a lie about a constant of the circuit reaches all that follows', async () => {
    const changed = await changedBy({ name: 'main.transcript.x[0]', set: 3n });
    expect(changed).toContain('main.accountContributions.arguments[0].evalAfter.term[0]');
    expect(changed).not.toContain('main.transcript.x[1]');
  });

  test('a refusal names where; a signal said to be other than computed breaks its own constraint', async () => {
    const input = inputOf(trading());
    const used = { name: 'main.accountRows.row[2].after.used[3]', add: 1n };
    expect(await circuit.refusal(await circuit.reconciled(input, [used]), [used])).toMatch(
      /main\.accountRows\.row\[2\]\.after/,
    );
    const rise = { name: 'main.accountRows.row[0].margin.rise', add: 0n };
    expect(await circuit.refusal(input, [rise])).toBeUndefined();
    const higher = { ...rise, add: 1n };
    expect(await circuit.refusal(await circuit.reconciled(input, [higher]), [higher])).toMatch(/margin\.rise/);
  });

  test('hints are what the sources assign without a constraint', () => {
    const hints = circuit.hints();
    expect([...hints.keys()]).toEqual(
      expect.arrayContaining([
        'Fraction.out',
        'Num2Bits.out',
        'IsZero.inv',
        'PositionsAfter.used',
        'Transcript.quantity',
      ]),
    );
    expect(hints.get('Transcript.quantity')).toHaveLength(TEST_SHAPE.instruments);
  });
});

const PRIME = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const inField = (input: CircuitInput): CircuitInput => {
  const reduce = (value: CircuitInput[string]): CircuitInput[string] =>
    typeof value === 'bigint' ? ((value % PRIME) + PRIME) % PRIME : value.map(reduce);
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, reduce(value)]));
};
