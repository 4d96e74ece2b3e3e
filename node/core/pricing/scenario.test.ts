import { describe, expect, test } from 'vitest';
import {
  columnCount,
  DEVELOPMENT_RISK_PRESET,
  PRODUCTION_RISK_PRESET,
  type RiskPreset,
} from '../protocol/riskPreset.ts';
import { MAX_PRICE } from './black76.ts';
import {
  dampValue,
  moveWeightPpm,
  resolveScenarios,
  type Scenario,
  shockForward,
  volMultiplierX64,
} from './scenario.ts';

const DAY = 86_400n;
const RANGE_PPM = 160_000n;

function text({ fades, spotShockPpm, volShock, weightPpm }: Scenario): string {
  return `${spotShockPpm} ${volShock} ${weightPpm}${fades ? ' fading' : ''}`;
}

function grid(preset: RiskPreset): string[] {
  return resolveScenarios(preset, RANGE_PPM).map(text);
}

describe('scenarios', () => {
  test('development: section 5 of the protocol, range 16%', () => {
    expect(columnCount(DEVELOPMENT_RISK_PRESET)).toBe(15);
    expect(grid(DEVELOPMENT_RISK_PRESET)).toEqual([
      '160000 up 1000000',
      '160000 down 1000000',
      '-160000 up 1000000',
      '-160000 down 1000000',
      '80000 down 1000000',
      '-80000 down 1000000',
      '0 up 1000000',
      '0 down 1000000',
      '160000 up 1000000 fading',
      '160000 down 1000000 fading',
      '-160000 up 1000000 fading',
      '-160000 down 1000000 fading',
      '480000 up 333333',
      '-480000 up 333333',
    ]);
  });

  test('production: 30 columns, no scenario twice, seven tails of fixed size', () => {
    expect(columnCount(PRODUCTION_RISK_PRESET)).toBe(30);
    const scenarios = grid(PRODUCTION_RISK_PRESET);
    expect(new Set(scenarios).size).toBe(29);
    expect(scenarios.slice(0, 5)).toEqual([
      '160000 up 1000000',
      '-160000 up 1000000',
      '120000 up 1000000',
      '120000 none 1000000',
      '120000 down 1000000',
    ]);
    expect(scenarios.slice(14)).toEqual([
      '40000 down 1000000',
      '-40000 down 1000000',
      '160000 up 1000000 fading',
      '160000 down 1000000 fading',
      '-160000 up 1000000 fading',
      '-160000 down 1000000 fading',
      '0 up 1000000',
      '0 down 1000000',
      '-660000 up 227272',
      '-330000 up 454545',
      '500000 up 300000',
      '1000000 up 150000',
      '2000000 up 75000',
      '3000000 up 50000',
      '4000000 up 37500',
    ]);
  });

  test.each([
    [DAY, 1_000_000n],
    [DAY - 1n, 999_988n],
    [DAY / 4n, 250_000n],
    [1n, 11n],
    [0n, 0n],
    [-5n, 0n],
  ])('in a fading scenario %i seconds before its expiry a series moves by %i ppm, elsewhere wholly', (left, weight) => {
    const scenario: Scenario = { spotShockPpm: 1n, volShock: 'up', weightPpm: 1_000_000n, fades: true };
    expect(moveWeightPpm(scenario, left, DAY)).toBe(weight);
    expect(moveWeightPpm({ ...scenario, fades: false }, left, DAY)).toBe(1_000_000n);
  });

  test.each([
    ['up', 750_000n, 30n, 1.75],
    ['up', 750_000n, 1n, 1 + 0.75 * 30 ** 0.3],
    ['up', 750_000n, 0n, 1 + 0.75 * 30 ** 0.3],
    ['up', 750_000n, 7n, 1 + 0.75 * (30 / 7) ** 0.3],
    ['up', 750_000n, 365n, 1 + 0.75 * (30 / 365) ** 0.13],
    ['down', 300_000n, 30n, 0.7],
    ['down', 300_000n, 1n, 1 - 0.3 * 30 ** 0.3],
    ['down', 350_000n, 1n, 1 - 0.35 * 30 ** 0.3],
    ['down', 300_000n, 90n, 1 - 0.3 * (30 / 90) ** 0.13],
  ] as const)('volatility %s by %d ppm at %d days', (direction, shockPpm, days, expected) => {
    const multiplier = volMultiplierX64(direction, shockPpm, days * DAY, DEVELOPMENT_RISK_PRESET.volTerm);
    expect(Number(multiplier) / 2 ** 64).toBeCloseTo(expected, 12);
  });

  test('the whole of the bounds leaves positive volatility and forwards', () => {
    for (const preset of [DEVELOPMENT_RISK_PRESET, PRODUCTION_RISK_PRESET]) {
      const { volDownPpm, spotRangePpm, volUpPpm } = preset.bounds;
      expect(volMultiplierX64('down', volDownPpm.high, 0n, preset.volTerm) > 0n).toBe(true);
      expect(volUpPpm.low).toBe(690_000n);
      for (const { spotShockPpm } of resolveScenarios(preset, spotRangePpm.high)) {
        expect(spotShockPpm).toBeGreaterThan(-1_000_000n);
      }
    }
  });

  test('rounding: forwards floor and stay in bounds, damping floors', () => {
    expect([shockForward(999n, 1n), shockForward(3n, -999_999n), shockForward(MAX_PRICE, 1n << 20n)]).toEqual([
      999n,
      1n,
      MAX_PRICE,
    ]);
    expect([dampValue(100n, 110n, 333_333n), dampValue(110n, 100n, 333_333n), dampValue(5n, 9n, 1_000_000n)]).toEqual([
      103n,
      106n,
      9n,
    ]);
  });
});
