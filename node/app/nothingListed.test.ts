import { afterAll, beforeAll, expect, test } from 'vitest';
import * as market from '../rpc/methods/market.ts';
import { ALICE, DEPOSIT, NodeOnAnvil } from './nodeOnAnvil.fixture.ts';

let app: NodeOnAnvil;
beforeAll(async () => {
  app = await NodeOnAnvil.start();
});
afterAll(() => app?.stop());

// Or deposits would fall due while an exchange waits for its first listing, and anyone could freeze it.
test('while nothing is listed, reports come and L1 ops settle', async () => {
  await app.openAccounts();
  const batches = await app.eventually('all batches on L1', async () => {
    await app.proveNext();
    const all = await app.call(market.getBatches);
    return all.length > 0 && all.every(({ state }) => state === 'accepted') && all;
  });
  expect(batches.reduce((sum, { counts }) => sum + counts.l1Ops, 0)).toBe(2);
  expect(await app.call(market.getAccount, { account: ALICE.account })).toMatchObject({ cash: DEPOSIT });
  expect(await app.call(market.getInstruments)).toEqual([]);
});
