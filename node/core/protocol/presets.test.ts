import { describe, expect, test } from 'vitest';
import { positionLimit } from './deployment.ts';
import { ALL_CIRCUITS, LARGE_PRESET, LARGE_SHAPE, PRESETS, STANDARD_PRESET, STANDARD_SHAPE } from './presets.ts';
import { columnCount } from './riskPreset.ts';

const widestFirst = (chunks: readonly number[]): number[] => [...chunks].sort((a, b) => b - a);

describe.each(Object.entries(PRESETS))('preset %s', (name, preset) => {
  test('is told by its name, its shapes by distinct names and numbers', () => {
    expect(preset.name).toBe(name);
    expect(new Set(preset.shapes.map(({ id }) => id)).size).toBe(preset.shapes.length);
    expect(new Set(preset.shapes.map((shape) => shape.name)).size).toBe(preset.shapes.length);
  });

  test('whatever fits a shape fits every later one: the machine fills the last, the ledger takes the first', () => {
    for (const [i, larger] of preset.shapes.entries()) {
      const smaller = preset.shapes[i - 1];
      if (smaller === undefined) continue;
      for (const kind of ['trades', 'withdrawals', 'l1Ops', 'settlements', 'instruments'] as const) {
        expect(larger[kind]).toBeGreaterThanOrEqual(smaller[kind]);
      }
      const wide = widestFirst(larger.accountChunks);
      for (const [row, chunks] of widestFirst(smaller.accountChunks).entries()) {
        expect(wide[row] ?? 0).toBeGreaterThanOrEqual(chunks);
      }
    }
  });

  test('has as many columns as its risk rule makes', () => {
    expect(preset.columns).toBe(columnCount(preset.risk));
  });

  test('account rows stand narrow to wide', () => {
    for (const { accountChunks } of preset.shapes) {
      expect(accountChunks).toEqual([...accountChunks].sort((a, b) => a - b));
    }
  });
});

test('a maker can hold every instrument of the standard shape, and 128 positions in the large one', () => {
  expect(positionLimit(STANDARD_PRESET)).toBe(STANDARD_SHAPE.instruments);
  expect(positionLimit(LARGE_PRESET)).toBe(LARGE_SHAPE.instruments);
});

test('a number or a name of a shape means one circuit, whatever the preset', () => {
  const circuitsBy = (key: 'id' | 'name') =>
    new Set(ALL_CIRCUITS.map(({ columns, shape }) => `${shape[key]} ${columns} ${JSON.stringify(shape)}`)).size;
  const used = Object.values(PRESETS).flatMap(({ columns, shapes }) => shapes.map((shape) => ({ columns, shape })));
  for (const circuit of used) expect(ALL_CIRCUITS).toContainEqual(circuit);
  for (const key of ['id', 'name'] as const) {
    expect(new Set(ALL_CIRCUITS.map(({ shape }) => shape[key])).size).toBe(circuitsBy(key));
  }
});
