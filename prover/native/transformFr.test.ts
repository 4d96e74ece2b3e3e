import * as snarkjs from 'snarkjs';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCore, type NativeCore } from './core.ts';
import { bytesToNumbers, numbersToBytes } from './numberBytes.ts';
import { numbersFrom } from './productCircuit.fixture.ts';
import { inverse, modulo } from './r1csModel.fixture.ts';
import { FIELD as FIELD_PRIME } from './witness/fieldOperations.ts';

const found = loadCore();
const RADIX = 2n ** 256n % FIELD_PRIME;

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % FIELD_PRIME;
    square = (square * square) % FIELD_PRIME;
  }
  return result;
};
/** 5 generates the field's units. */
const rootOfOrder = (order: number): bigint => power(5n, (FIELD_PRIME - 1n) / BigInt(order));

/** Values of the polynomial at first, first root, first root^2, ..., by Horner's rule. */
const naive = (coefficients: readonly bigint[], first: bigint, root: bigint): bigint[] => {
  let point = first;
  return coefficients.map(() => {
    let value = 0n;
    for (const coefficient of coefficients.toReversed()) value = (value * point + coefficient) % FIELD_PRIME;
    point = (point * root) % FIELD_PRIME;
    return value;
  });
};

describe.skipIf(found === undefined)('transforms over Fr', () => {
  const core = found as NativeCore;
  afterAll(async () => (await snarkjs.curves.getCurveFromName('bn128')).terminate());

  const toMontgomery = (values: readonly bigint[]): Uint8Array =>
    numbersToBytes(values.map((value) => (value * RADIX) % FIELD_PRIME));
  const fromMontgomery = (bytes: Uint8Array): bigint[] =>
    bytesToNumbers(bytes).map((value) => modulo(value * inverse(RADIX)));
  const each = async (work: (implementation: NativeCore['implementation']) => Promise<void>): Promise<void> => {
    for (const implementation of core.implementations) await work(implementation);
  };
  const random = (length: number, seed: number): bigint[] => {
    const next = numbersFrom(seed);
    return Array.from({ length }, () => next());
  };
  const largest = (length: number): bigint[] => new Array<bigint>(length).fill(FIELD_PRIME - 1n);

  it.each([1, 2, 4, 8, 16, 32, 64, 128, 256, 512])(
    'of %i values are those of the definition (seed 5)',
    async (size) => {
      const root = rootOfOrder(size);
      for (const values of [random(size, 5), largest(size), new Array<bigint>(size).fill(0n)]) {
        const expected = naive(values, 1n, root);
        await each(async (implementation) => {
          const evaluated = await core.transformFr(toMontgomery(values), 'evaluate', 2, implementation).promise;
          expect(fromMontgomery(evaluated)).toEqual(expected);
          const back = await core.transformFr(evaluated, 'interpolate', 2, implementation).promise;
          expect(fromMontgomery(back)).toEqual(values);
        });
      }
    },
  );

  it.each([1, 2, 8, 32, 64, 128, 256])('make the quotient of %i rows by definition (seed 6)', async (size) => {
    const [a, b] = [random(size, 6), random(size, 7)];
    const [root, shift] = [rootOfOrder(size), rootOfOrder(2 * size)];
    const [inverseSize, back] = [inverse(BigInt(size)), inverse(root)];
    const onCoset = (values: readonly bigint[]): bigint[] => {
      const coefficients = naive(values, 1n, back).map((value) => (value * inverseSize) % FIELD_PRIME);
      return naive(coefficients, shift, root);
    };
    const product = onCoset(a.map((value, i) => modulo(value * (b[i] ?? 0n))));
    const [onA, onB] = [onCoset(a), onCoset(b)];
    const expected = onA.map((value, i) => modulo(value * (onB[i] ?? 0n) - (product[i] ?? 0n)));
    await each(async (implementation) => {
      const made = await core.transformFr(toMontgomery([...a, ...b]), 'quotient', 2, implementation).promise;
      expect(bytesToNumbers(made)).toEqual(expected);
    });
  });

  it.each([10, 11, 12, 13, 14])("of 2^%i values are ffjavascript's (seed 8)", async (log) => {
    const { Fr } = (await snarkjs.curves.getCurveFromName('bn128')) as unknown as {
      Fr: {
        fft(values: Uint8Array): Promise<Uint8Array>;
        ifft(values: Uint8Array): Promise<Uint8Array>;
        batchApplyKey(values: Uint8Array, first: Uint8Array, increment: Uint8Array): Promise<Uint8Array>;
        e(value: number): Uint8Array;
        w: readonly Uint8Array[];
      };
    };
    const values = toMontgomery(random(2 ** log, 8));
    const [forward, backward] = [await Fr.fft(values), await Fr.ifft(values)];
    // What snarkjs does to each of the three polynomials, here to check the quotient of a = b = values.
    const shifted = await Fr.fft(await Fr.batchApplyKey(backward, Fr.e(1), Fr.w[log + 1] ?? new Uint8Array()));
    const squares = toMontgomery(fromMontgomery(values).map((value) => modulo(value * value)));
    const squaresShifted = await Fr.fft(
      await Fr.batchApplyKey(await Fr.ifft(squares), Fr.e(1), Fr.w[log + 1] ?? new Uint8Array()),
    );
    const onSquares = fromMontgomery(squaresShifted);
    const quotient = fromMontgomery(shifted).map((value, i) => modulo(value * value - (onSquares[i] ?? 0n)));
    await each(async (implementation) => {
      const run = (what: 'evaluate' | 'interpolate') => core.transformFr(values, what, 2, implementation).promise;
      expect(Buffer.compare(await run('evaluate'), forward)).toBe(0);
      expect(Buffer.compare(await run('interpolate'), backward)).toBe(0);
      const both = Buffer.concat([values, values]);
      const made = await core.transformFr(both, 'quotient', 2, implementation).promise;
      expect(Buffer.compare(made, numbersToBytes(quotient))).toBe(0);
    });
  });

  it('gives the same on any number of threads', async () => {
    const values = toMontgomery(random(2 ** 12, 9));
    const expected = await core.transformFr(values, 'evaluate', 1, '').promise;
    for (const threads of [2, 3, 7]) {
      expect(Buffer.compare(await core.transformFr(values, 'evaluate', threads, '').promise, expected)).toBe(0);
    }
  });

  it('refuses what is no power of two, not reduced, or unknown', () => {
    const refused = { code: 'CORE_ARGUMENT_INVALID' };
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    expect(thrown(() => core.transformFr(new Uint8Array(96), 'evaluate', 1, ''))).toMatchObject(refused);
    expect(thrown(() => core.transformFr(new Uint8Array(33), 'evaluate', 1, ''))).toMatchObject(refused);
    expect(thrown(() => core.transformFr(new Uint8Array(32), 'quotient', 1, ''))).toMatchObject(refused);
    expect(thrown(() => core.transformFr(numbersToBytes([FIELD_PRIME]), 'evaluate', 1, ''))).toMatchObject(refused);
    expect(thrown(() => core.transformFr(new Uint8Array(64), 'other' as 'evaluate', 1, ''))).toMatchObject(refused);
    expect(thrown(() => core.transformFr(new Uint8Array(64), 'evaluate', 1, 'mmx' as ''))).toMatchObject(refused);
  });
});
