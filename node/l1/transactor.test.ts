import { type Hex, toHex } from 'viem';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.fixture.ts';
import type { L1, L1Account, L1Fees, L1Receipt, Sent, UnsignedTransaction } from './L1.ts';
import { L1Error } from './L1Error.ts';
import { sendUntilMined, type TransactorConfig } from './transactor.ts';

const ADDRESS = '0x00000000000000000000000000000000000000e0';
const CALL = { to: ADDRESS, data: '0x12' } as const;

const START_MS = 1_700_000_000_000;
let clock: ManualClock;
let sent: UnsignedTransaction[];
let recorded: Hex[];
/** What the pool says of each transaction in turn; 'taken' once they are over. */
let answers: (Sent | L1Error)[];
/** Of the transaction that is in a block. */
let mined: Hex | null;
let nonce: { latest: number; pending: number };
let estimatedAt: string[];
let stopping: boolean;

beforeEach(() => {
  clock = new ManualClock(START_MS);
  [sent, recorded, answers, mined, estimatedAt, stopping] = [[], [], [], null, [], false];
  nonce = { latest: 4, pending: 4 };
});

const account: L1Account = {
  address: ADDRESS,
  sign: async (transaction) => {
    sent.push(transaction);
    const hash = toHex(sent.length, { size: 32 });
    return { signed: hash, hash };
  },
};

const receiptOf = (transactionHash: Hex): L1Receipt => ({
  transactionHash,
  blockNumber: 9n,
  blockHash: '0x9',
  isReverted: false,
  gasUsed: 1n,
  logs: [],
});

const FEES: L1Fees = { maxFeePerGas: 100n, maxPriorityFeePerGas: 10n };
const l1 = {
  transactionCount: async (_: string, at: 'latest' | 'pending') => nonce[at],
  estimateGas: async (_: object, at: string) => {
    estimatedAt.push(at);
    return 1_000n;
  },
  fees: async () => FEES,
  send: async (signed: Hex): Promise<Sent> => {
    expect(recorded.at(-1)).toBe(signed);
    const answer = answers.shift() ?? 'taken';
    if (answer instanceof Error) throw answer;
    return answer;
  },
  receipt: async (hash: Hex) => (hash === mined ? receiptOf(hash) : null),
} as Partial<L1> as L1;

const configOf = (changes: Partial<TransactorConfig> = {}): TransactorConfig => ({
  l1,
  account,
  clock,
  replaceAfterMs: 100,
  receiptPollMs: 10,
  maxFeePerGasWei: 10_000n,
  isStopping: () => stopping,
  ...changes,
});

const start = (changes: Partial<TransactorConfig> = {}) => {
  const onHash = async (hash: Hex): Promise<void> => {
    recorded.push(hash);
  };
  const done = sendUntilMined(configOf(changes), { ...CALL, onHash });
  done.catch(() => undefined);
  return done;
};

const fees = (): readonly bigint[] => sent.map(({ maxFeePerGas }) => maxFeePerGas);

describe('sendUntilMined', () => {
  it('sends once, with gas to spare, and waits for the receipt', async () => {
    const done = start();
    await clock.advance(50);
    expect(sent).toEqual([{ ...CALL, nonce: 4, gas: 51_500n, maxFeePerGas: 200n, maxPriorityFeePerGas: 10n }]);
    mined = recorded[0] ?? null;
    await clock.advance(10);
    expect(await done).toEqual(receiptOf(recorded[0] ?? '0x'));
    expect(estimatedAt).toEqual(['pending']);
  });

  it('replaces what is not mined in time by one of its nonce that pays a quarter more, up to the most', async () => {
    const done = start({ maxFeePerGasWei: 300n });
    await clock.advance(350);
    expect(fees()).toEqual([200n, 251n, 300n, 300n]);
    expect(new Set(sent.map((one) => one.nonce))).toEqual(new Set([4]));
    mined = recorded[1] ?? null;
    await clock.advance(10);
    expect((await done)?.transactionHash).toBe(recorded[1]);
  });

  it('pays more at once for what the pool finds underpriced', async () => {
    answers = ['underpriced', 'underpriced'];
    const done = start();
    await clock.advance(25);
    expect(fees()).toEqual([200n, 251n, 314n]);
    mined = recorded[2] ?? null;
    await clock.advance(10);
    expect(await done).not.toBeNull();
  });

  it('replaces what an earlier run left in the pool, and estimates without it', async () => {
    nonce = { latest: 4, pending: 5 };
    const done = start();
    await clock.advance(0);
    expect([fees(), estimatedAt]).toEqual([[251n], ['latest']]);
    mined = recorded[0] ?? null;
    await clock.advance(10);
    await done;
  });

  it('gives up a nonce that went to another transaction, and takes its own of the same block', async () => {
    answers = ['nonceUsed', 'nonceUsed'];
    const done = start();
    await clock.advance(0);
    nonce = { latest: 5, pending: 5 };
    await clock.advance(10);
    expect(await done).toBeNull();
    // The receipt comes a moment later than the nonce.
    nonce = { latest: 4, pending: 4 };
    let asked = 0;
    const late = { ...l1, receipt: async (hash: Hex) => (asked++ === 0 ? null : receiptOf(hash)) };
    const other = start({ l1: late });
    nonce = { latest: 5, pending: 5 };
    await clock.advance(10);
    expect(await other).not.toBeNull();
  });

  it('ends when it is told to stop', async () => {
    const done = start();
    await clock.advance(0);
    stopping = true;
    await clock.advance(10);
    expect(await done).toBeNull();
    expect(sent).toHaveLength(1);
  });

  it('throws what a transaction is refused for', async () => {
    answers = [new L1Error('L1_REFUSED', 'insufficient funds')];
    await expect(start()).rejects.toMatchObject({ code: 'L1_REFUSED' });
  });
});
