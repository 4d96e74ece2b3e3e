import { expect, test } from 'vitest';
import { createProverRecords } from './proverRecords.ts';

test('refused proofs pause a prover, each twice as long as the one before, up to a bound; a good one ends it', () => {
  const records = createProverRecords(100);
  expect(records.pausedFor('a', 0)).toBe(0);
  expect([1, 2, 3].map(() => records.refused('a', 1000))).toEqual([100, 200, 400]);
  expect([records.pausedFor('a', 1100), records.pausedFor('a', 1400), records.pausedFor('b', 1100)]).toEqual([
    300, 0, 0,
  ]);
  for (let more = 0; more < 10; more++) records.refused('a', 1000);
  expect(records.pausedFor('a', 1000)).toBe(6400);
  records.proved('a');
  expect(records.pausedFor('a', 1000)).toBe(0);
  expect(records.refused('a', 1000)).toBe(100);
});

test('counts are kept by prover, and the least recently seen is forgotten at last', () => {
  const records = createProverRecords(100);
  records.failed('a');
  records.failed('a');
  records.lapsed('a');
  expect(records.list()).toMatchObject([{ proverId: 'a', failures: 2, lapsed: 1, proofs: 0, refused: 0 }]);
  for (let prover = 0; prover < 255; prover++) records.proved(`prover ${prover}`);
  records.proved('a');
  records.proved('one too many');
  const names = records.list().map(({ proverId }) => proverId);
  expect(names).toHaveLength(256);
  expect([names.includes('a'), names.includes('prover 0'), names.includes('prover 1')]).toEqual([true, false, true]);
});
