import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCore } from '../../prover/native/core.ts';
import { BOUNDS } from './bounds.ts';
import { PIN_LIES } from './pinLies.ts';
import { UnreducedJudge } from './UnreducedJudge.ts';

describe.skipIf(loadCore() === undefined)('the constraints as they are written', () => {
  let judge: UnreducedJudge;
  beforeAll(async () => {
    judge = await UnreducedJudge.create();
  });
  afterAll(() => judge.circuit.close());

  test.each(BOUNDS)('accept on the bound and refuse beyond it: $name', async ({ name, on, beyond }) => {
    expect(await judge.refusal(on)).toBeUndefined();
    expect(await judge.complaints({ name, ...beyond })).toEqual([]);
  });

  test.each(PIN_LIES)('refuse what one of them alone stands against: $name', async (lie) => {
    expect(await judge.complaints(lie)).toEqual([]);
  });
});
