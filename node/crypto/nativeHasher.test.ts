import { buildPoseidonReference } from 'circomlibjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadCore } from '../../prover/native/core.ts';
import { FIELD_PRIME, type Hasher, hashMany } from '../core/crypto/hasher.ts';
import { MemoryNodes } from '../core/tree/nodeStore.ts';
import { updateLeaves } from '../core/tree/octTree.ts';
import { askNative } from './askNative.fixture.ts';
import { createCircomHasher } from './circomHasher.ts';
import { createHashChain, createNativeHashChain } from './hashChain.ts';
import { createNativeHasher } from './nativeHasher.ts';

const SEED = 20261121;
const core = loadCore();
const element = fc.oneof(
  fc.bigInt({ min: 0n, max: FIELD_PRIME - 1n }),
  fc.bigInt({ min: FIELD_PRIME - 3n, max: FIELD_PRIME - 1n }),
  fc.bigInt({ min: 0n, max: 2n }),
);

describe.skipIf(core === undefined)(`native Poseidon (seed ${SEED})`, () => {
  if (core === undefined) return;
  const native = createNativeHasher(core);
  let circom: Hasher;
  beforeAll(async () => {
    circom = await createCircomHasher();
  });

  test("circomlibjs' published values", () => {
    expect(native.poseidon([1n])).toBe(18586133768512220936620570745912940619677854269274689475585506675881198879027n);
    expect(native.poseidon([1n, 2n])).toBe(
      7853200120776062878684798364095072458815029376092732009249414926327459813530n,
    );
    expect(native.poseidon([1n, 2n, 3n, 4n])).toBe(
      18821383157269793795438455681495246036402687001665670618754263018637548127333n,
    );
    const sixteen = Array.from({ length: 16 }, (_, i) => BigInt(i + 1));
    expect(native.poseidon(sixteen)).toBe(
      9989051620750914585850546081941653841776809718687451684622678807385399211877n,
    );
  });

  test.for(core.implementations)('%s: equals the plain reference at every width', async (implementation) => {
    const reference = await buildPoseidonReference();
    const cases: bigint[][] = [];
    for (let width = 1; width <= 16; width++) {
      cases.push(Array<bigint>(width).fill(0n), Array<bigint>(width).fill(FIELD_PRIME - 1n));
      cases.push(...fc.sample(fc.array(element, { minLength: width, maxLength: width }), { numRuns: 6, seed: SEED }));
    }
    const { hashes } = askNative(implementation, { hashes: cases.map((inputs) => inputs.map(String)) });
    expect(hashes).toEqual(cases.map((inputs) => `${reference.F.toObject(reference(inputs))}`));
  });

  test('many at once equal one by one, whatever their number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 16 }).chain((width) =>
          fc.tuple(
            fc.constant(width),
            fc.integer({ min: 0, max: 19 }).chain((count) => {
              const length = width * count;
              return fc.array(element, { minLength: length, maxLength: length });
            }),
          ),
        ),
        ([width, values]) => {
          const expected = hashMany({ poseidon: circom.poseidon }, width, values);
          expect(hashMany(native, width, values)).toEqual(expected);
        },
      ),
      { seed: SEED, numRuns: 120 },
    );
  });

  test('on bytes, at any address, also in place', () => {
    const bytes = new Uint8Array(3 * 64 + 1).subarray(1);
    for (let i = 0; i < 6; i++) bytes[32 * i] = i + 1;
    core.poseidonBytes(2, bytes, bytes.subarray(0, 96));
    const read = (at: number) =>
      BigInt(
        `0x${Buffer.from(bytes.slice(at, at + 32))
          .reverse()
          .toString('hex')}`,
      );
    expect([read(0), read(32), read(64)]).toEqual([
      circom.poseidon([1n, 2n]),
      circom.poseidon([3n, 4n]),
      circom.poseidon([5n, 6n]),
    ]);
  });

  test('a chain is hashed link by link, on a thread of its own or here', async () => {
    const here = createHashChain(circom);
    const chain = createNativeHashChain(core);
    const values = fc.array(element, { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(element, values, async (before, each) => {
        const links = await here(before, each);
        expect(await chain(before, each)).toEqual(links);
        expect(await core.poseidonChain(before, each).promise).toEqual(links);
        expect(links.length).toBe(each.length);
        if (each.length > 0) expect(links.at(-1)).toBe(circom.poseidon([links.at(-2) ?? before, each.at(-1) ?? 0n]));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('bulk updates of a tree are those of circomlibjs', () => {
    const update = fc.array(fc.tuple(fc.integer({ min: 0, max: 511 }), element), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(update, { minLength: 1, maxLength: 3 }), (updates) => {
        const [mine, theirs] = [new MemoryNodes(), new MemoryNodes()];
        for (const leaves of updates) {
          expect(updateLeaves(native, mine, 3, leaves)).toBe(updateLeaves(circom, theirs, 3, leaves));
        }
        expect(mine.entries()).toEqual(theirs.entries());
      }),
      { seed: SEED, numRuns: 15 },
    );
  });

  test('refuses what is no field element, and what is no whole number of hashes', () => {
    const invalid = expect.objectContaining({ code: 'CORE_ARGUMENT_INVALID' });
    for (const inputs of [[FIELD_PRIME], [-1n], [2n ** 256n], [2n ** 320n + 1n], [], Array<bigint>(17).fill(0n)]) {
      expect(() => native.poseidon(inputs)).toThrow(invalid);
    }
    expect(() => native.poseidon([1 as unknown as bigint])).toThrow(invalid);
    expect(() => core.poseidon(7n as unknown as bigint[])).toThrow(invalid);
    expect(() => core.poseidonMany(2, [1n, 2n, 3n])).toThrow(invalid);
    expect(() => core.poseidonMany(2, [1n, FIELD_PRIME])).toThrow(invalid);
    expect(() => core.poseidonMany(0, [])).toThrow(invalid);
    expect(() => core.poseidonMany(17, [])).toThrow(invalid);
    expect(() => core.poseidonChain(FIELD_PRIME, [1n])).toThrow(invalid);
    expect(() => core.poseidonChain(0n, [1n, -1n])).toThrow(invalid);
    expect(() => core.poseidonChain(0n, 1n as unknown as bigint[])).toThrow(invalid);
    expect(() => core.poseidonBytes(1, new Uint8Array(31), new Uint8Array(32))).toThrow(invalid);
    expect(() => core.poseidonBytes(2, new Uint8Array(96), new Uint8Array(32))).toThrow(invalid);
    expect(() => core.poseidonBytes(1, new Uint8Array(32), new Uint8Array(64))).toThrow(invalid);
    expect(() => core.poseidonBytes(1, new Uint8Array(32).fill(255), new Uint8Array(32))).toThrow(invalid);
  });
});
