import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { wtns } from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publicKey, sign } from '../../node/core/crypto/eddsa.ts';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { openingOf, trading } from '../../test/circuits/fixtures.ts';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { hashBytes } from '../artifacts/contentHash.ts';
import { type CompiledCircuit, compileCircuit, type Optimisation } from '../setup/compile.ts';
import { shapeCircuit } from '../setup/shapeArtifacts.ts';
import { buildFromOpening } from '../witness/buildInput.ts';
import { calculateWitness } from '../witness/calculateWitness.ts';
import type { CircuitInput } from '../witness/circuitInput.ts';
import { loadCore } from './core.ts';
import { evaluate, FIELD, OPERATIONS, type Operation } from './witness/fieldOperations.ts';
import { createWitnessGenerator } from './witnessGenerator.ts';

const SEED = 20261121;
const core = loadCore();
const TESTDATA = join(import.meta.dirname, 'testdata', 'witness');
const store = openArtifactStore();
const directory = mkdtempSync(join(tmpdir(), 'straddle-witness-'));
afterAll(() => rmSync(directory, { recursive: true }));

const circuitOf = (name: string, text: string, optimisation: Optimisation = 'O1'): Promise<CompiledCircuit> =>
  compileCircuit({ store, name, mainSource: { text }, includeDirs: [TESTDATA], optimisation });

/** Values of a .wtns file that circom or the core wrote, in the order of wires. */
const valuesOf = (file: Uint8Array): bigint[] => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const word = (at: number): bigint => bytes.readBigUInt64LE(at);
  return Array.from({ length: (bytes.length - 76) / 32 }, (_, i) =>
    [0, 1, 2, 3].reduce((sum, k) => sum + (word(76 + 32 * i + 8 * k) << BigInt(64 * k)), 0n),
  );
};

type Outcome = { readonly witness: Uint8Array } | { readonly code: string };

const outcomeOf = async (work: Promise<Uint8Array>): Promise<Outcome> =>
  work.then(
    (witness) => ({ witness }),
    (error) => ({ code: error.code }),
  );

/** Both generators, which must agree; what they said. */
const both = async (circuit: CompiledCircuit, input: CircuitInput): Promise<Outcome> => {
  expect(circuit.witnessProgram).not.toBeNull();
  const native = await outcomeOf(calculateWitness(circuit, input));
  const wasm = await outcomeOf(calculateWitness({ ...circuit, witnessProgram: null }, input));
  if (!('witness' in native && 'witness' in wasm)) {
    expect(native).toEqual(wasm);
    return native;
  }
  expect(Buffer.compare(native.witness, wasm.witness)).toBe(0);
  return native;
};

const half = FIELD >> 1n;
const EDGES = [0n, 1n, 2n, 3n, 63n, 64n, 128n, 253n, 254n, 255n, 256n, (1n << 31n) - 1n, 1n << 31n, 1n << 32n]
  .concat([(1n << 64n) - 1n, 1n << 64n, (1n << 253n) + 12345n, half - 1n, half, half + 1n, half + 2n])
  .concat([FIELD - 1n, FIELD - 2n, FIELD - 64n, FIELD - 253n, FIELD - 254n, FIELD - (1n << 31n), FIELD - (1n << 32n)]);
const RANDOM_PAIRS = 240;
const element = fc.bigInt({ min: 0n, max: FIELD - 1n });

/** All pairs of edges and some random ones. */
const operandPairs = (): (readonly [bigint, bigint])[] => [
  ...EDGES.flatMap((a) => EDGES.map((b) => [a, b] as const)),
  ...fc.sample(fc.tuple(element, element), { seed: SEED, numRuns: RANDOM_PAIRS / 2 }),
  ...fc.sample(fc.tuple(element, fc.bigInt({ min: 0n, max: 260n })), { seed: SEED, numRuns: RANDOM_PAIRS / 2 }),
];

const silently = async <T>(work: () => Promise<T>): Promise<T> => {
  // circom's generator logs what circuits log, and its refusals.
  const { log, error } = console;
  console.log = console.error = () => undefined;
  try {
    return await work();
  } finally {
    Object.assign(console, { log, error });
  }
};

describe.skipIf(core === undefined)('the witness generator', () => {
  it('computes every operation as circom does, and as integers say', async () => {
    const pairs = operandPairs();
    const text = `pragma circom 2.1.0;\ninclude "operations.circom";\ncomponent main = Operations(${pairs.length});\n`;
    const circuit = await circuitOf('witness-operations', text);
    const outcome = await both(circuit, { a: pairs.map(([a]) => a), b: pairs.map(([, b]) => b) });
    if (!('witness' in outcome)) throw new Error('operations are refused');
    const values = valuesOf(outcome.witness);
    const tested = OPERATIONS.filter((name) => name !== 'idiv' && name !== 'mod');
    const wrong: string[] = [];
    for (const [i, [a, b]] of pairs.entries()) {
      for (const [k, name] of tested.entries()) {
        if (values[1 + i * tested.length + k] !== evaluate[name](a, b)) wrong.push(`${name}(${a}, ${b})`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('divides integers as circom does', async () => {
    const pairs = operandPairs().filter(([, b]) => b !== 0n);
    const text = `pragma circom 2.1.0;\ninclude "operations.circom";\ncomponent main = Divisions(${pairs.length});\n`;
    const circuit = await circuitOf('witness-divisions', text);
    const outcome = await both(circuit, { a: pairs.map(([a]) => a), b: pairs.map(([, b]) => b) });
    if (!('witness' in outcome)) throw new Error('divisions are refused');
    const values = valuesOf(outcome.witness).slice(1, 1 + 2 * pairs.length);
    const of = (name: Operation): bigint[] => pairs.map(([a, b]) => evaluate[name](a, b));
    expect(values).toEqual([...of('idiv'), ...of('mod')]);
  });

  it('stops where an integer is divided by zero', async () => {
    const text = 'pragma circom 2.1.0;\ninclude "operations.circom";\ncomponent main = Divisions(2);\n';
    const circuit = await circuitOf('witness-division', text);
    const refused = await silently(() => both(circuit, { a: [1n, 2n], b: [1n, 0n] }));
    expect(refused).toEqual({ code: 'WITNESS_REFUSED' });
  });

  describe('on every form of circuit', () => {
    const source = readFileSync(join(TESTDATA, 'forms.circom'), 'utf8');
    let circuit: CompiledCircuit;
    beforeAll(async () => {
      circuit = await circuitOf('witness-forms', source);
    });

    it('gives the bytes of the WASM generator', async () => {
      const small = fc.bigInt({ min: 0n, max: 20n });
      const input = fc.record({
        a: small,
        b: fc.bigInt({ min: 1n, max: 20n }),
        c: fc.tuple(fc.oneof(small, element), small, element),
        unused: fc.constant([
          [1n, 2n, 3n],
          [4n, 5n, 6n],
        ] as const),
      });
      const property = fc.asyncProperty(input, async (values) => {
        expect(await both(circuit, values)).toHaveProperty('witness');
      });
      await fc.assert(property, { seed: SEED, numRuns: 60 });
    });

    it('says what it computed', async () => {
      const unused = [
        [0n, 0n, 0n],
        [0n, 0n, 0n],
      ];
      const outcome = await both(circuit, { a: 3n, b: 6n, c: [10n, 3n, 30n], unused });
      if (!('witness' in outcome)) throw new Error('refused');
      // 6, 3, 10, 5, 16, 8, 4, 2, 1 are 8 steps, the fifth to 8; 3! + 2! + 1! + 0! = 10; 3 is the second of c; 6 & 3 = 2, 3 & 3 = 3.
      const expected = [10n, 0n, 15n, 12n, 5n, 120n, 7n, 16n, 1n, 3n, 1n, 6n, 10n, 2n, 183n, 6n];
      expect(valuesOf(outcome.witness).slice(1, 17)).toEqual(expected);
    });

    it('refuses what the circuit refuses, and says where', async () => {
      const unused = [
        [0n, 0n, 0n],
        [0n, 0n, 0n],
      ];
      const inputs = { a: 12345n, b: 1n, c: [1n, 2n, 3n], unused };
      expect(await silently(() => both(circuit, inputs))).toEqual({ code: 'WITNESS_REFUSED' });
      const line = source.slice(0, source.indexOf('assert(a != 12345)')).split('\n').length;
      await expect(calculateWitness(circuit, inputs)).rejects.toThrow(`Forms, line ${line} (main)`);
      const far = { ...inputs, a: 1n << 30n };
      expect(await silently(() => both(circuit, far))).toEqual({ code: 'WITNESS_REFUSED' });
      await expect(calculateWitness(circuit, far)).rejects.toThrow(
        /Num2Bits, line \d+ \(main\.LessThan_\d+_\d+\.n2b\)/,
      );
    });

    it('refuses inputs that are not the circuit’s', async () => {
      const good = {
        a: 1n,
        b: 1n,
        c: [1n, 2n, 3n],
        unused: [
          [0n, 0n, 0n],
          [0n, 0n, 0n],
        ],
      };
      const { a: _, ...missing } = good;
      const wrong = [missing, { ...good, c: [1n, 2n] }, { ...good, c: [1n, 2n, 3n, 4n] }, { ...good, d: 1n }, {}];
      for (const input of wrong) expect(await both(circuit, input)).toEqual({ code: 'WITNESS_INPUT_INVALID' });
    });

    it('takes numbers modulo the field', async () => {
      const unused = [
        [0n, 0n, 0n],
        [0n, 0n, 0n],
      ];
      const plain = await both(circuit, { a: 1n, b: 1n, c: [FIELD - 1n, 2n, 3n], unused });
      const shifted = await both(circuit, { a: 1n + FIELD, b: 1n - 5n * FIELD, c: [-1n, 2n, 3n], unused });
      expect(shifted).toEqual(plain);
    });
  });

  it('follows loops that the inputs end', async () => {
    const circuit = await circuitOf('witness-points', readFileSync(join(TESTDATA, 'points.circom'), 'utf8'));
    const base = publicKey(new Uint8Array(32).fill(7));
    const bits = (y: bigint, sign: bigint): bigint[] => [
      ...Array.from({ length: 254 }, (_, i) => (y >> BigInt(i)) & 1n),
      0n,
      sign,
    ];
    const sign = base.x > half ? 1n : 0n;
    const outcome = await both(circuit, { in: bits(base.y, sign) });
    if (!('witness' in outcome)) throw new Error('refused');
    expect(valuesOf(outcome.witness).slice(1, 3)).toEqual([base.x, base.y]);
    const refused = await silently(() => both(circuit, { in: bits((1n << 254n) - 1n, sign) }));
    expect(refused).toEqual({ code: 'WITNESS_REFUSED' });
  });

  describe('on signatures', () => {
    const checks = 3;
    const text = `pragma circom 2.1.0;\ninclude "signatures.circom";\ncomponent main = Signatures(${checks});\n`;

    const signatures = async (): Promise<Record<'ax' | 'ay' | 's' | 'r8x' | 'r8y' | 'message', bigint[]>> => {
      const hasher = await createCircomHasher();
      const signed = Array.from({ length: checks }, (_, i) => {
        const seed = new Uint8Array(32).fill(i + 1);
        const message = hasher.poseidon([BigInt(i), 7n]);
        return { key: publicKey(seed), message, signature: sign(hasher, seed, message) };
      });
      return {
        ax: signed.map(({ key }) => key.x),
        ay: signed.map(({ key }) => key.y),
        s: signed.map(({ signature }) => signature.s),
        r8x: signed.map(({ signature }) => signature.rX),
        r8y: signed.map(({ signature }) => signature.rY),
        message: signed.map(({ message }) => message),
      };
    };

    it('agrees at each level of optimisation, and for a circuit reduced by the core', async () => {
      const input = await signatures();
      for (const optimisation of ['O0', 'O2', 'core'] as const) {
        const circuit = await circuitOf(`witness-signatures-${optimisation}`, text, optimisation);
        const outcome = await both(circuit, input);
        if (!('witness' in outcome)) throw new Error('signatures are refused');
        expect(await wtns.check(new Uint8Array(readFileSync(circuit.r1cs)), outcome.witness)).toBe(true);
      }
    });

    it('refuses a wrong signature, naming its component', async () => {
      const input = await signatures();
      input.message[1] = (input.message[1] ?? 0n) + 1n;
      const circuit = await circuitOf('witness-signatures-O2', text, 'O2');
      expect(await silently(() => both(circuit, input))).toEqual({ code: 'WITNESS_REFUSED' });
      const refused = calculateWitness(circuit, input);
      await expect(refused).rejects.toThrow(
        /ForceEqualIfEnabled, line \d+ \(main\.EdDSAPoseidonVerifier_\d+_\d+\[1\]\.eq/,
      );
    });

    it('is the same in each implementation', async () => {
      const input = await signatures();
      const circuit = await circuitOf('witness-signatures-O2', text, 'O2');
      const expected = await calculateWitness({ wasm: circuit.wasm }, input);
      const path = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
      const values = JSON.stringify(input, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
      const script = `import { loadCore } from ${path('core.ts')};
        import { createWitnessGenerator } from ${path('witnessGenerator.ts')};
        import { hashBytes } from ${path('../artifacts/contentHash.ts')};
        const core = loadCore();
        const program = { program: ${JSON.stringify(circuit.witnessProgram)}, wireMap: null };
        const witness = await createWitnessGenerator(core).calculate(program, ${values});
        console.log(core.implementation, hashBytes(witness));`;
      for (const name of core?.implementations ?? []) {
        const env = { ...process.env, STRADDLE_NATIVE_ISA: name };
        const ran = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env });
        expect(ran.stdout.trim()).toBe(`${name} ${hashBytes(expected)}`);
      }
    });

    it('is made many times at once, and can be stopped', async () => {
      if (core === undefined) throw new Error('no core');
      const input = await signatures();
      const circuit = await circuitOf('witness-signatures-O2', text, 'O2');
      const program = { program: circuit.witnessProgram ?? '', wireMap: null };
      const generator = createWitnessGenerator(core);
      const expected = await calculateWitness({ wasm: circuit.wasm }, input);
      const all = await Promise.all(Array.from({ length: 12 }, () => generator.calculate(program, input)));
      for (const one of all) expect(Buffer.compare(one, expected)).toBe(0);
      const stopped = generator.calculate(program, input, { signal: AbortSignal.abort() });
      await expect(stopped).rejects.toMatchObject({ code: 'PROVER_ABORTED' });
    });
  });

  describe('on batches', () => {
    let circuit: CompiledCircuit;
    beforeAll(async () => {
      circuit = await shapeCircuit(store, DEVELOPMENT_PRESET, TEST_SHAPE);
    }, 900_000);

    it('gives the bytes of the WASM generator, and refuses a wrong one', async () => {
      const hasher = await createCircomHasher();
      const { input } = buildFromOpening(hasher, openingOf(hasher, trading()), DEVELOPMENT_PRESET.columns, TEST_SHAPE);
      expect(await both(circuit, input)).toHaveProperty('witness');
      const wrong = { ...input, feePool: 5n };
      expect(await silently(() => both(circuit, wrong))).toEqual({ code: 'WITNESS_REFUSED' });
    });
  });

  describe('on files that are not its own', () => {
    let circuit: CompiledCircuit;
    let bytes: Buffer;
    const path = join(directory, 'program.witprog');
    const input = { a: [9n, 4n], b: [2n, 3n] };
    beforeAll(async () => {
      const text = 'pragma circom 2.1.0;\ninclude "operations.circom";\ncomponent main = Divisions(2);\n';
      circuit = await circuitOf('witness-division', text);
      bytes = readFileSync(circuit.witnessProgram ?? '');
    });

    const run = (content: Uint8Array, wireMap: Uint8Array | null = null): Promise<Outcome> => {
      if (core === undefined) throw new Error('no core');
      writeFileSync(path, content);
      const mapPath = join(directory, 'map.wires');
      if (wireMap !== null) writeFileSync(mapPath, wireMap);
      const files = { program: path, wireMap: wireMap === null ? null : mapPath };
      return outcomeOf(createWitnessGenerator(core).calculate(files, input));
    };

    it('refuses what is missing, cut off, too long or another file', async () => {
      if (core === undefined) throw new Error('no core');
      const missing = { program: join(directory, 'none'), wireMap: null };
      const outcome = await outcomeOf(createWitnessGenerator(core).calculate(missing, input));
      expect(outcome).toEqual({ code: 'WITNESS_PROGRAM_MISSING' });
      const damaged = { code: 'WITNESS_PROGRAM_DAMAGED' };
      for (const length of [0, 7, 8, 40, 60, bytes.length - 1])
        expect(await run(bytes.subarray(0, length))).toEqual(damaged);
      expect(await run(Buffer.concat([bytes, Buffer.alloc(4)]))).toEqual(damaged);
      expect(await run(readFileSync(circuit.wasm))).toEqual(damaged);
    });

    it('refuses a wire map of another circuit', async () => {
      const damaged = { code: 'WITNESS_PROGRAM_DAMAGED' };
      const map = (...wires: number[]): Uint8Array => new Uint8Array(Uint32Array.from(wires).buffer);
      for (const wrong of [map(), map(0, 9), map(0xffffffff), new Uint8Array(5)])
        expect(await run(bytes, wrong)).toEqual(damaged);
      const outcome = await run(bytes, map(0, 2, 2));
      expect('witness' in outcome && valuesOf(outcome.witness)).toEqual([1n, 1n, 1n]);
    });

    it('gives a witness or a typed error for flipped bits', async () => {
      const codes = new Set<string>();
      for (let bit = 0; bit < 8 * bytes.length; bit += 5) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const outcome = await run(flipped);
        codes.add('code' in outcome ? outcome.code : 'witness');
      }
      // A circuit may have more signals than there is memory.
      const known = [
        'witness',
        'WITNESS_PROGRAM_DAMAGED',
        'WITNESS_INPUT_INVALID',
        'WITNESS_REFUSED',
        'CORE_OUT_OF_MEMORY',
      ];
      expect([...codes].filter((code) => !known.includes(code))).toEqual([]);
      expect(codes).toContain('WITNESS_PROGRAM_DAMAGED');
    });
  });
});
