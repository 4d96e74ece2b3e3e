import { expect, it } from 'vitest';
import { applyRows } from '../../node/core/ledger/applyRows.ts';
import { MemoryStore } from '../../node/core/ledger/memoryStore.ts';
import { createMachine } from '../../node/core/machine/machine.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { packFlags } from '../../node/core/protocol/flags.ts';
import { INTENT_SLOTS } from '../../node/core/protocol/limits.ts';
import { DEVELOPMENT_PRESET } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { accountId, GENESIS_SEC, instrumentId } from '../property/commands.ts';
import { simpleTable, tableBytes } from '../property/tableText.ts';
import { testGenesis, testRules } from '../property/testMachine.ts';

const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const FUTURE = {
  instrument: instrumentId(1),
  kind: 'future',
  expirySec: GENESIS_SEC + 9_000,
  strike: 0n,
} as const;
const [ALICE, BOB] = [accountId(1), accountId(2)];
const NONCE = 97;

function order(account: number, nonce: number, ratio: 1 | -1): Entry {
  const legs = [{ instrument: FUTURE.instrument, ratio }];
  const flags = packFlags({
    timeInForce: 0,
    postOnly: false,
    reduceOnly: false,
    selfTrade: 0,
  });
  const expirySec = GENESIS_SEC + 100;
  const limit = 30_000_000n * BigInt(ratio);
  const intent = {
    account,
    nonce,
    expirySec,
    maxLots: 5,
    maxFeePerLot: 2 ** 24 - 1,
    limit,
    flags,
    legs,
  };
  return { type: 'intent', signed: { intent, signature: SIGNATURE } };
}

function open(account: number, index: number): Entry {
  const op = {
    kind: 1,
    account,
    amount: 10n ** 12n,
    owner: 9n,
    keyX: 4n,
    keyY: 5n,
  } as const;
  return { type: 'l1Op', index, op };
}

it('a withdrawal that takes the slot of a trade just made can be posted', async () => {
  const machine = createMachine(testRules(DEVELOPMENT_PRESET), testGenesis(DEVELOPMENT_PRESET));
  const inputs = tableBytes(simpleTable([FUTURE], 30_000_000n, GENESIS_SEC, 15));
  const intent = {
    account: ALICE,
    nonce: NONCE + INTENT_SLOTS,
    expirySec: GENESIS_SEC + 100,
    amount: 1_000_000n,
  };
  const entries: readonly Entry[] = [
    { type: 'tick', timeSec: GENESIS_SEC },
    { type: 'list', instruments: [FUTURE] },
    {
      type: 'report',
      timeSec: GENESIS_SEC,
      inputs,
      spots: [(1n << 40n) | 30_000_000n],
      signatures: [],
    },
    open(ALICE, 0),
    open(BOB, 1),
    { type: 'seal' },
    order(BOB, 1, -1),
    order(ALICE, NONCE, 1),
    { type: 'withdraw', signed: { intent, signature: SIGNATURE } },
    { type: 'seal' },
  ];
  const sealed = entries.flatMap((entry) => machine.apply(entry).sealed);
  const hasher = await createCircomHasher();
  const store = new MemoryStore(hasher);
  for (const { rows, timeSec, riskTable } of sealed) {
    store.commit(
      applyRows({ hasher, domain: 1n, deployment: DEVELOPMENT_PRESET }, store, {
        rows,
        timeSec,
        riskTable,
      }),
    );
  }
  expect(sealed.flatMap(({ rows }) => rows.trades.map(({ nonce, lots }) => [nonce, lots]))).toEqual([
    [NONCE, 5],
    [1, 5],
  ]);
  expect(sealed.flatMap(({ rows }) => rows.withdrawals.map(({ nonce }) => nonce))).toEqual([NONCE + INTENT_SLOTS]);
  expect(store.account(ALICE)?.slots.get(NONCE)).toBe((BigInt(NONCE + INTENT_SLOTS) << 32n) | 0xffffffffn);
});
