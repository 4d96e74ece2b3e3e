import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DisjointSets } from './DisjointSets.ts';

const SEED = Number(process.env.SEED ?? 1);
const SIZE = 24;

test('numbers are in one set exactly if unions connect them, and a set is called by its least number', () => {
  const member = fc.nat(SIZE - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(member, member), { maxLength: 30 }), (unions) => {
      const sets = new DisjointSets(SIZE);
      let names = Array.from({ length: SIZE }, (_, at) => at);
      for (const [one, other] of unions) {
        sets.unite(one, other);
        const [x, y] = [names[one] ?? 0, names[other] ?? 0];
        names = names.map((name) => (name === x || name === y ? Math.min(x, y) : name));
        expect(names.map((_, at) => sets.find(at))).toEqual(names);
      }
    }),
    { seed: SEED },
  );
});
