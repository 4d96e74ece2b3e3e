import { bn254 } from '@noble/curves/bn254.js';
import { describe, expect, it } from 'vitest';
import { loadCore, type NativeCore } from './core.ts';
import type { Implementation } from './coreAddon.ts';
import {
  type Curve,
  curveG1,
  curveG2,
  encodePoints,
  fromMontgomery,
  naiveSum,
  toMontgomery,
  walk,
} from './curvePoints.fixture.ts';
import { numbersToBytes } from './numberBytes.ts';
import { numbersFrom } from './productCircuit.fixture.ts';
import { FIELD as ORDER } from './witness/fieldOperations.ts';

const found = loadCore();
const { Fp, Fp2 } = bn254.fields;

const scalarsOf = (count: number, seed: number): bigint[] => {
  const next = numbersFrom(seed);
  return Array.from({ length: count }, () => next());
};

describe.skipIf(found === undefined)('points', () => {
  const core = found as NativeCore;

  function checkPoints<P>(curve: Curve<P>): void {
    const { group, zero, base, add, negate } = curve;

    it('adds by the group law, at its edges too (seed 11)', () => {
      const [p, q, r] = walk(curve, 3, 11) as [P, P, P];
      const pairs: readonly (readonly [P, P])[] = [
        [p, q],
        [q, p],
        [p, p],
        [p, negate(p)],
        [p, zero],
        [zero, p],
        [zero, zero],
        [add(p, q), r],
        [p, add(q, r)],
        [base, negate(add(base, base))],
      ];
      const expected = pairs.flatMap(([a, b]) => curve.coordinates(add(a, b)));
      const [left, right] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
      const [a, b] = [encodePoints(curve, left), encodePoints(curve, right)];
      for (const implementation of core.implementations) {
        expect(fromMontgomery(core.addPoints(group, a, b, implementation))).toEqual(expected);
      }
    });

    it('knows the curve: each coordinate of each point of a vector counts (seed 12)', () => {
      const points = walk(curve, 19, 12);
      points[7] = zero;
      const good = encodePoints(curve, points);
      const each = (work: (implementation: Implementation) => void) => core.implementations.forEach(work);
      each((implementation) => expect(core.arePointsOnCurve(group, good, implementation)).toBe(true));
      each((implementation) => expect(core.arePointsOnCurve(group, new Uint8Array(), implementation)).toBe(true));
      for (let number = 0; number < good.length / 32; number++) {
        const bad = Uint8Array.from(good);
        bad[32 * number] = (bad[32 * number] ?? 0) ^ 1;
        each((implementation) => expect(core.arePointsOnCurve(group, bad, implementation)).toBe(false));
      }
      const modulus = Uint8Array.from(good);
      modulus.set(numbersToBytes([Fp.ORDER]), 7 * (good.length / points.length)); // infinity, but not reduced
      each((implementation) => expect(core.arePointsOnCurve(group, modulus, implementation)).toBe(false));
    });
  }

  async function expectSums<P>(
    curve: Curve<P>,
    points: readonly P[],
    scalars: readonly bigint[],
    first = 0,
  ): Promise<void> {
    const half = points.slice(0, Math.floor(points.length / 2));
    const expected = [points, half].flatMap((some) => curve.coordinates(naiveSum(curve, some, scalars, first)));
    const [encoded, plainScalars] = [encodePoints(curve, points), numbersToBytes(scalars)];
    for (const implementation of core.implementations) {
      for (const threads of [1, 3]) {
        const job = core.multiplyPoints(curve.group, encoded, plainScalars, first, threads, implementation);
        expect(fromMontgomery(await job.promise), `${implementation}, ${threads} threads`).toEqual(expected);
      }
    }
  }

  function checkSums<P>(curve: Curve<P>): void {
    const { zero, negate } = curve;

    it.each([0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33])(
      'sums of %i products are those of BigInt (seed 13)',
      async (count) => {
        await expectSums(curve, walk(curve, count, 13), scalarsOf(count, 13));
      },
    );

    it('takes scalars from any place in a longer list (seed 14)', async () => {
      await expectSums(curve, walk(curve, 9, 14), scalarsOf(20, 14), 6);
      await expectSums(curve, [], scalarsOf(3, 14), 2);
    });

    const edges: readonly (readonly [string, bigint])[] = [
      ['0', 0n],
      ['1', 1n],
      ['2', 2n],
      ['r - 1', ORDER - 1n],
      ['2^253', 2n ** 253n],
      ['2^128 - 1', 2n ** 128n - 1n],
    ];
    it.each(edges)('takes any scalar: all of them %s (seed 15)', async (_, scalar) => {
      const points = walk(curve, 21, 15);
      await expectSums(curve, points, new Array<bigint>(21).fill(scalar));
      await expectSums(
        curve,
        points.map(() => points[0] ?? zero),
        new Array<bigint>(21).fill(scalar),
      );
    });

    it('takes any points: infinite, equal, opposite, and scalars that repeat (seed 16)', async () => {
      const points = walk(curve, 16, 16);
      const p = points[0] ?? zero;
      const scalars = scalarsOf(16, 16);
      const repeated = scalars.map((_, i) => scalars[i % 3] ?? 0n);
      const few = scalars.map((scalar, i) => [0n, 1n, ORDER - 1n, scalar][i % 4] ?? 0n);
      const families: readonly (readonly P[])[] = [
        points.map(() => zero),
        points.map((point, i) => (i % 2 === 0 ? zero : point)),
        points.map(() => p),
        points.map((_, i) => (i % 2 === 0 ? p : negate(p))),
        points.map((point, i) => [p, negate(p), point, zero][i % 4] ?? zero),
      ];
      for (const family of families) {
        for (const list of [scalars, repeated, few]) await expectSums(curve, family, list);
      }
    });
  }

  function checkLongSum<P>(curve: Curve<P>): void {
    const { group, negate } = curve;

    it('takes every implementation and number of threads to the same sum, beyond a chunk (seed 17)', async () => {
      // One bucket with more entries than a kernel's task takes, others with few; some points are opposite to others.
      const [count, period] = [40_000, 100];
      const distinct = walk(curve, period, 17);
      const points = distinct.map((point, i) => (i % 5 === 0 ? negate(distinct[i + 1] ?? point) : point));
      const next = numbersFrom(17);
      const scalars = Array.from({ length: count }, (_, i) => (i % 16 === 0 ? next() : 1n));
      const once = encodePoints(curve, points);
      const encoded = new Uint8Array((count / period) * once.length);
      for (let at = 0; at < encoded.length; at += once.length) encoded.set(once, at);
      const collected = new Array<bigint>(period).fill(0n);
      scalars.forEach((scalar, i) => {
        collected[i % period] = ((collected[i % period] ?? 0n) + scalar) % ORDER;
      });
      const expected = curve.coordinates(naiveSum(curve, points, collected, 0));
      const width = once.length / period;
      const bytes = numbersToBytes(scalars);
      for (const implementation of core.implementations) {
        for (const threads of [1, 4]) {
          const sums = await core.multiplyPoints(group, encoded, bytes, 0, threads, implementation).promise;
          expect(fromMontgomery(sums.subarray(0, width)), `${implementation}, ${threads} threads`).toEqual(expected);
        }
      }
    });
  }

  function checkGroup<P>(curve: Curve<P>): void {
    checkPoints(curve);
    checkSums(curve);
    checkLongSum(curve);
  }

  describe('G1', () => checkGroup(curveG1));
  describe('G2', () => checkGroup(curveG2));

  it('are refused where they are off the curve, of another length, or without a scalar', () => {
    const refused = { code: 'CORE_ARGUMENT_INVALID' };
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const base = toMontgomery([1n, 2n]);
    const multiplied = (points: Uint8Array, scalars: readonly bigint[], first: number): unknown =>
      thrown(() => core.multiplyPoints('G1', points, numbersToBytes(scalars), first, 1, ''));
    expect(multiplied(toMontgomery([1n, 3n]), [1n], 0)).toMatchObject(refused);
    expect(multiplied(base.subarray(1), [1n], 0)).toMatchObject(refused);
    expect(multiplied(base, [], 0)).toMatchObject(refused);
    expect(multiplied(base, [1n], 1)).toMatchObject(refused);
    expect(multiplied(base, [ORDER], 0)).toMatchObject(refused);
    expect(thrown(() => core.addPoints('G1', base, new Uint8Array(), ''))).toMatchObject(refused);
    expect(thrown(() => core.arePointsOnCurve('G3' as 'G1', base, ''))).toMatchObject(refused);
  });

  it('of the twist need not be in its subgroup to be on it', () => {
    // The first x = k + 0 u with a point of the twist; its order is not r (the cofactor is 2 q - r).
    const b = Fp2.div(Fp2.fromBigTuple([3n, 0n]), Fp2.fromBigTuple([9n, 1n]));
    const offSubgroup = (): readonly bigint[] => {
      for (let k = 1n; ; k++) {
        const x = Fp2.fromBigTuple([k, 0n]);
        const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), b);
        try {
          const y = Fp2.sqrt(square);
          return [x.c0, x.c1, y.c0, y.c1];
        } catch {
          // no square root: the next x
        }
      }
    };
    for (const implementation of core.implementations) {
      expect(core.arePointsOnCurve('G2', toMontgomery(offSubgroup()), implementation)).toBe(true);
    }
  });
});
