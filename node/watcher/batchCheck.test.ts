import { describe, expect, it } from 'vitest';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { dataPoint, dataValue, encodeRows } from '../core/codec/words.ts';
import type { BatchRows } from '../core/protocol/rows.ts';
import type { SubmittedBatch } from '../l1/submitCall.ts';
import { type BatchCase, checkBatch } from './batchCheck.ts';
import { createOpQueue } from './opQueue.ts';
import type { WatchedLedger } from './watchedLedger.ts';

const rows: BatchRows = {
  batchNumber: 0,
  l1Ops: [],
  withdrawals: [{ account: 0x100001, nonce: 1, amount: 9n }],
  trades: [],
  settlements: [],
};
const words = encodeRows(rows);
const batch: SubmittedBatch = {
  stateRootAfter: 22n,
  time: 1_000,
  dataCommit: 33n,
  reportIndex: 0,
  logChainHash: 44n,
  words,
  proof: {
    a: [1n, 2n],
    b: [
      [3n, 4n],
      [5n, 6n],
    ],
    c: [7n, 8n],
  },
};
const key: VerifyingKey = { nPublic: 7 } as VerifyingKey;
const report = { time: 990, riskTableHash: 55n, prices: [], inputs: '0x', signatures: [] } as const;
const base: BatchCase = { batch, key, report, table: [] };

/** A ledger whose root would go from 11 to 22 with any batch; a check must not commit. */
function ledger(): WatchedLedger {
  return {
    next: () => ({ stateRoot: 22n, commit: () => expect.fail('committed') }),
    stateRoot: () => 11n,
    batchCount: () => 0,
    lastTimeSec: () => 0,
    l1OpIndex: () => 0,
    held: () => 0n,
  };
}

describe('checkBatch', () => {
  it('verifies the proof against its own public signals, in the order of the protocol', async () => {
    const asked: unknown[] = [];
    const found = await checkBatch(base, ledger(), createOpQueue(), async (...args) => asked.push(args) > 0);
    expect(found.rows).toEqual(rows);
    expect(found.next.stateRoot).toBe(22n);
    const point = dataPoint(33n, words);
    const signals = [11n, 22n, 1_000n, 55n, 33n, point, dataValue(point, words)].map(String);
    expect(asked).toEqual([
      [
        key,
        signals,
        expect.objectContaining({
          pi_a: ['1', '2', '1'],
          pi_b: [
            ['4', '3'],
            ['6', '5'],
            ['1', '0'],
          ],
          pi_c: ['7', '8', '1'],
        }),
      ],
    ]);
  });

  it.each([
    ['WATCH_PROOF_REFUSED', base, async () => false],
    ['WATCH_VERIFIER_FAILED', base, () => Promise.reject(new Error('no memory'))],
    ['WATCH_ROOT_DISAGREES', { ...base, batch: { ...batch, stateRootAfter: 23n } }, async () => true],
    ['WATCH_ROWS_INVALID', { ...base, batch: { ...batch, words: words.slice(1) } }, async () => true],
  ])('raises %s', async (code, wrong, verify) => {
    await expect(checkBatch(wrong, ledger(), createOpQueue(), verify)).rejects.toMatchObject({ code });
  });
});
