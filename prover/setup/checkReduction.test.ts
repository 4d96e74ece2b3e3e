import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { loadCore, type NativeCore } from '../native/core.ts';
import {
  type Constraint,
  modulo,
  parseR1cs,
  type R1csModel,
  type Sum,
  writeR1cs,
} from '../native/r1csModel.fixture.ts';
import { reduceCircuit } from '../native/reduceCircuit.ts';
import { checkReduction, type ReductionFiles } from './checkReduction.ts';
import { compileCircuit } from './compile.ts';
import { checkShapeReduction } from './shapeArtifacts.ts';

const CIRCUIT = `pragma circom 2.1.9;
include "circomlib/circuits/poseidon.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/escalarmulfix.circom";
template Main() {
    signal input a; signal input b; signal output out;
    var BASE8[2] = [5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203];
    component hash = Poseidon(2); component less = LessThan(64); component multiply = EscalarMulFix(32, BASE8);
    component bits = Num2Bits(32);
    hash.inputs[0] <== a; hash.inputs[1] <== a + 3 * b;
    less.in[0] <== a; less.in[1] <== b + 1;
    bits.in <== b;
    for (var i = 0; i < 32; i++) multiply.e[i] <== bits.out[i];
    out <== hash.out + less.out + multiply.out[0];
}
component main { public [a] } = Main();
`;
const SEED = process.env.SEED ?? '20261125';

let directory: string;
let count = 0;
const newPath = (kind: string): string => join(directory, `${count++}.${kind}`);
beforeAll(async () => {
  console.log(`SEED=${SEED}`);
  directory = await mkdtemp(join(tmpdir(), 'straddle-check-reduction-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const compile = (optimisation: 'O0' | 'O1' | 'O2' | 'core') =>
  compileCircuit({ store: openArtifactStore(), name: 'check-reduction', mainSource: { text: CIRCUIT }, optimisation });

const verdictOf = async (files: ReductionFiles): Promise<string> =>
  checkReduction(files, SEED).then(
    () => 'equal',
    (error: { code?: string; data?: { check?: string } }) => error.data?.check ?? error.code ?? String(error),
  );

async function filesOf(unreduced: R1csModel, reduced: R1csModel, map: readonly number[]) {
  const files = { unreduced: newPath('r1cs'), reduced: newPath('r1cs'), wireMap: newPath('wires') };
  await writeFile(files.unreduced, writeR1cs(unreduced));
  await writeFile(files.reduced, writeR1cs(reduced));
  await writeFile(files.wireMap, Buffer.from(Uint32Array.from(map).buffer));
  return files;
}

const changedTerm = (sum: Sum): Sum => {
  const [[wire, value] = [0, 0n], ...rest] = sum;
  return new Map([...rest, [wire, modulo(value + 1n)]]);
};
/** The constraint with one coefficient one higher: of C, or of A where C is empty. */
const changed = ([a, b, c]: Constraint): Constraint => (c.size > 0 ? [a, b, changedTerm(c)] : [changedTerm(a), b, c]);

describe("the compiler's own reduction", () => {
  it.each(['O1', 'O2'] as const)('--%s states what --O0 states', async (level) => {
    const [plain, reduced] = [await compile('O0'), await compile(level)];
    const report = await checkReduction({ unreduced: plain.r1cs, reduced: reduced.r1cs, wireMap: null }, SEED);
    expect(report).toMatchObject({ wires: reduced.header.wires, constraintsBefore: plain.header.constraints, free: 0 });
    expect(report.distinct + report.linearLeft).toBe(reduced.header.constraints);
    expect(report.linearLeft > 0).toBe(level === 'O1');
  });

  it('is refused with a constraint dropped, added, or changed in one coefficient, wherever it stands', async () => {
    const plain = await compile('O0');
    const bytes = await readFile((await compile('O2')).r1cs);
    const model = parseR1cs(bytes);
    const labels = bytes.subarray(bytes.length - 8 * model.wires);
    const verdict = async (constraints: readonly Constraint[]): Promise<string> => {
      const reduced = newPath('r1cs');
      const written = writeR1cs({ ...model, constraints });
      labels.copy(written, written.length - labels.length);
      await writeFile(reduced, written);
      return verdictOf({ unreduced: plain.r1cs, reduced, wireMap: null });
    };
    expect(await verdict(model.constraints)).toBe('equal');
    for (let at = 3; at < model.constraints.length; at += Math.ceil(model.constraints.length / 5)) {
      const [one] = model.constraints.slice(at);
      if (one === undefined) throw new Error('no constraint');
      expect(await verdict(model.constraints.toSpliced(at, 1))).toBe('dropped');
      expect(await verdict(model.constraints.with(at, changed(one)))).toBe('dropped');
      expect(await verdict([...model.constraints, changed(one)])).toBe('added');
    }
  });
});

it("the test shape's circuit states what --O0 states", { timeout: 600_000 }, async () => {
  const report = await checkShapeReduction(openArtifactStore(), DEVELOPMENT_PRESET, TEST_SHAPE, SEED);
  expect(report).toMatchObject({ free: 0, linearLeft: 0, distinct: report.constraints });
});

describe.skipIf(loadCore() === undefined)("the core's reduction", () => {
  const core = loadCore() as NativeCore;

  it('states what --O0 states, by its wire map', async () => {
    const [plain, reduced] = [await compile('O0'), await compile('core')];
    const { r1cs, wireMap } = reduced;
    const report = await checkReduction({ unreduced: plain.r1cs, reduced: r1cs, wireMap }, SEED);
    expect(report.distinct).toBe(reduced.header.constraints);
    // The labels, which reduceCircuit carries over, tell the same map.
    expect(await verdictOf({ unreduced: plain.r1cs, reduced: r1cs, wireMap: null })).toBe('equal');
  });

  it('is refused with two entries of its wire map exchanged, one beyond the last wire, one twice', async () => {
    const [plain, reduced] = [await compile('O0'), await compile('core')];
    const words = await readFile(reduced.wireMap ?? '');
    const map = Array.from({ length: words.length / 4 }, (_, i) => words.readUInt32LE(4 * i));
    const verdict = async (changedMap: readonly number[]): Promise<string> => {
      const wireMap = newPath('wires');
      await writeFile(wireMap, Buffer.from(Uint32Array.from(changedMap).buffer));
      return verdictOf({ unreduced: plain.r1cs, reduced: reduced.r1cs, wireMap });
    };
    const exchanged = (i: number, j: number): number[] => map.with(i, map[j] ?? 0).with(j, map[i] ?? 0);
    const middle = Math.floor(map.length / 2);
    expect(await verdict(map)).toBe('equal');
    for (const [i, j] of [
      [5, middle],
      [middle, middle + 1],
      [middle, map.length - 1],
    ] as const) {
      expect(await verdict(exchanged(i, j))).toBe('dropped');
    }
    expect(await verdict(exchanged(1, 2))).toBe('publicSignals');
    expect(await verdict(map.with(middle, plain.header.wires))).toBe('wires');
    expect(await verdict(map.with(middle, map[middle - 1] ?? 0))).toBe('wires');
    expect(await verdict(map.slice(1))).toBe('publicSignals');
    expect(await verdict(map.slice(0, -1))).toBe('wires');
  });

  it('of random systems is equal, and a random change of one is not', async () => {
    const coefficient = fc.oneof(fc.constantFrom(1n, -1n, 2n), fc.bigInt(-(2n ** 100n), 2n ** 100n));
    const side = (most: number) =>
      fc
        .array(fc.tuple(fc.integer({ min: 0, max: 9 }), coefficient), { maxLength: most })
        .map((terms) => new Map(terms));
    // Linear constraints that define a private wire each, so that none contradicts another; products of what is no constant.
    const scalar = fc.bigInt(1n, 2n ** 100n);
    const linear = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), scalar, side(3)), { minLength: 1, maxLength: 4 });
    const product = fc.tuple(side(2), side(2), side(3), fc.integer({ min: 1, max: 3 }), scalar);
    const systems = fc.tuple(linear, fc.array(product, { minLength: 1, maxLength: 5 })).map(([rows, products]) => [
      ...rows.map(([other, factor, rest], i): Constraint => {
        const below = [...rest].filter(([wire]) => wire < 6);
        return [new Map(), new Map(), new Map([...below, [other, factor], [6 + i, 1n]])];
      }),
      ...products.map(
        ([a, b, c, wire, factor]): Constraint => [new Map([...a, [wire, factor]]), new Map([...b, [wire, 1n]]), c],
      ),
    ]);
    const seen = { equal: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(systems, fc.nat(), async (constraints, which) => {
        const original = { wires: 10, publicOutputs: 0, publicInputs: 2, privateInputs: 0, constraints };
        const files = await filesOf(original, original, []);
        await reduceCircuit(core, { r1cs: files.unreduced, reduced: files.reduced, wireMap: files.wireMap });
        expect(await verdictOf(files)).toBe('equal');
        seen.equal++;
        const reduced = parseR1cs(await readFile(files.reduced));
        const at = which % Math.max(1, reduced.constraints.length);
        const one = reduced.constraints[at];
        if (one === undefined) return;
        // Dropping is seen unless nothing is lost: another constraint may say the same up to a factor.
        await writeFile(files.reduced, writeR1cs({ ...reduced, constraints: reduced.constraints.toSpliced(at, 1) }));
        if ((await verdictOf(files)) === 'dropped') seen.refused++;
        const [a, b, c] = one;
        const wire = 1 + (which % (reduced.wires - 1));
        const added: Constraint = [
          a,
          b,
          new Map([...c, [0, modulo((c.get(0) ?? 0n) + 7n)], [wire, modulo((c.get(wire) ?? 0n) + 5n)]]),
        ];
        await writeFile(files.reduced, writeR1cs({ ...reduced, constraints: [...reduced.constraints, added] }));
        // A linear one added moves the points to where it holds, where others may be seen to be missing instead.
        expect(['added', 'dropped']).toContain(await verdictOf(files));
      }),
      { numRuns: 100, seed: Number(SEED), endOnFailure: true },
    );
    expect(seen.equal).toBe(100);
    expect(seen.refused).toBeGreaterThan(50);
  });
});

describe('small systems by hand', () => {
  const sum = (terms: Readonly<Record<number, bigint>>): Sum =>
    new Map(Object.entries(terms).map(([wire, value]) => [Number(wire), modulo(value)]));
  const system = (wires: number, constraints: readonly Constraint[]): R1csModel => ({
    wires,
    publicOutputs: 0,
    publicInputs: 1,
    privateInputs: 0,
    constraints,
  });
  const line = (terms: Readonly<Record<number, bigint>>): Constraint => [sum({}), sum({}), sum(terms)];
  const product = (a: number, b: number, c: number): Constraint => [
    sum({ [a]: 1n }),
    sum({ [b]: 1n }),
    sum({ [c]: 1n }),
  ];

  it.each<[string, R1csModel, R1csModel, readonly number[], string]>([
    [
      'w2 = 2 w1 put into a product',
      system(4, [line({ 2: 1n, 1: -2n }), product(2, 3, 1)]),
      system(3, [[sum({ 1: 2n }), sum({ 2: 1n }), sum({ 1: 1n })]]),
      [0, 1, 3],
      'equal',
    ],
    [
      'the same, of twice the scale and with a minus on both factors',
      system(4, [line({ 2: 1n, 1: -2n }), product(2, 3, 1)]),
      system(3, [[sum({ 1: -4n }), sum({ 2: -1n }), sum({ 1: 2n })]]),
      [0, 1, 3],
      'equal',
    ],
    [
      'the same with another coefficient',
      system(4, [line({ 2: 1n, 1: -2n }), product(2, 3, 1)]),
      system(3, [[sum({ 1: 3n }), sum({ 2: 1n }), sum({ 1: 1n })]]),
      [0, 1, 3],
      'dropped',
    ],
    [
      'two linear constraints of one wire, of which the second binds public signals',
      system(3, [line({ 2: 1n, 1: -2n }), line({ 2: 1n, 1: -3n })]),
      system(2, [line({ 1: 1n })]),
      [0, 1],
      'equal',
    ],
    [
      'the same without what the second says',
      system(3, [line({ 2: 1n, 1: -2n }), line({ 2: 1n, 1: -3n })]),
      system(2, []),
      [0, 1],
      'dropped',
    ],
    [
      'wires that only two equations together determine',
      system(4, [line({ 2: 1n, 3: 1n, 1: -1n }), line({ 2: 1n, 3: -1n, 1: -3n }), product(2, 3, 1)]),
      system(2, [[sum({ 1: 2n }), sum({ 1: -1n }), sum({ 1: 1n })]]),
      [0, 1],
      'equal',
    ],
    [
      'a factor that is a constant only once its wires are put in',
      system(5, [
        line({ 2: 1n, 1: -1n, 0: -3n }),
        [sum({ 2: 1n, 1: -1n }), sum({ 3: 1n }), sum({ 4: 1n })],
        product(4, 4, 1),
      ]),
      system(3, [[sum({ 2: 3n }), sum({ 2: 3n }), sum({ 1: 1n })]]),
      [0, 1, 3],
      'equal',
    ],
    [
      'wires that nothing but each other binds',
      system(4, [line({ 2: 1n, 3: 1n, 1: -1n })]),
      system(2, []),
      [0, 1],
      'equal',
    ],
    ['a product of wires that are gone', system(4, [product(2, 3, 1)]), system(2, []), [0, 1], 'dropped'],
    [
      'a linear constraint left, and a product with the wire that it binds',
      system(4, [line({ 2: 1n, 1: -2n }), line({ 3: 1n, 2: -1n }), product(3, 3, 1)]),
      system(3, [line({ 2: 1n, 1: -2n }), product(2, 2, 1)]),
      [0, 1, 2],
      'equal',
    ],
    [
      'a linear constraint that nothing says',
      system(4, [line({ 3: 1n, 2: -1n }), product(3, 3, 1)]),
      system(3, [line({ 2: 1n, 1: -2n }), product(2, 2, 1)]),
      [0, 1, 2],
      'added',
    ],
    ['a contradiction kept', system(2, [line({ 0: 1n })]), system(2, [line({ 0: 5n })]), [0, 1], 'equal'],
    ['a contradiction dropped', system(2, [line({ 0: 1n })]), system(2, []), [0, 1], 'dropped'],
    [
      'equal constraints left once',
      system(3, [product(2, 2, 1), product(2, 2, 1)]),
      system(3, [product(2, 2, 1)]),
      [0, 1, 2],
      'equal',
    ],
  ])('%s', async (_, unreduced, reduced, map, verdict) => {
    expect(await verdictOf(await filesOf(unreduced, reduced, map))).toBe(verdict);
  });

  it('another number of public signals', async () => {
    const model = system(3, [product(2, 2, 1)]);
    expect(await verdictOf(await filesOf(model, { ...model, publicInputs: 2 }, [0, 1, 2]))).toBe('publicSignals');
  });

  it('a torn file', async () => {
    const files = await filesOf(system(3, [product(2, 2, 1)]), system(3, [product(2, 2, 1)]), [0, 1, 2]);
    const bytes = await readFile(files.reduced);
    // The number of terms in the first sum.
    bytes.writeUInt32LE(9, 12 + 12 + 64 + 12);
    await writeFile(files.reduced, bytes);
    expect(await verdictOf(files)).toBe('SETUP_R1CS_INVALID');
  });
});
