import { expect, it } from 'vitest';
import { invariant } from './invariant.ts';

it('a broken invariant has a code, one that holds says nothing', () => {
  expect(() => invariant(true, 'fine')).not.toThrow();
  const broken = expect.objectContaining({ code: 'INVARIANT_BROKEN', message: 'one is two' });
  expect(() => invariant(false, 'one is two')).toThrow(broken);
});
