import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCore } from '../../../prover/native/core.ts';
import { CIRCUITS } from '../lying/LyingCircuit.ts';
import { EQUIVALENT } from './equivalent.ts';
import { MutantJudge } from './MutantJudge.ts';
import { makeMutants } from './makeMutants.ts';
import { pickMutants } from './pickMutants.ts';

const COUNT = 170;

describe('mutants', () => {
  test('are of every template and gadget, at least 150 by default, the same for the same seed', async () => {
    const all = await makeMutants(CIRCUITS);
    const picked = pickMutants(all, COUNT, 7);
    expect(picked.length).toBeGreaterThanOrEqual(150);
    expect(new Set(picked.map(({ template }) => template))).toEqual(new Set(all.map(({ template }) => template)));
    expect(pickMutants(all, COUNT, 7)).toEqual(picked);
    expect(pickMutants(all, COUNT, 8)).not.toEqual(picked);
  });

  test('differ from their source where they say', async () => {
    for (const { file, line, before, after, source } of await makeMutants(CIRCUITS)) {
      const lines = (await readFile(join(CIRCUITS, file), 'utf8')).split('\n');
      expect(lines[line - 1]).toContain(before.split('  ')[0]);
      expect((source.split('\n')[line - 1] ?? '').trim()).toBe(after);
      expect(source.split('\n')).toHaveLength(lines.length);
    }
  });

  test('argued to be equivalent are still made: who changes the line argues anew', async () => {
    const all = await makeMutants(CIRCUITS);
    const orphans = EQUIVALENT.filter(
      (one) =>
        !all.some(
          ({ template, before, after }) => template === one.template && before === one.before && after === one.after,
        ),
    );
    expect(orphans).toEqual([]);
  });

  test.skipIf(loadCore() === undefined)('are caught by a lie that they accept', { timeout: 300_000 }, async () => {
    const judge = await MutantJudge.create();
    const all = await makeMutants(CIRCUITS);
    const [mutant] = all.filter(({ before }) => before === 'liquidation * fee === 0;');
    if (mutant === undefined) throw new Error('the line is gone');
    expect(await judge.judge(mutant)).toEqual({
      kind: 'accepts a lie',
      by: 'a fee that nobody signed for in a liquidation',
    });
  });
});
