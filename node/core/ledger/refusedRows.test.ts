import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { accountId, instrumentId } from '../protocol/ids.ts';
import { L1_OP_KIND, type SignedIntent, type TradeRow } from '../protocol/rows.ts';
import {
  ALICE,
  ALICE_SEED,
  BOB_SEED,
  buy,
  CALL,
  expired,
  intentOf,
  LedgerBench,
  live,
  op,
  opening,
  PUT,
  rowOf,
  START,
  sell,
  sellRow,
  TABLE,
  USDC,
} from './ledgerBench.fixture.ts';

const FOREIGN = instrumentId(2, 1);

let hasher: Hasher;
let bench: LedgerBench;
beforeAll(async () => {
  hasher = await createCircomHasher();
});
beforeEach(() => {
  bench = new LedgerBench(hasher);
});

describe('a batch is refused', () => {
  beforeEach(() => {
    bench.openBoth();
  });
  const trades = (rows: readonly TradeRow[], intents: readonly (SignedIntent | null)[]) =>
    bench.codeOf({ trades: rows }, { withdrawals: [], trades: intents });
  const good = (): SignedIntent[] => [bench.signed(buy(), ALICE_SEED), bench.signed(sell(), BOB_SEED)];

  test('not when nothing is wrong', () => {
    expect(trades([rowOf(buy()), sellRow()], good())).toBe('accepted');
  });

  test.each<[string, () => string, string]>([
    [
      'premium beyond the limit',
      () => trades([rowOf(buy(), { net: 25_000_001n }), sellRow({ net: -25_000_001n })], good()),
      'LEDGER_LIMIT',
    ],
    ['fee above the maximum', () => trades([rowOf(buy(), { fee: 20_001n }), sellRow()], good()), 'LEDGER_FEE'],
    [
      'more lots than signed',
      () => trades([rowOf(buy(), { lots: 201 }), sellRow({ lots: 201 })], good()),
      'LEDGER_OVERFILL',
    ],
    [
      'legs that do not balance',
      () => trades([rowOf(buy()), sellRow({ lots: 199 })], good()),
      'LEDGER_LEGS_UNBALANCED',
    ],
    [
      'premiums that do not balance',
      () => trades([rowOf(buy()), sellRow({ net: -24_999_999n })], good()),
      'LEDGER_NET_UNBALANCED',
    ],
    [
      'a signature by another key',
      () => trades([rowOf(buy()), sellRow()], [bench.signed(buy(), BOB_SEED), bench.signed(sell(), BOB_SEED)]),
      'LEDGER_SIGNATURE',
    ],
    [
      'a signature by another key, for that reason rather than for what is wrong after it',
      () =>
        trades(
          [rowOf(buy()), sellRow({ fee: 20_001n })],
          [bench.signed(buy(), BOB_SEED), bench.signed(sell(), BOB_SEED)],
        ),
      'LEDGER_SIGNATURE',
    ],
    [
      'a fee above the maximum, for that reason rather than for a wrong signature after it',
      () =>
        trades(
          [rowOf(buy(), { fee: 20_001n }), sellRow()],
          [bench.signed(buy(), ALICE_SEED), bench.signed(sell(), ALICE_SEED)],
        ),
      'LEDGER_FEE',
    ],
    [
      'legs other than signed',
      () =>
        trades(
          [
            rowOf(buy(), { legs: [{ instrument: PUT, ratio: 1 }] }),
            sellRow({ legs: [{ instrument: PUT, ratio: -1 }] }),
          ],
          good(),
        ),
      'LEDGER_AUTHORISATION',
    ],
    ['a signed row without a signature', () => trades([rowOf(buy()), sellRow()], [null, null]), 'LEDGER_AUTHORISATION'],
    [
      'an intent filled beyond its lots by two rows',
      () =>
        trades(
          [
            rowOf(buy(), { lots: 101, net: 12_500_000n, fee: 0n }),
            rowOf(buy(), { lots: 100, net: 12_500_000n, fee: 0n }),
            sellRow({ lots: 201 }),
          ],
          [bench.signed(buy(), ALICE_SEED), ...good()],
        ),
      'LEDGER_OVERFILL',
    ],
    [
      'a nonce that another row overtook, wherever they stand',
      () => {
        const later = intentOf(ALICE, { nonce: 4097, maxLots: 100 });
        const sold = rowOf(sell(), { lots: 200, net: -25_000_000n, fee: 0n });
        const rows = [
          rowOf(later, { lots: 101, net: 12_500_000n, fee: 0n }),
          rowOf(buy(), { lots: 99, net: 12_500_000n, fee: 0n }),
          sold,
        ];
        return trades(rows, [bench.signed(later, ALICE_SEED), ...good()]);
      },
      'LEDGER_OVERFILL',
    ],
    [
      'legs that name an instrument twice',
      () => {
        const twice = [CALL, CALL].map((instrument) => ({ instrument, ratio: 1 }));
        return bench.codeOf({ trades: [rowOf(buy(), { legs: twice }), sellRow({ lots: 400 })] }, undefined);
      },
      'LEDGER_LEGS',
    ],
    [
      'a leg of another market, though it comes to nothing',
      () => {
        const there = rowOf(buy(), { legs: [{ instrument: FOREIGN, ratio: 1 }], lots: 1, net: 0n, fee: 0n });
        const back = { ...there, nonce: 2, legs: [{ instrument: FOREIGN, ratio: -1 }] };
        return bench.codeOf({ trades: [there, back] }, undefined, [...TABLE, live(FOREIGN, 1n, 1n, 1n)]);
      },
      'LEDGER_MARKET',
    ],
    [
      'a trade in what has expired',
      () => bench.codeOf({ trades: [rowOf(buy()), sellRow()] }, undefined, [expired(CALL, 125_000n)]),
      'LEDGER_INSTRUMENT',
    ],
    [
      'a trade in what the table does not have, though it comes to nothing',
      () => {
        const there = rowOf(buy(), { legs: [{ instrument: PUT, ratio: 1 }], lots: 1, net: 0n, fee: 0n });
        const back = { ...there, nonce: 2, legs: [{ instrument: PUT, ratio: -1 }] };
        return bench.codeOf({ trades: [there, back] }, undefined, TABLE.slice(0, 1));
      },
      'LEDGER_INSTRUMENT',
    ],
    [
      'a liquidation row with a fee',
      () => bench.codeOf({ trades: [rowOf(buy(), { liquidation: true, nonce: 0, fee: 1n }), sellRow()] }, undefined),
      'LEDGER_FEE',
    ],
    [
      'an expired intent',
      () => {
        const late = intentOf(ALICE, { expirySec: START + 19 });
        return trades([rowOf(late), sellRow()], [bench.signed(late, ALICE_SEED), bench.signed(sell(), BOB_SEED)]);
      },
      'LEDGER_EXPIRED',
    ],
    [
      'no lots',
      () => trades([rowOf(buy(), { lots: 0, net: 0n, fee: 0n }), sellRow({ lots: 0, net: 0n })], good()),
      'LEDGER_TRADE_EMPTY',
    ],
    [
      'another market',
      () =>
        bench.codeOf(
          {
            trades: [
              rowOf(buy(), { legs: [{ instrument: FOREIGN, ratio: 1 }] }),
              sellRow({ legs: [{ instrument: FOREIGN, ratio: -1 }] }),
            ],
          },
          undefined,
        ),
      'LEDGER_MARKET',
    ],
    [
      'an instrument outside the table',
      () => bench.codeOf({ trades: [rowOf(buy()), sellRow()] }, undefined, [live(PUT, 1n, 1n, 1n)]),
      'LEDGER_INSTRUMENT',
    ],
    [
      'margin',
      () => bench.codeOf({ trades: [rowOf(buy(), { lots: 5000 }), sellRow({ lots: 5000 })] }, undefined),
      'LEDGER_MARGIN',
    ],
    [
      'a healthy account liquidated',
      () =>
        trades(
          [rowOf(buy(), { nonce: 0, liquidation: true, fee: 0n }), sellRow()],
          [null, bench.signed(sell(), BOB_SEED)],
        ),
      'LEDGER_LIQUIDATION',
    ],
    [
      'an account unknown',
      () => bench.codeOf({ l1Ops: [op(L1_OP_KIND.DEPOSIT, accountId(1, 9))] }, undefined),
      'LEDGER_ACCOUNT_UNKNOWN',
    ],
    [
      'an account opened twice',
      () => bench.codeOf({ l1Ops: [opening(ALICE, ALICE_SEED, 1n)] }, undefined),
      'LEDGER_ACCOUNT_EXISTS',
    ],
    [
      'a foreign owner',
      () => bench.codeOf({ l1Ops: [op(L1_OP_KIND.DEPOSIT, ALICE, { owner: 5n, amount: 1n })] }, undefined),
      'LEDGER_OWNER',
    ],
    [
      'two key ops',
      () => bench.codeOf({ l1Ops: [op(L1_OP_KIND.CHANGE_KEY, ALICE), op(L1_OP_KIND.CHANGE_KEY, ALICE)] }, undefined),
      'LEDGER_KEY_TWICE',
    ],
    [
      'a forced withdrawal shaved',
      () =>
        bench.codeOf(
          { l1Ops: [op(L1_OP_KIND.FORCED_WITHDRAWAL, ALICE, { amount: 999n * USDC, paid: 998n * USDC })] },
          undefined,
        ),
      'LEDGER_SHAVED',
    ],
    [
      'a forced withdrawal beyond margin',
      () =>
        bench.codeOf(
          { l1Ops: [op(L1_OP_KIND.FORCED_WITHDRAWAL, ALICE, { amount: 1001n * USDC, paid: 1001n * USDC })] },
          undefined,
        ),
      'LEDGER_MARGIN',
    ],
    [
      'a settlement before expiry',
      () => bench.codeOf({ settlements: [{ account: ALICE, instrument: CALL, lots: 1, payoff: 125_000n }] }, undefined),
      'LEDGER_SETTLEMENT',
    ],
    [
      'a settlement of what is not held',
      () =>
        bench.codeOf({ settlements: [{ account: ALICE, instrument: CALL, lots: 1, payoff: 5n }] }, undefined, [
          expired(CALL, 5n),
        ]),
      'LEDGER_SETTLEMENT',
    ],
    [
      'a third L1 op',
      () => bench.codeOf({ l1Ops: [1, 2, 3].map(() => op(L1_OP_KIND.DEPOSIT, ALICE, { amount: 1n })) }, undefined),
      'LEDGER_SHAPE',
    ],
    ['the wrong number', () => bench.codeOf({ batchNumber: 0 }, undefined), 'LEDGER_BATCH_NUMBER'],
    [
      'cash beyond 64 bits',
      () => bench.codeOf({ l1Ops: [op(L1_OP_KIND.DEPOSIT, ALICE, { amount: 2n ** 63n })] }, undefined),
      'LEDGER_RANGE',
    ],
  ])('%s', (_, run, code) => {
    expect(run()).toBe(code);
  });

  test('whose time goes back', () => {
    bench.timeSec = START - 10;
    expect(bench.codeOf({}, undefined)).toBe('LEDGER_TIME');
  });

  test('that replays a nonce', () => {
    bench.settle(bench.tradeBatch());
    expect(trades([rowOf(buy()), sellRow()], good())).toBe('LEDGER_OVERFILL');
    const later = [intentOf(ALICE, { nonce: 4097 }), { ...sell(), nonce: 4097 }] as const;
    bench.settle({
      rows: bench.rowsOf({ trades: [rowOf(later[0]), sellRow({ nonce: 4097 })] }),
      authorisations: {
        withdrawals: [],
        trades: [bench.signed(later[0], ALICE_SEED), bench.signed(later[1], BOB_SEED)],
      },
      riskTable: TABLE,
    });
    expect(trades([rowOf(buy()), sellRow()], good())).toBe('LEDGER_SLOT');
  });
});
