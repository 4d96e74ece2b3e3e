import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { black76 as reference } from '../../../test/vectors/black76Float64.ts';
import { HAUG_OPTIONS } from '../../../test/vectors/haugOptions.ts';
import {
  black76Greeks,
  black76Value,
  impliedVolatilityE9,
  logOfUnitsX64,
  MAX_PRICE,
  otmValueX64,
  SECONDS_PER_YEAR,
  stdDevX64,
} from './black76.ts';
import { PricingInputError } from './pricingError.ts';

const SEED = 20261122;
const YEAR_SEC = 31_536_000;

/** Strikes 0.2 to 5 times the forward, volatility 5% to 400%, a minute to two years, forwards of 1 to 400,000 USDC. */
const anyOption = fc.record({
  forward: fc.bigInt({ min: 10n ** 4n, max: 4n * 10n ** 9n }),
  strikePpm: fc.bigInt({ min: 200_000n, max: 5_000_000n }),
  volatilityE9: fc.bigInt({ min: 50_000_000n, max: 4_000_000_000n }),
  timeSec: fc.oneof(fc.bigInt({ min: 60n, max: 86_400n }), fc.bigInt({ min: 60n, max: 2n * SECONDS_PER_YEAR })),
});

describe(`Black-76 (seed ${SEED})`, () => {
  test.each(HAUG_OPTIONS)("Haug's $kind $strike on $spot, q $q, r $r, $years years, vol $vol: $value", (option) => {
    // In 1/1000 of the quoted unit, so that flooring to a price unit of 1e-4 does not hide an error.
    const scale = 10_000 * 1000;
    const forward = BigInt(Math.round(option.spot * Math.exp((option.r - option.q) * option.years) * scale));
    const value = black76Value({
      kind: option.kind,
      forward,
      strike: BigInt(Math.round(option.strike * scale)),
      stdDevX64: stdDevX64(BigInt(Math.round(option.vol * 1e9)), BigInt(Math.round(option.years * YEAR_SEC))),
    });
    // Published values are discounted by exp(-r T); ours are not.
    const discounted = (Number(value) / scale) * Math.exp(-option.r * option.years);
    // The book cuts some values off instead of rounding (1.87345 as 1.8734), hence QuantLib's tolerance.
    expect(Math.abs(discounted - option.value)).toBeLessThan(1e-4);
  });

  test.each([
    // Haug pp. 11-16: kind, strike, spot, q, r, years, vol, greek, published
    ['call', 100, 105, 0.1, 0.1, 0.5, 0.36, 'delta', 0.5946],
    ['put', 100, 105, 0.1, 0.1, 0.5, 0.36, 'delta', -0.3566],
    ['call', 60, 55, 0, 0.1, 0.75, 0.3, 'gamma', 0.0278],
    ['put', 60, 55, 0, 0.1, 0.75, 0.3, 'vega', 18.9358],
  ] as const)("Haug's Greeks: %s %d on %d, q %d, r %d, %d years, vol %d: %s", (...line) => {
    const [kind, strike, spot, q, r, years, vol, name, published] = line;
    const forward = spot * Math.exp((r - q) * years);
    const timeSec = BigInt(years * YEAR_SEC);
    const greeks = black76Greeks(
      {
        kind,
        forward: BigInt(Math.round(forward * 10_000)),
        strike: BigInt(strike * 10_000),
        stdDevX64: stdDevX64(BigInt(Math.round(vol * 1e9)), timeSec),
      },
      timeSec,
    );
    // From forward to spot: dF/dS = e^((r-q)T); from undiscounted to discounted: e^(-rT).
    const discount = Math.exp(-r * years);
    const perSpot = Math.exp((r - q) * years);
    const spotGreek = {
      delta: (Number(greeks.deltaE6) / 1e6) * discount * perSpot,
      gamma: (Number(greeks.gammaE12) / 1e12) * discount * perSpot * perSpot,
      vega: (Number(greeks.vegaE6) / 1e6) * 100 * discount,
    }[name];
    expect(Math.abs(spotGreek - published)).toBeLessThan(0.6e-4);
  });

  test('within 1e-6 of the forward (and a price unit) of double precision; worst case far below', () => {
    let worst = 0;
    fc.assert(
      fc.property(anyOption, fc.constantFrom('call', 'put'), ({ forward, strikePpm, volatilityE9, timeSec }, kind) => {
        const strike = (forward * strikePpm) / 1_000_000n;
        const deviation = stdDevX64(volatilityE9, timeSec);
        const value = Number(black76Value({ kind, forward, strike, stdDevX64: deviation }));
        const years = Number(timeSec) / YEAR_SEC;
        const exact = reference(kind, Number(forward), Number(strike), (Number(volatilityE9) / 1e9) * Math.sqrt(years));
        // What is left of the difference once flooring, at most one unit downwards, is taken off.
        const beyond = Math.max(exact - 1 - value, value - exact, 0) / Number(forward);
        worst = Math.max(worst, beyond);
      }),
      { seed: SEED, numRuns: 4000 },
    );
    expect(worst).toBeLessThan(1e-12);
  });

  test('call - put = forward - strike exactly, and never below the payoff', () => {
    fc.assert(
      fc.property(anyOption, ({ forward, strikePpm, volatilityE9, timeSec }) => {
        const option = {
          forward,
          strike: (forward * strikePpm) / 1_000_000n,
          stdDevX64: stdDevX64(volatilityE9, timeSec),
        };
        const call = black76Value({ ...option, kind: 'call' });
        const put = black76Value({ ...option, kind: 'put' });
        expect(call - put).toBe(forward - option.strike);
        expect(put >= 0n && call >= 0n && call <= forward && put <= option.strike).toBe(true);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test('monotone in strike to the unit, convex up to the unit that flooring takes, on a grid', () => {
    fc.assert(
      fc.property(anyOption, ({ forward, volatilityE9, timeSec }) => {
        const deviation = stdDevX64(volatilityE9, timeSec);
        const step = forward / 50n;
        const strikes = Array.from({ length: 241 }, (_, i) => forward / 5n + BigInt(i) * step);
        const calls = strikes.map((strike) => black76Value({ kind: 'call', forward, strike, stdDevX64: deviation }));
        const puts = strikes.map((strike) => black76Value({ kind: 'put', forward, strike, stdDevX64: deviation }));
        for (let i = 1; i < strikes.length; i += 1) {
          expect(calls[i] as bigint).toBeLessThanOrEqual(calls[i - 1] as bigint);
          expect(puts[i] as bigint).toBeGreaterThanOrEqual(puts[i - 1] as bigint);
          if (i < 2) continue;
          const bend = (calls[i] as bigint) - 2n * (calls[i - 1] as bigint) + (calls[i - 2] as bigint);
          expect(bend).toBeGreaterThanOrEqual(-1n);
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test('before flooring, convex in strike within the stated error bound', () => {
    fc.assert(
      fc.property(anyOption, ({ forward, volatilityE9, timeSec }) => {
        const deviation = stdDevX64(volatilityE9, timeSec);
        const value = (strike: bigint): bigint => {
          const otm = otmValueX64(forward, strike, logOfUnitsX64(forward), logOfUnitsX64(strike), deviation);
          return strike >= forward ? otm : otm + ((forward - strike) << 64n);
        };
        const step = forward / 50n;
        for (let i = 1n; i < 240n; i += 1n) {
          const strike = forward / 5n + i * step;
          const bend = value(strike + step) - 2n * value(strike) + value(strike - step);
          // Four values' errors of 2 (F + K) 2^-62 price units, that is 8 (F + K) on this scale.
          expect(bend).toBeGreaterThanOrEqual(-4n * 8n * (forward + strike + step));
        }
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  test('Greeks are the slopes of the value', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 500_000n, max: 2_000_000n }),
        fc.bigInt({ min: 200_000_000n, max: 2_000_000_000n }),
        fc.bigInt({ min: 7n * 86_400n, max: 365n * 86_400n }),
        (strikePpm, volatilityE9, timeSec) => {
          const forward = 3000 * 1e4;
          const strike = (forward * Number(strikePpm)) / 1e6;
          const years = Number(timeSec) / YEAR_SEC;
          const vol = Number(volatilityE9) / 1e9;
          const price = (f: number, v: number, y: number) => reference('put', f, strike, v * Math.sqrt(y));
          const greeks = black76Greeks(
            {
              kind: 'put',
              forward: BigInt(forward),
              strike: BigInt(Math.round(strike)),
              stdDevX64: stdDevX64(volatilityE9, timeSec),
            },
            timeSec,
          );
          const h = forward * 1e-4;
          const up = price(forward + h, vol, years);
          const down = price(forward - h, vol, years);
          const delta = (up - down) / (2 * h);
          const gamma = ((up - 2 * price(forward, vol, years) + down) / (h * h)) * 1e4;
          const vega = ((price(forward, vol + 1e-4, years) - price(forward, vol - 1e-4, years)) / 2e-4) * 1e-6;
          const theta =
            -((price(forward, vol, years * 1.0001) - price(forward, vol, years * 0.9999)) / (years * 2e-4)) *
            (1e-4 / 365);
          expect(Math.abs(Number(greeks.deltaE6) / 1e6 - delta)).toBeLessThan(2e-6);
          expect(Math.abs(Number(greeks.gammaE12) / 1e12 - gamma)).toBeLessThan(1e-8 + 1e-4 * gamma);
          expect(Math.abs(Number(greeks.vegaE6) / 1e6 - vega)).toBeLessThan(1e-5 + 1e-5 * vega);
          expect(Math.abs(Number(greeks.thetaPerDayE6) / 1e6 - theta)).toBeLessThan(1e-5 - 1e-5 * theta);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('without time: the payoff, and the slope of the payoff', () => {
    const at = (forward: bigint) => ({ kind: 'call' as const, forward, strike: 1000n, stdDevX64: 0n });
    expect([900n, 1000n, 1100n].map((forward) => black76Value(at(forward)))).toEqual([0n, 0n, 100n]);
    expect([900n, 1000n, 1100n].map((forward) => black76Greeks(at(forward), 0n).deltaE6)).toEqual([
      0n,
      500_000n,
      1_000_000n,
    ]);
  });

  test('the same bits for ever: a value of each kind, pinned', () => {
    const option = { forward: 30_000_000n, strike: 32_000_000n, stdDevX64: stdDevX64(650_000_000n, 30n * 86_400n) };
    expect(option.stdDevX64).toBe(3437536152028234634n);
    // In doubles: 3437536152028235000 and 1437486.8468.
    expect(black76Value({ ...option, kind: 'call' })).toBe(1_437_486n);
    expect(black76Value({ ...option, kind: 'put' })).toBe(3_437_486n);
  });

  test('implied volatility of a total variance', () => {
    const deviation = stdDevX64(650_000_000n, 30n * 86_400n);
    const vol = impliedVolatilityE9((deviation * deviation) >> 64n, 30n * 86_400n);
    expect(vol >= 649_999_999n && vol <= 650_000_000n).toBe(true);
  });

  test.each([
    [{ forward: 0n, strike: 1n, stdDevX64: 0n }, ['forward']],
    [{ forward: 1n, strike: MAX_PRICE + 1n, stdDevX64: 0n }, ['strike']],
    [{ forward: -1n, strike: 0n, stdDevX64: -1n }, ['forward', 'strike', 'stdDevX64']],
  ])('refuses %o', (option, fields) => {
    try {
      black76Value({ kind: 'call', ...option });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PricingInputError);
      expect((error as PricingInputError).code).toBe('PRICING_OPTION_INPUT');
      expect((error as PricingInputError).problems.map(({ field }) => field)).toEqual(fields);
    }
  });
});
