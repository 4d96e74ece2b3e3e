import { black76Value, stdDevX64 } from '../../node/core/pricing/black76.ts';
import type { ReportInputs } from '../../node/core/pricing/reportInputs.ts';
import { buildRiskTable } from '../../node/core/pricing/riskTable.ts';
import {
  DEVELOPMENT_RISK_PRESET,
  PRODUCTION_RISK_PRESET,
  type RiskPreset,
} from '../../node/core/protocol/riskPreset.ts';
import { black76 } from '../vectors/black76Float64.ts';
import type { Figure } from './figure.ts';

const TIME_SEC = 1_800_000_000n;
const DAY_SEC = 86_400n;
const YEAR_SEC = 31_536_000;
const FORWARD = 30_000_000n;
const DAYS = [1n, 7n, 30n, 90n];
const RUNS = 15;

/** Pricing's figures: worst error over the whole range of options, time of one value, time of a table. */
export function benchPricing(): Figure[] {
  return [
    figure('pricing: worst error against doubles', worstError(), 'of the forward', 'below 1e-6'),
    figure('pricing: one Black-76 value', valueMicroseconds(), 'us', 'none set'),
    figure('pricing: risk table, 24 x 15', tableMilliseconds(DEVELOPMENT_RISK_PRESET, 24), 'ms', 'below 30'),
    figure('pricing: risk table, 256 x 30', tableMilliseconds(PRODUCTION_RISK_PRESET, 256), 'ms', 'none set'),
  ];
}

function figure(name: string, value: number, unit: string, goal: string): Figure {
  return { name, value, unit, goal, better: 'lower' };
}

/** Flooring to a price unit is part of the interface, so it is taken off; the forward is the largest a price can be over 5. */
function worstError(): number {
  const forward = 200_000_000_000n;
  let worst = 0;
  for (const volE9 of [50_000_000n, 200_000_000n, 800_000_000n, 4_000_000_000n]) {
    for (const timeSec of [60n, 3600n, 86_400n, 2_592_000n, 63_072_000n]) {
      const deviation = stdDevX64(volE9, timeSec);
      const stdDev = (Number(volE9) / 1e9) * Math.sqrt(Number(timeSec) / YEAR_SEC);
      for (let percent = 20n; percent <= 500n; percent += 2n) {
        const strike = (forward * percent) / 100n;
        const value = Number(black76Value({ kind: 'put', forward, strike, stdDevX64: deviation }));
        const exact = black76('put', Number(forward), Number(strike), stdDev);
        worst = Math.max(worst, Math.max(exact - 1 - value, value - exact) / Number(forward));
      }
    }
  }
  return worst;
}

function valueMicroseconds(): number {
  const deviation = stdDevX64(800_000_000n, 30n * DAY_SEC);
  const count = 2000;
  return median(() => {
    for (let i = 0; i < count; i += 1) {
      black76Value({ kind: 'call', forward: FORWARD, strike: FORWARD + BigInt(i * 1000), stdDevX64: deviation });
    }
  }, 1000 / count);
}

function tableMilliseconds(preset: RiskPreset, instruments: number): number {
  const inputs = tableInputs(preset, instruments);
  return median(() => buildRiskTable(preset, inputs), 1);
}

function tableInputs(preset: RiskPreset, count: number): ReportInputs {
  const market = {
    market: 1,
    spot: FORWARD,
    ...preset.defaults,
    expiries: DAYS.map((days) => ({
      expirySec: TIME_SEC + days * DAY_SEC,
      forward: FORWARD + days * 1000n,
      svi: {
        aE15: days * 10n ** 12n,
        bE15: days * 5n * 10n ** 11n,
        rhoE9: -300_000_000n,
        mE9: 0n,
        sigmaE9: 200_000_000n,
      },
    })),
    settlements: [],
  };
  const instruments = Array.from({ length: count }, (_, i) => ({
    instrumentId: 65_537 + i,
    kind: i % 2 === 0 ? ('call' as const) : ('put' as const),
    expirySec: TIME_SEC + (DAYS[i % 4] ?? 1n) * DAY_SEC,
    strike: (FORWARD * BigInt(50 + (i % 100))) / 100n,
  }));
  return { timeSec: TIME_SEC, markets: [market], instruments };
}

/** Median time of a run in milliseconds, times scale; the first runs warm the compiler up and count for little in a median. */
function median(run: () => unknown, scale: number): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return (times[RUNS >> 1] ?? 0) * scale;
}
