import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCore, type NativeCore } from '../native/core.ts';
import { type Constraint, type R1csModel, type Sum, writeR1cs } from '../native/r1csModel.fixture.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { SCALAR_FIELD } from './r1csHeader.ts';

const SEED = 20261121;
/** One secret a number below 2^w, one close to r, so that windows are empty and full. */
const WASTE = { tau: SCALAR_FIELD - 5n, alpha: 3n, beta: 2n ** 200n + 1n, delta: 7n };

/** Park and Miller's generator: 31 bits a step. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed % 2147483647;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

function randomSum(next: (below: number) => number, wires: number): Sum {
  const coefficients = [0n, 1n, SCALAR_FIELD - 1n, 2n, SCALAR_FIELD - 2n, BigInt(next(1 << 30)) ** 8n % SCALAR_FIELD];
  const sum = new Map<number, bigint>();
  // Of a domain's wires only every other one occurs anywhere.
  for (let term = next(5); term > 0; term--) sum.set((2 * next(wires)) % wires, coefficients[next(6)] ?? 0n);
  return sum;
}

/**
 * Scalars whose sum of table entries, in windows of so many signed bits, doubles a point on the way, which the formula
 * for a batch cannot: 2 d 2^(bits j) - r, where d 2^(bits j) is the multiple just below r.
 */
function doublingScalars(bits: number): bigint[] {
  const scalars: bigint[] = [];
  for (let shift = BigInt(bits); shift < 250n; shift += BigInt(bits)) {
    const low = SCALAR_FIELD % (1n << shift);
    if (low < 1n << (shift - 1n)) scalars.push(SCALAR_FIELD - 2n * low);
  }
  return scalars;
}

type Sizes = { readonly wires: number; readonly outputs?: number; readonly inputs?: number; readonly rows: number };

function randomCircuit({ wires, outputs = 0, inputs = 0, rows }: Sizes): R1csModel {
  const next = numbersFrom(SEED + wires + rows);
  const sum = (): Sum => randomSum(next, wires);
  const constraints = Array.from({ length: rows }, (): Constraint => [sum(), sum(), sum()]);
  return { wires, publicOutputs: outputs, publicInputs: inputs, privateInputs: 0, constraints };
}

let directory: string;
let core: NativeCore | undefined;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-zkey-'));
  core = loadCore();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const file = (name: string): string => join(directory, name);
const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

async function circuitFile(name: string, model: R1csModel): Promise<string> {
  await writeFile(file(name), writeR1cs(model));
  return file(name);
}

/** Each implementation's key of one circuit. */
async function bothKeys(r1cs: string): Promise<readonly [Buffer, Buffer]> {
  const [scripted, native] = [`${r1cs}.scripted.zkey`, `${r1cs}.native.zkey`];
  await writeDevelopmentZkey(r1cs, scripted, WASTE, { core: 'none' });
  await writeDevelopmentZkey(r1cs, native, WASTE, { core });
  return [await readFile(scripted), await readFile(native)];
}

const CIRCUITS: readonly (readonly [string, Sizes])[] = [
  ['one constraint, no public signal', { wires: 3, rows: 1 }],
  ['no constraint, one public signal', { wires: 2, outputs: 1, rows: 0 }],
  ['a full domain: constraints, signals and the constant make 64', { wires: 40, outputs: 2, inputs: 3, rows: 58 }],
  ['one row more than a full domain', { wires: 40, outputs: 2, inputs: 3, rows: 59 }],
  ['many public signals, no private wire', { wires: 301, outputs: 100, inputs: 200, rows: 17 }],
  ['no row names most wires', { wires: 3000, inputs: 1, rows: 20 }],
  ['more than one run and one batch', { wires: 2101, outputs: 1, rows: 4101 }],
];

describe.skipIf(loadCore() === undefined)('the native core', () => {
  it.each(CIRCUITS)('writes the same bytes as JavaScript: %s', async (name, sizes) => {
    const [scripted, native] = await bothKeys(
      await circuitFile(`${name.replaceAll(/\W/g, '-')}.r1cs`, randomCircuit(sizes)),
    );
    expect(native.length).toBe(scripted.length);
    expect(native.equals(scripted), `seed ${SEED}`).toBe(true);
  });

  it.each([5, 6, 7])('makes points of scalars that a batch cannot, windows of %i bits', async (bits) => {
    const r1cs = await circuitFile(`doubling-${bits}.r1cs`, randomCircuit({ wires: 20, rows: 30 }));
    const scalars = doublingScalars(bits);
    const [alpha = 0n, beta = 0n, delta = 0n] = [scalars[0], scalars[scalars.length >> 1], scalars.at(-1)];
    const waste = { tau: 99n, alpha, beta, delta };
    await writeDevelopmentZkey(r1cs, file('scripted.zkey'), waste, { core: 'none' });
    await writeDevelopmentZkey(r1cs, file('native.zkey'), waste, { core });
    expect(await sha256(file('native.zkey'))).toBe(await sha256(file('scripted.zkey')));
  });

  it('adds up terms that name one wire twice', async () => {
    const twice = writeR1cs({
      wires: 3,
      publicOutputs: 0,
      publicInputs: 0,
      privateInputs: 0,
      constraints: [
        [
          new Map([
            [1, 5n],
            [2, 6n],
          ]),
          new Map([[0, 1n]]),
          new Map([[2, 4n]]),
        ],
      ],
    });
    const place = twice.indexOf(Buffer.from([2, 0, 0, 0, 6, 0]));
    twice.writeUInt32LE(1, place);
    await writeFile(file('twice.r1cs'), twice);
    const [scripted, native] = await bothKeys(file('twice.r1cs'));
    expect(native.equals(scripted)).toBe(true);
  });

  it('writes the same bytes in every implementation of its arithmetic, on one thread and on three', async () => {
    const r1cs = await circuitFile('each.r1cs', randomCircuit({ wires: 700, outputs: 1, rows: 900 }));
    await writeDevelopmentZkey(r1cs, file('each.zkey'), WASTE, { core });
    const expected = await sha256(file('each.zkey'));
    const script = `
      import { loadCore } from ${JSON.stringify(join(import.meta.dirname, '../native/core.ts'))};
      import { writeDevelopmentZkey } from ${JSON.stringify(join(import.meta.dirname, 'developmentZkey.ts'))};
      const [implementation, r1cs, zkey, ...waste] = process.argv.slice(1);
      const core = loadCore();
      if (core.implementation !== implementation) throw new Error(core.implementation);
      const [tau, alpha, beta, delta] = waste.map(BigInt);
      const threads = [1, 3];
      for (const count of threads) {
        const own = { ...core, writeDevelopmentKey: (a, b, c, d, _, e) => core.writeDevelopmentKey(a, b, c, d, count, e) };
        await writeDevelopmentZkey(r1cs, zkey + count, { tau, alpha, beta, delta }, { core: own });
      }`;
    for (const implementation of core?.implementations ?? []) {
      const zkey = file(`${implementation}.zkey`);
      const args = ['--input-type=module-typescript', '-e', script, implementation, r1cs, zkey];
      const env = { ...process.env, STRADDLE_NATIVE_ISA: implementation };
      const run = spawnSync(process.execPath, [...args, ...Object.values(WASTE).map(String)], {
        env,
        encoding: 'utf8',
      });
      expect(run.stderr).toBe('');
      expect([await sha256(`${zkey}1`), await sha256(`${zkey}3`)], implementation).toEqual([expected, expected]);
    }
  });
});

describe.each(loadCore() === undefined ? ['JavaScript'] : ['JavaScript', 'the native core'])('%s', (which) => {
  const options = (): { core: NativeCore | 'none' } => ({ core: which === 'JavaScript' ? 'none' : (core ?? 'none') });
  const small = (): Promise<string> => circuitFile(`${which}.r1cs`, randomCircuit({ wires: 20, rows: 30 }));
  const writing = (r1cs: string): Promise<void> => writeDevelopmentZkey(r1cs, file('refused.zkey'), WASTE, options());

  it('refuses what is no sound constraint system', async () => {
    const bytes = await readFile(await small());
    const constraints = bytes.indexOf(Buffer.from([2, 0, 0, 0]), 12 + 12 + 64) + 12;
    const spoiled = async (name: string, change: (copy: Buffer) => Buffer | undefined): Promise<string> => {
      const copy = Buffer.from(bytes);
      await writeFile(file(name), change(copy) ?? copy);
      return file(name);
    };
    for (const wrong of [
      await spoiled('short', (copy) => copy.subarray(0, 300)),
      await spoiled('empty', () => Buffer.alloc(0)),
      await spoiled('terms', (copy) => void copy.writeUInt32LE(1e6, constraints)),
      await spoiled('rows', (copy) => void copy.writeUInt32LE(31, 24 + 4 + 32 + 24)),
      file('absent'),
    ]) {
      await expect(writing(wrong), wrong).rejects.toMatchObject({ code: 'SETUP_R1CS_INVALID' });
    }
  });

  it('refuses a wire that does not exist, and a coefficient that is not below r', async () => {
    const one = (wire: number, coefficient: bigint): R1csModel => ({
      ...randomCircuit({ wires: 3, rows: 0 }),
      constraints: [[new Map([[wire, coefficient]]), new Map(), new Map()]],
    });
    await expect(writing(await circuitFile('wire.r1cs', one(3, 1n)))).rejects.toMatchObject({
      code: 'SETUP_R1CS_INVALID',
    });
    const bytes = writeR1cs(one(1, 0x1234_5678_9abcn));
    const at = bytes.indexOf(Buffer.from('bc9a78563412', 'hex'));
    bytes.set(Buffer.from(SCALAR_FIELD.toString(16), 'hex').reverse(), at);
    await writeFile(file('reduced.r1cs'), bytes);
    await expect(writing(file('reduced.r1cs'))).rejects.toMatchObject({ code: 'SETUP_R1CS_INVALID' });
  });

  it('refuses a circuit of nothing, and secrets out of range', async () => {
    const nothing = await circuitFile('nothing.r1cs', randomCircuit({ wires: 1, rows: 0 }));
    await expect(writing(nothing)).rejects.toMatchObject({ code: 'SETUP_R1CS_UNSUPPORTED' });
    for (const delta of [0n, SCALAR_FIELD]) {
      const wrong = writeDevelopmentZkey(await small(), file('refused.zkey'), { ...WASTE, delta }, options());
      await expect(wrong).rejects.toMatchObject({ code: 'SETUP_ARGUMENT_INVALID' });
    }
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    const r1cs = await small();
    const running = writeDevelopmentZkey(r1cs, file('stopped.zkey'), WASTE, { ...options(), signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toMatchObject({ code: 'SETUP_ABORTED', cause: { message: 'enough' } });
    const before = AbortSignal.abort();
    const never = writeDevelopmentZkey(r1cs, file('stopped.zkey'), WASTE, { ...options(), signal: before });
    await expect(never).rejects.toMatchObject({ code: 'SETUP_ABORTED' });
  });

  it('reports a growing fraction that ends at 1', async () => {
    const fractions: number[] = [];
    const onFraction = (fraction: number): void => void fractions.push(fraction);
    await writeDevelopmentZkey(await small(), file('told.zkey'), WASTE, { ...options(), onFraction });
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });
});

describe.skipIf(loadCore() === undefined)('a key that the native core does not finish', () => {
  it('leaves no file behind, and the old key where it was', async () => {
    const [place, bytes] = [await mkdtemp(join(directory, 'place-')), Buffer.from('the old key')];
    await writeFile(join(place, 'key.zkey'), bytes);
    const torn = file('torn.r1cs');
    const whole = writeR1cs(randomCircuit({ wires: 20, rows: 30 }));
    whole.writeUInt32LE(77, whole.length - 20 * 8 - 12 - 36);
    await writeFile(torn, whole);
    await expect(writeDevelopmentZkey(torn, join(place, 'key.zkey'), WASTE, { core })).rejects.toMatchObject({
      code: 'SETUP_R1CS_INVALID',
    });
    expect(await readdir(place)).toEqual(['key.zkey']);
    expect(await readFile(join(place, 'key.zkey'))).toEqual(bytes);
  });

  it('says so where it cannot write', async () => {
    const r1cs = await circuitFile('unwritable.r1cs', randomCircuit({ wires: 20, rows: 30 }));
    const nowhere = writeDevelopmentZkey(r1cs, file('no/such/folder.zkey'), WASTE, { core });
    await expect(nowhere).rejects.toMatchObject({ code: 'CORE_WRITE_FAILED' });
  });
});
