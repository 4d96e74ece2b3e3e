import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { black76 } from '../../../test/vectors/black76Float64.ts';
import { columnCount, DEVELOPMENT_RISK_PRESET, PRODUCTION_RISK_PRESET } from '../protocol/riskPreset.ts';
import { reportGreeks } from './greeks.ts';
import { PricingInputError } from './pricingError.ts';
import type { MarketInputs, ReportInputs } from './reportInputs.ts';
import { decodeReportInputs, encodeReportInputs } from './reportInputsCodec.ts';
import { buildRiskTable } from './riskTable.ts';
import { resolveScenarios } from './scenario.ts';

const SEED = 20261124;
const NOW = 1_800_000_000n;
const DAY = 86_400n;
const ID = 1 << 16;

const MARKET: MarketInputs = {
  market: 1,
  spot: 30_000_000n,
  spotRangePpm: 150_000n,
  volUpPpm: 750_000n,
  volDownPpm: 300_000n,
  expiries: [
    // Due, but without a settlement price yet.
    {
      expirySec: NOW - 5n,
      forward: 30_000_000n,
      svi: { aE15: 0n, bE15: 0n, rhoE9: 0n, mE9: 0n, sigmaE9: 1n },
    },
    {
      expirySec: NOW + 7n * DAY,
      forward: 30_050_000n,
      svi: { aE15: 4n * 10n ** 12n, bE15: 3n * 10n ** 13n, rhoE9: -300_000_000n, mE9: 0n, sigmaE9: 120_000_000n },
    },
    {
      expirySec: NOW + 60n * DAY,
      forward: 30_400_000n,
      svi: { aE15: 4n * 10n ** 13n, bE15: 9n * 10n ** 13n, rhoE9: -300_000_000n, mE9: 0n, sigmaE9: 250_000_000n },
    },
  ],
  settlements: [{ expirySec: NOW - DAY, price: 29_500_000n }],
};

const INPUTS: ReportInputs = {
  timeSec: NOW,
  markets: [MARKET],
  instruments: [
    { instrumentId: ID + 1, kind: 'call', expirySec: NOW - DAY, strike: 29_000_000n },
    { instrumentId: ID + 2, kind: 'put', expirySec: NOW - DAY, strike: 29_000_000n },
    { instrumentId: ID + 3, kind: 'future', expirySec: NOW - DAY, strike: 0n },
    { instrumentId: ID + 4, kind: 'call', expirySec: NOW + 7n * DAY, strike: 31_000_000n },
    { instrumentId: ID + 5, kind: 'put', expirySec: NOW + 7n * DAY, strike: 31_000_000n },
    { instrumentId: ID + 6, kind: 'future', expirySec: NOW + 7n * DAY, strike: 0n },
    { instrumentId: ID + 7, kind: 'put', expirySec: NOW + 60n * DAY, strike: 20_000_000n },
    { instrumentId: ID + 9, kind: 'call', expirySec: NOW - 5n, strike: 29_000_000n },
  ],
};

function refusal(act: () => unknown): { code: string; fields: string[] } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof PricingInputError)) throw error;
    return { code: error.code, fields: error.problems.map(({ field }) => field) };
  }
  return { code: 'accepted', fields: [] };
}

describe(`risk table (seed ${SEED})`, () => {
  test('settled instruments hold their payoff everywhere and no charge', () => {
    const rows = buildRiskTable(DEVELOPMENT_RISK_PRESET, INPUTS);
    expect(rows.slice(0, 3)).toEqual(
      [500_000n, 0n, 29_500_000n].map((payoff, i) => ({
        instrument: ID + 1 + i,
        status: 1,
        shortCharge: 0n,
        values: Array.from({ length: 15 }, () => payoff),
      })),
    );
  });

  test('a future is its forward, shocked and damped; exact', () => {
    expect(buildRiskTable(DEVELOPMENT_RISK_PRESET, INPUTS)[5]).toEqual({
      instrument: ID + 6,
      status: 0,
      shortCharge: 30_000n,
      values: [
        30_050_000n,
        ...[34_557_500n, 34_557_500n, 25_542_500n, 25_542_500n, 32_303_750n, 27_796_250n, 30_050_000n, 30_050_000n],
        ...[34_557_500n, 34_557_500n, 25_542_500n, 25_542_500n],
        // 30,050,000 +- floor(13,522,500 * 333333 / 10^6)
        ...[34_557_495n, 25_542_504n],
      ],
    });
  });

  test('an option due but unsettled is live and worth its payoff at each forward', () => {
    const row = buildRiskTable(DEVELOPMENT_RISK_PRESET, INPUTS)[7];
    expect(row?.status).toBe(0);
    expect(row?.values.slice(0, 5)).toEqual([1_000_000n, 5_500_000n, 5_500_000n, 0n, 0n]);
  });

  test.each([DEVELOPMENT_RISK_PRESET, PRODUCTION_RISK_PRESET])(
    '$name options agree with doubles in every column',
    (preset) => {
      const scenarios = resolveScenarios(preset, MARKET.spotRangePpm);
      const rows = buildRiskTable(preset, INPUTS);
      for (const index of [3, 4, 6]) {
        const instrument = INPUTS.instruments[index];
        const row = rows[index];
        if (instrument === undefined || row === undefined || instrument.kind === 'future') throw new Error('bad test');
        const expiry = MARKET.expiries.find(({ expirySec }) => expirySec === instrument.expirySec);
        if (expiry === undefined) throw new Error('bad test');
        const [forward, strike] = [Number(expiry.forward), Number(instrument.strike)];
        const { aE15, bE15, rhoE9, sigmaE9 } = expiry.svi;
        const k = Math.log(strike / forward);
        const root = Math.sqrt(k * k + (Number(sigmaE9) / 1e9) ** 2);
        const stdDev = Math.sqrt(Number(aE15) / 1e15 + (Number(bE15) / 1e15) * ((Number(rhoE9) / 1e9) * k + root));
        const days = Number(instrument.expirySec - NOW) / 86_400;
        const scale = (30 / days) ** (days < 30 ? 0.3 : 0.13);
        const mark = black76(instrument.kind, forward, strike, stdDev);
        expect(row.shortCharge).toBe(150_000n);
        expect(row.values).toHaveLength(columnCount(preset));
        expect(Math.abs(Number(row.values[0]) - mark)).toBeLessThan(1.001);
        for (const [s, { spotShockPpm, volShock, weightPpm }] of scenarios.entries()) {
          const moved = forward * (1 + Number(spotShockPpm) / 1e6);
          const multiplier = { none: 1, up: 1 + 0.75 * scale, down: 1 - 0.3 * scale }[volShock];
          const shocked = black76(instrument.kind, moved, strike, stdDev * multiplier);
          const expected = mark + (Number(weightPpm) / 1e6) * (shocked - mark);
          expect(Math.abs(Number(row.values[s + 1]) - expected)).toBeLessThan(3);
        }
      }
    },
  );

  test('a calendar position is margined as if its front leg were gone once that is about to expire', () => {
    const [front, back] = [NOW + 21_600n, NOW + 30n * DAY];
    const svi = MARKET.expiries[0]?.svi;
    if (svi === undefined) throw new Error('bad test');
    const future = (instrumentId: number, expirySec: bigint) =>
      ({ instrumentId, kind: 'future', expirySec, strike: 0n }) as const;
    const inputs = {
      ...INPUTS,
      markets: [
        {
          ...MARKET,
          expiries: [front, back].map((expirySec, i) => ({
            expirySec,
            forward: 30_000_000n,
            svi: { ...svi, aE15: svi.aE15 * BigInt(1 + 99 * i) },
          })),
          settlements: [],
        },
      ],
      instruments: [future(ID + 1, front), future(ID + 2, back)],
    };
    const [near, far] = buildRiskTable(DEVELOPMENT_RISK_PRESET, inputs);
    // One short of the near future, one long of the far one: nothing moves but in the fading columns, where a quarter of a day is left.
    const spread = (near?.values ?? []).map((value, s) => (far?.values[s] ?? 0n) - value);
    const fading = [0n, ...DEVELOPMENT_RISK_PRESET.scenarios.map(({ fades }) => (fades ? 1n : 0n))];
    const range = (30_000_000n * MARKET.spotRangePpm) / 1_000_000n;
    expect(spread.map((value) => (value < 0n ? -value : value))).toEqual(
      fading.map((fades) => fades * (range - range / 4n)),
    );
  });

  test('put-call parity holds in every undamped column to the unit', () => {
    const rows = buildRiskTable(PRODUCTION_RISK_PRESET, INPUTS);
    const [call, put, future] = [rows[3]?.values, rows[4]?.values, rows[5]?.values];
    for (let s = 0; s < 23; s += 1) {
      expect((call?.[s] ?? 0n) - (put?.[s] ?? 0n)).toBe((future?.[s] ?? 0n) - 31_000_000n);
    }
  });

  test('Greeks: future, settled, and an option whose volatility reads back', () => {
    const greeks = reportGreeks(INPUTS);
    expect(greeks[5]).toMatchObject({ instrument: ID + 6, deltaE6: 1_000_000n, gammaE12: 0n, impliedVolE9: 0n });
    expect(greeks[0]).toMatchObject({ instrument: ID + 1, deltaE6: 0n, vegaE6: 0n });
    const [call, put] = [greeks[3], greeks[4]];
    if (call === undefined || put === undefined) throw new Error('bad test');
    expect(call.deltaE6 - put.deltaE6).toBe(1_000_000n);
    expect([put.gammaE12, put.vegaE6, put.thetaPerDayE6]).toEqual([call.gammaE12, call.vegaE6, call.thetaPerDayE6]);
    expect(Number(call.impliedVolE9) / 1e9).toBeCloseTo(Math.sqrt((0.004 + 0.03 * smile()) / (7 / 365)), 7);
  });

  function smile(): number {
    const k = Math.log(31_000 / 30_050);
    return -0.3 * k + Math.sqrt(k * k + 0.12 ** 2);
  }

  test.each([
    ['range above its bound', { spotRangePpm: 300_001n }, ['markets[0].spotRangePpm']],
    ['up shock below 69%', { volUpPpm: 689_999n }, ['markets[0].volUpPpm']],
    ['down shock above its bound', { volDownPpm: 350_001n }, ['markets[0].volDownPpm']],
    ['no spot', { spot: 0n }, ['markets[0].spot']],
  ])('refuses %s', (_name, change, fields) => {
    const inputs = { ...INPUTS, markets: [{ ...MARKET, ...change }] };
    expect(refusal(() => buildRiskTable(DEVELOPMENT_RISK_PRESET, inputs))).toEqual({
      code: 'PRICING_REPORT_INPUTS',
      fields,
    });
  });

  test('refuses arbitrage between expiries', () => {
    const [due, first, second] = MARKET.expiries;
    if (due === undefined || first === undefined || second === undefined) throw new Error('bad test');
    const crossed = { ...MARKET, expiries: [due, { ...first, svi: second.svi }, { ...second, svi: first.svi }] };
    const inputs = { ...INPUTS, markets: [crossed] };
    expect(refusal(() => buildRiskTable(DEVELOPMENT_RISK_PRESET, inputs)).fields).toEqual([
      'markets[0].expiries[2].svi',
    ]);
  });
});

describe(`report inputs' encoding (seed ${SEED})`, () => {
  const bytes = encodeReportInputs(INPUTS);

  test('round trip, and the length the layout says', () => {
    expect(decodeReportInputs(bytes)).toEqual(INPUTS);
    expect(bytes).toHaveLength(7 + 17 + 3 * 38 + 10 + 2 + 8 * 9);
    expect(Buffer.from(bytes.subarray(0, 14)).toString('hex')).toBe('02006b49d200010100' + '01c9c38002');
  });

  test.each([
    [
      'instruments out of order',
      { instruments: INPUTS.instruments.slice(3, 5).toReversed() },
      'instruments[1].instrumentId',
    ],
    [
      'an instrument of no market',
      { instruments: [{ ...INPUTS.instruments[3], instrumentId: 5 }] },
      'instruments[0].instrumentId',
    ],
    ['instrument 0', { instruments: [{ ...INPUTS.instruments[3], instrumentId: 0 }] }, 'instruments[0].instrumentId'],
    ['an unknown expiry', { instruments: [{ ...INPUTS.instruments[3], expirySec: NOW }] }, 'instruments[0].expirySec'],
    ['a future with a strike', { instruments: [{ ...INPUTS.instruments[5], strike: 1n }] }, 'instruments[0].strike'],
    [
      'a strike of 41 bits',
      { instruments: [{ ...INPUTS.instruments[3], strike: 1n << 40n }] },
      'instruments[0].strike',
    ],
    ['a time of 41 bits', { timeSec: 1n << 40n }, 'timeSec'],
    ['a settlement before its time', { timeSec: NOW - 2n * DAY }, 'markets[0].settlements[0].expirySec'],
    [
      'an expiry both open and settled',
      { markets: [{ ...MARKET, settlements: [{ expirySec: NOW - 5n, price: 1n }] }], instruments: [] },
      'markets[0].expiries',
    ],
  ])('does not encode %s', (_name, change, field) => {
    const inputs = { ...INPUTS, ...change } as ReportInputs;
    expect(refusal(() => encodeReportInputs(inputs))).toEqual({ code: 'PRICING_REPORT_INPUTS', fields: [field] });
  });

  test('refuses every truncation, trailing bytes and another version', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      const { code } = refusal(() => decodeReportInputs(bytes.subarray(0, length)));
      expect(code).toBe('PRICING_REPORT_ENCODING');
    }
    expect(refusal(() => decodeReportInputs(Uint8Array.of(...bytes, 0))).fields).toEqual(['length']);
    expect(refusal(() => decodeReportInputs(Uint8Array.of(1, ...bytes.subarray(1)))).fields).toEqual(['version']);
  });

  test('any changed byte is refused, or decodes to other inputs that encode to just those bytes', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const { code } = refusal(() => decodeReportInputs(changed));
        if (code === 'accepted') expect(encodeReportInputs(decodeReportInputs(changed))).toEqual(changed);
        else {
          expect(code).toBe('PRICING_REPORT_ENCODING');
          refused += 1;
        }
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
