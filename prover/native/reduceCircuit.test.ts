import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { wtns } from 'snarkjs';
import { afterAll, describe, expect, test } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { hashFile } from '../artifacts/contentHash.ts';
import { compileCircuit } from '../setup/compile.ts';
import { loadCore, type NativeCore } from './core.ts';
import {
  type Constraint,
  extendWitness,
  type LinearRow,
  modulo,
  parseR1cs,
  type R1csModel,
  type Sum,
  solveLinear,
  violations,
  writeR1cs,
} from './r1csModel.fixture.ts';
import type { Reduction } from './reduceAddon.ts';
import { REDUCTION_FORMAT, reduceCircuit } from './reduceCircuit.ts';
import { FIELD as FIELD_PRIME } from './witness/fieldOperations.ts';

const core = loadCore();
const directory = mkdtempSync(join(tmpdir(), 'straddle-reduce-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
const newPath = (ending: string): string => join(directory, `${files++}.${ending}`);

type Reduced = { readonly model: R1csModel; readonly map: readonly number[]; readonly figures: Reduction };

async function reduceFile(r1cs: string, maxFill?: number): Promise<Reduced> {
  if (core === undefined) throw new Error('no native core');
  const [reduced, wireMap] = [newPath('r1cs'), newPath('wires')];
  const figures = await reduceCircuit(core, { r1cs, reduced, wireMap, ...(maxFill === undefined ? {} : { maxFill }) });
  const bytes = readFileSync(wireMap);
  const map = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
  return { model: parseR1cs(readFileSync(reduced)), map, figures };
}

async function reduceModel(model: R1csModel, maxFill?: number): Promise<Reduced> {
  const path = newPath('r1cs');
  writeFileSync(path, writeR1cs(model));
  return reduceFile(path, maxFill);
}

const sum = (terms: Readonly<Record<number, bigint>>): Sum =>
  new Map(Object.entries(terms).map(([wire, value]) => [Number(wire), modulo(value)]));

/** Two public inputs, the rest private. */
const model = (wires: number, constraints: readonly Constraint[]): R1csModel => ({
  wires,
  publicOutputs: 0,
  publicInputs: 2,
  privateInputs: 0,
  constraints,
});
const linear = (terms: Readonly<Record<number, bigint>>): Constraint => [sum({}), sum({}), sum(terms)];
const product = (a: number, b: number, c: number): Constraint => [sum({ [a]: 1n }), sum({ [b]: 1n }), sum({ [c]: 1n })];

const CIRCUITS = {
  bits: `include "circomlib/circuits/comparators.circom";
template Main() {
    signal input a; signal input b; signal output less;
    component compare = LessThan(64);
    compare.in[0] <== a; compare.in[1] <== a + 3 * b + 1;
    less <== compare.out;
}`,
  poseidon: `include "circomlib/circuits/poseidon.circom";
template Main() {
    signal input a; signal input b; signal output out;
    component inner = Poseidon(3); component outer = Poseidon(2);
    inner.inputs[0] <== a; inner.inputs[1] <== b; inner.inputs[2] <== a + b;
    outer.inputs[0] <== inner.out; outer.inputs[1] <== 7 * a;
    out <== outer.out;
}`,
  curve: `include "circomlib/circuits/escalarmulfix.circom";
include "circomlib/circuits/bitify.circom";
template Main() {
    signal input a; signal input b; signal output x;
    var BASE8[2] = [5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203];
    component bits = Num2Bits(32); component multiply = EscalarMulFix(32, BASE8);
    bits.in <== a + b;
    for (var i = 0; i < 32; i++) multiply.e[i] <== bits.out[i];
    x <== multiply.out[0] + multiply.out[1];
}`,
};
const INPUT = { a: 123456789n, b: 987654321n };

type Compiled = Awaited<ReturnType<typeof compileCircuit>>;
const compile = (name: keyof typeof CIRCUITS, optimisation: 'O0' | 'O1' | 'O2'): Promise<Compiled> => {
  const text = `pragma circom 2.1.9;\n${CIRCUITS[name]}\ncomponent main { public [a] } = Main();\n`;
  const store = openArtifactStore();
  return compileCircuit({ store, name: `reduce-${name}-${optimisation}`, mainSource: { text }, optimisation });
};

async function witnessOf(wasm: string): Promise<bigint[]> {
  const memory: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  await wtns.calculate(INPUT, wasm, memory);
  return (await wtns.exportJson(memory)) as bigint[];
}

/** Values of the remaining wires, as extendWitness takes them. */
const known = (map: readonly number[], values: readonly bigint[]): Map<number, bigint> =>
  new Map(map.map((old, i) => [old, values[i] ?? 0n]));

/** Whether some values of the eliminated wires satisfy the original. */
function extends_(original: R1csModel, map: readonly number[], values: readonly bigint[]): boolean {
  const full = extendWitness(original, known(map, values));
  return full !== undefined && violations(original, full).length === 0;
}

describe.skipIf(core === undefined)('elimination of linear constraints', () => {
  describe.each(['bits', 'poseidon', 'curve'] as const)('circuit %s', (name) => {
    test.each(['O0', 'O1'] as const)(
      'from %s it is no larger than what the compiler makes with --O2',
      async (level) => {
        const { header: best } = await compile(name, 'O2');
        const { figures, map, model } = await reduceFile((await compile(name, level)).r1cs);
        expect(figures.constraints).toBeLessThanOrEqual(best.constraints);
        expect(figures.wires).toBeLessThanOrEqual(best.wires);
        expect(figures.linearConstraints).toBe(0);
        expect([model.wires, model.constraints.length]).toEqual([figures.wires, figures.constraints]);
        expect(model.publicOutputs + model.publicInputs).toBe(best.publicSignals);
        expect(map.slice(0, 1 + best.publicSignals)).toEqual([...Array(1 + best.publicSignals).keys()]);
      },
    );

    test('a witness goes over, and comes back by the original equations alone', async () => {
      const { r1cs, wasm } = await compile(name, 'O1');
      const [original, witness] = [parseR1cs(readFileSync(r1cs)), await witnessOf(wasm)];
      const { map, model } = await reduceFile(r1cs);
      const selected = map.map((wire) => witness[wire] ?? 0n);
      expect(violations(original, witness)).toEqual([]);
      expect(violations(model, selected)).toEqual([]);
      expect(extendWitness(original, known(map, selected))).toEqual(witness);
    });

    test('a wire that is tampered with is refused exactly when no witness of the original has that value', async () => {
      const { r1cs, wasm } = await compile(name, 'O1');
      const [original, witness] = [parseR1cs(readFileSync(r1cs)), await witnessOf(wasm)];
      const { map, model } = await reduceFile(r1cs);
      const selected = map.map((wire) => witness[wire] ?? 0n);
      const step = Math.max(1, Math.floor(map.length / 12));
      let refused = 0;
      for (let i = 1; i < map.length; i += step) {
        const tampered = selected.with(i, modulo((selected[i] ?? 0n) + 1n));
        const holds = violations(model, tampered).length === 0;
        expect({ i, holds }).toEqual({ i, holds: extends_(original, map, tampered) });
        if (!holds) refused += 1;
      }
      expect(refused).toBeGreaterThan(0);
    });
  });

  test('random linear systems: what is left is the projection, row by row as naive elimination has it', async () => {
    const coefficient = fc.oneof(fc.constantFrom(1n, -1n, 2n, -2n, 1n << 128n), fc.bigInt(1n, FIELD_PRIME - 1n));
    const term = fc.tuple(fc.integer({ min: 0, max: 9 }), coefficient);
    const rows = fc.array(fc.array(term, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(0, 3, 4000), async (rows, maxFill) => {
        const constraints = rows.map((terms) => linear(Object.fromEntries(terms)));
        const original = model(10, constraints);
        const { map, model: reduced } = await reduceModel(original, maxFill);
        const asRow = ([, , c]: Constraint, name: (wire: number) => number): LinearRow => ({
          constant: c.get(0) ?? 0n,
          terms: new Map([...c].filter(([wire]) => wire !== 0).map(([wire, value]) => [name(wire), modulo(value)])),
        });
        const gone = Array.from({ length: 10 }, (_, wire) => wire).filter((wire) => !map.includes(wire));
        const wires = map.slice(1);
        const projection = solveLinear(
          constraints.map((one) => asRow(one, (wire) => wire)),
          gone,
        );
        const expected = solveLinear(projection.rest, wires);
        const found = solveLinear(
          reduced.constraints.map((one) => asRow(one, (wire) => map[wire] ?? 0)),
          wires,
        );
        // A contradiction stays one; what else is stated then does not matter.
        expect(found.contradicts).toBe(projection.contradicts || expected.contradicts);
        if (!found.contradicts) expect(found.byPivot).toEqual(expected.byPivot);
      }),
      { numRuns: 300 },
    );
  });

  test('random mixed systems: values are refused exactly when they extend to no witness', async () => {
    const small = fc.bigInt(-2n, 2n);
    const side = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), small), { maxLength: 3 });
    const constraint = fc.tuple(side, side, side);
    const values = fc.array(fc.bigInt(0n, 3n), { minLength: 8, maxLength: 8 });
    const seen = { held: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(constraint, { minLength: 1, maxLength: 5 }),
        values,
        fc.constantFrom(0, 4000),
        async (rows, values, maxFill) => {
          // A constant that makes each constraint hold for `values`, so that half of all runs are of solvable systems.
          const witness = [1n, ...values.slice(1)];
          const constraints = rows.map(([a, b, c], i): Constraint => {
            const [left, right, result] = [new Map(a), new Map(b), new Map(c)];
            const at = (one: Sum): bigint => [...one].reduce((sum, [wire, k]) => sum + k * (witness[wire] ?? 0n), 0n);
            const wrong = i === 4 ? 1n : 0n;
            const constant = (result.get(0) ?? 0n) + at(left) * at(right) - at(result) + wrong;
            return [left, right, new Map([...result, [0, constant]])];
          });
          const original = model(8, constraints);
          const { map, model: reduced } = await reduceModel(original, maxFill);
          for (const change of [0n, 1n]) {
            const selected = map.map((wire) => witness[wire] ?? 0n);
            if (map.length > 1) selected[map.length - 1] = modulo((selected.at(-1) ?? 0n) + change);
            const holds = violations(reduced, selected).length === 0;
            expect(holds).toBe(extends_(original, map, selected));
            seen[holds ? 'held' : 'refused'] += 1;
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(seen.held).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });

  test('every run and every machine writes the same bytes: if these change, raise REDUCTION_FORMAT', async () => {
    let state = 1;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const terms = (count: number): Sum =>
      new Map(Array.from({ length: count }, () => [next(400), modulo(BigInt(next(7)) - 3n + 10n ** 30n)]));
    const constraints = Array.from(
      { length: 300 },
      (_, i): Constraint => (i % 3 === 0 ? [terms(2), terms(3), terms(2)] : [sum({}), sum({}), terms(2 + next(6))]),
    );
    const path = newPath('r1cs');
    writeFileSync(path, writeR1cs(model(400, constraints)));
    const hashes = async (): Promise<string[]> => {
      const [reduced, wireMap] = [newPath('r1cs'), newPath('wires')];
      await reduceCircuit(core as NativeCore, { r1cs: path, reduced, wireMap });
      return Promise.all([reduced, wireMap].map(hashFile));
    };
    const first = await hashes();
    expect(await hashes()).toEqual(first);
    expect([REDUCTION_FORMAT, ...first]).toEqual([
      '1',
      '52dd3c5b5d00ab4c499c2192f5aed325fcfa9167cf1dd75dd6ea05cec9d3c350',
      '6ea304b05b3a541ad44f34433f5bf778a982406147c90f7813a5828a0fb60412',
    ]);
  });

  describe('what stays', () => {
    test('a contradiction', async () => {
      const { model: reduced } = await reduceModel(model(4, [linear({ 3: 1n, 0: 5n }), linear({ 3: 1n, 0: 6n })]));
      expect(reduced.constraints).toEqual([linear({ 0: FIELD_PRIME - 1n })]);
      expect(reduced.wires).toBe(3);
    });

    test('an equation between public signals', async () => {
      const { figures, map, model: reduced } = await reduceModel(model(3, [linear({ 1: 1n, 2: -1n })]));
      expect(reduced.constraints).toEqual([linear({ 1: 1n, 2: -1n })]);
      expect(figures.linearConstraints).toBe(1);
      expect(map).toEqual([0, 1, 2]);
    });

    test('one of several equal constraints', async () => {
      const { model: reduced } = await reduceModel(model(4, [product(3, 3, 1), product(3, 3, 1), product(3, 3, 1)]));
      expect(reduced.constraints).toEqual([product(3, 3, 1)]);
    });

    test('public signals that nothing names, but no private wire', async () => {
      const { map, model: reduced } = await reduceModel(model(6, []));
      expect([reduced.wires, reduced.constraints.length]).toEqual([3, 0]);
      expect(map).toEqual([0, 1, 2]);
    });
  });

  test('what becomes linear on the way is eliminated too: w3 = 2, w3 * w4 = w5, w5 * w5 = public', async () => {
    const constraints = [linear({ 3: 1n, 0: -2n }), product(3, 4, 5), product(5, 5, 1)];
    const { figures, map, model: reduced } = await reduceModel(model(6, constraints));
    expect(figures).toMatchObject({ constraintsBefore: 3, constraints: 1, linearConstraints: 0, wires: 4 });
    expect(reduced.constraints).toHaveLength(1);
    expect(map).toHaveLength(4);
  });

  test('an elimination that is too dear is not made', async () => {
    // w3 = w4 + .. + w9, and w3 in both factors of a product: 2 places, 6 terms more in each.
    const many = Object.fromEntries([4, 5, 6, 7, 8, 9].map((wire) => [wire, -1n]));
    const constraints = [linear({ 3: 1n, ...many }), ...[3, 4, 5, 6, 7, 8, 9].map((w) => product(w, w, 1))];
    const kept = await reduceModel(model(10, constraints), 11);
    expect([kept.figures.linearConstraints, kept.figures.constraints]).toEqual([1, 8]);
    const gone = await reduceModel(model(10, constraints), 12);
    expect([gone.figures.linearConstraints, gone.figures.constraints]).toEqual([0, 7]);
  });

  describe('a file that is no circuit', () => {
    const sound = writeR1cs(model(4, [product(3, 3, 1)]));
    const codeOf = async (bytes: Uint8Array): Promise<unknown> => {
      const path = newPath('r1cs');
      writeFileSync(path, bytes);
      return reduceFile(path).then(
        () => 'taken',
        (error: { code?: unknown }) => error.code,
      );
    };

    test('cut off anywhere', async () => {
      expect(await codeOf(sound)).toBe('taken');
      for (let length = 0; length < sound.length; length += 7) {
        expect(await codeOf(sound.subarray(0, length))).toBe('SETUP_R1CS_INVALID');
      }
    });

    test('with a wire that there is not, with a coefficient above the modulus', async () => {
      expect(await codeOf(writeR1cs(model(4, [product(3, 4, 1)])))).toBe('SETUP_R1CS_INVALID');
      const large = Buffer.from(sound);
      large.fill(0xff, sound.indexOf(Buffer.from('03000000', 'hex'), 100) + 4, undefined);
      expect(await codeOf(large)).toBe('SETUP_R1CS_INVALID');
    });

    test('of another field', async () => {
      const other = Buffer.from(sound);
      other[12 + 12 + 4] = (other[12 + 12 + 4] ?? 0) ^ 1;
      expect(await codeOf(other)).toBe('SETUP_R1CS_UNSUPPORTED');
    });

    test('missing', async () => {
      await expect(reduceFile(newPath('r1cs'))).rejects.toMatchObject({ code: 'SETUP_R1CS_INVALID' });
    });
  });

  test('stops when told to, and where it cannot write', async () => {
    if (core === undefined) return;
    const r1cs = newPath('r1cs');
    const long = Array.from({ length: 60_000 }, (_, i) => product(3 + i, 3 + i, 4 + i));
    writeFileSync(r1cs, writeR1cs(model(4 + long.length, long)));
    const abort = new AbortController();
    const paths = { r1cs, reduced: newPath('r1cs'), wireMap: newPath('wires') };
    const stopped = reduceCircuit(core, { ...paths, signal: abort.signal, onProgress: () => abort.abort('enough') });
    await expect(stopped).rejects.toMatchObject({ code: 'PROVER_ABORTED' });
    const nowhere = reduceCircuit(core, { ...paths, reduced: join(directory, 'none', 'a.r1cs') });
    await expect(nowhere).rejects.toMatchObject({ code: 'CORE_WRITE_FAILED' });
  });
});
