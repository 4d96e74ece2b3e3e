import { expect, test } from 'vitest';
import { choosePreset } from './choosePreset.ts';

const unasked = (): Promise<number> => Promise.reject(new Error('measured although it decides nothing'));

test.each([
  [14.94, 'standard', 'a full standard batch would take 14.9 s to prove here'],
  [15, 'development', 'a full standard batch would take 15.0 s to prove here, more than 15'],
  [81, 'development', 'a full standard batch would take 81.0 s to prove here, more than 15'],
] as const)('a machine of %f seconds', async (seconds, preset, reason) => {
  const choice = await choosePreset({ wanted: null, hasCore: true, estimateSec: async () => seconds });
  expect(choice).toEqual({ preset, reason });
});

test('without the core the development preset, unmeasured', async () => {
  const choice = await choosePreset({ wanted: null, hasCore: false, estimateSec: unasked });
  expect(choice).toEqual({ preset: 'development', reason: 'without the native core there is no larger shape' });
});

test('what is asked for, on any machine', async () => {
  for (const wanted of ['development', 'standard', 'large'] as const) {
    const choice = await choosePreset({ wanted, hasCore: false, estimateSec: unasked });
    expect(choice).toEqual({ preset: wanted, reason: 'as asked for' });
  }
});
