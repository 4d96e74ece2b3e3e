import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logOfUnitsX64 } from './black76.ts';
import { ONE_X64 } from './fixedPoint.ts';
import { PricingInputError } from './pricingError.ts';
import {
  createSviSurface,
  impliedVolE9,
  type SviParameters,
  sliceVarianceX64,
  sviProblems,
  sviSlice,
  totalVarianceX64,
} from './svi.ts';

const SEED = 20261123;
const NOW = 1_800_000_000n;
const DAY = 86_400n;

const GOOD: SviParameters = {
  aE15: 10n ** 13n,
  bE15: 10n ** 14n,
  rhoE9: -400_000_000n,
  mE9: 50_000_000n,
  sigmaE9: 100_000_000n,
};

function float(valueX64: bigint): number {
  return Number(valueX64) / 2 ** 64;
}

/** Gatheral's formula in doubles. */
function reference(svi: SviParameters, k: number): number {
  const [a, b, rho] = [Number(svi.aE15) / 1e15, Number(svi.bE15) / 1e15, Number(svi.rhoE9) / 1e9];
  const [m, sigma] = [Number(svi.mE9) / 1e9, Number(svi.sigmaE9) / 1e9];
  return a + b * (rho * (k - m) + Math.sqrt((k - m) ** 2 + sigma ** 2));
}

/** The same volatility at every strike: variance vol^2 * days / 365. */
function flat(volE9: bigint, days: bigint): SviParameters {
  return { aE15: (volE9 * volE9 * days) / (1000n * 365n), bE15: 0n, rhoE9: 0n, mE9: 0n, sigmaE9: 1n };
}

describe(`SVI (seed ${SEED})`, () => {
  test("is Gatheral's formula", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.bigInt({ min: -999_999_999n, max: 999_999_999n }),
        fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
        fc.bigInt({ min: 1n, max: 2n * 10n ** 9n }),
        fc.bigInt({ min: -2n * ONE_X64, max: 2n * ONE_X64 }),
        (aE15, bE15, rhoE9, mE9, sigmaE9, k) => {
          const svi = { aE15, bE15, rhoE9, mE9, sigmaE9 };
          const computed = float(sliceVarianceX64(sviSlice({ expirySec: NOW, svi }), k));
          expect(Math.abs(computed - reference(svi, float(k)))).toBeLessThan(1e-14);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test.each([
    [{}, []],
    [{ bE15: -1n }, ['svi.bE15']],
    [{ rhoE9: 1_000_000_000n }, ['svi.rhoE9']],
    [{ rhoE9: -1_000_000_000n }, ['svi.rhoE9']],
    [{ sigmaE9: 0n }, ['svi.sigmaE9']],
    [{ mE9: 1n << 31n }, ['svi.mE9']],
    [{ rhoE9: 2_000_000_000n, sigmaE9: -1n, bE15: -5n }, ['svi.bE15', 'svi.rhoE9', 'svi.sigmaE9']],
    // b sigma sqrt(1 - rho^2) with rho = -0.6 is 0.1 * 0.1 * 0.8 = 0.008 exactly.
    [{ rhoE9: -600_000_000n, aE15: -8n * 10n ** 12n }, []],
    [{ rhoE9: -600_000_000n, aE15: -8n * 10n ** 12n - 1n }, ['svi.aE15']],
    // b (1 + |rho|) = 2 with rho = -0.6.
    [{ rhoE9: -600_000_000n, bE15: 125n * 10n ** 13n }, []],
    [{ rhoE9: -600_000_000n, bE15: 125n * 10n ** 13n + 1n }, ['svi.bE15']],
  ])('checks %o', (change, fields) => {
    expect(sviProblems({ ...GOOD, ...change }).map(({ field }) => field)).toEqual(fields);
  });

  test('interpolates in total variance and keeps volatility constant outside', () => {
    const surface = createSviSurface(NOW, [
      { expirySec: NOW + 10n * DAY, svi: flat(800_000_000n, 10n) },
      { expirySec: NOW + 40n * DAY, svi: flat(600_000_000n, 40n) },
    ]);
    const variance = (days: bigint) => float(totalVarianceX64(surface, 0n, NOW + days * DAY));
    const [first, second] = [(0.64 * 10) / 365, (0.36 * 40) / 365];
    expect(variance(5n)).toBeCloseTo(first / 2, 13);
    expect(variance(10n)).toBeCloseTo(first, 13);
    expect(variance(20n)).toBeCloseTo((first * 2 + second) / 3, 13);
    expect(variance(40n)).toBeCloseTo(second, 13);
    expect(variance(80n)).toBeCloseTo(second * 2, 13);
    expect([variance(0n), variance(-1n)]).toEqual([0, 0]);
    const vol = (days: bigint) => Number(impliedVolE9(surface, 33_000_000n, 30_000_000n, NOW + days * DAY)) / 1e9;
    expect([vol(2n), vol(10n), vol(90n), vol(0n)]).toEqual([
      expect.closeTo(0.8, 8),
      expect.closeTo(0.8, 8),
      expect.closeTo(0.6, 8),
      0,
    ]);
  });

  test('implied volatility reads the smile at ln(strike / forward)', () => {
    const expirySec = NOW + 30n * DAY;
    const surface = createSviSurface(NOW, [{ expirySec, svi: GOOD }]);
    const expected = Math.sqrt(reference(GOOD, Math.log(25 / 30)) / (30 / 365));
    expect(Number(impliedVolE9(surface, 25_000_000n, 30_000_000n, expirySec)) / 1e9).toBeCloseTo(expected, 8);
    expect(float(logOfUnitsX64(25_000_000n) - logOfUnitsX64(30_000_000n))).toBeCloseTo(Math.log(25 / 30), 14);
  });

  test.each([
    ['no expiry', [], ['expiries']],
    ['an expiry not in the future', [{ expirySec: NOW, svi: GOOD }], ['expiries[0].expirySec']],
    [
      'expiries out of order and bad parameters, both told',
      [
        { expirySec: NOW + DAY, svi: { ...GOOD, sigmaE9: 0n } },
        { expirySec: NOW + DAY, svi: GOOD },
      ],
      ['expiries[0].svi.sigmaE9', 'expiries[1].expirySec'],
    ],
    [
      'total variance falling with expiry',
      [
        { expirySec: NOW + 10n * DAY, svi: flat(800_000_000n, 10n) },
        { expirySec: NOW + 20n * DAY, svi: flat(500_000_000n, 20n) },
      ],
      ['expiries[1].svi'],
    ],
    [
      'total variance falling in a wing only',
      [
        { expirySec: NOW + 10n * DAY, svi: { ...GOOD, rhoE9: 0n } },
        { expirySec: NOW + 20n * DAY, svi: { ...GOOD, aE15: GOOD.aE15 * 2n, rhoE9: -900_000_000n } },
      ],
      ['expiries[1].svi'],
    ],
  ])('refuses %s', (_name, expiries, fields) => {
    try {
      createSviSurface(NOW, expiries);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PricingInputError);
      expect((error as PricingInputError).code).toBe('PRICING_SVI_PARAMETERS');
      expect((error as PricingInputError).problems.map(({ field }) => field)).toEqual(fields);
    }
  });
});
