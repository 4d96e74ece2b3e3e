import { intentMessage, withdrawMessage } from '../../../node/core/codec/message.ts';
import { publicKey, sign } from '../../../node/core/crypto/eddsa.ts';
import type { Hasher } from '../../../node/core/crypto/hasher.ts';
import { type BatchJob, encodeBatchJob } from '../../../node/core/ledger/batchJob.ts';
import { MemoryStore } from '../../../node/core/ledger/memoryStore.ts';
import { sealToJob } from '../../../node/core/ledger/sealToJob.ts';
import { accountId, instrumentId } from '../../../node/core/protocol/ids.ts';
import { DEVELOPMENT_PRESET } from '../../../node/core/protocol/presets.ts';
import type { RiskTable } from '../../../node/core/protocol/riskRow.ts';
import { type BatchAuthorisations, type BatchRows, type Intent, L1_OP_KIND } from '../../../node/core/protocol/rows.ts';

const DOMAIN = 4242n;
const START_SEC = 1_800_000_000;
const CALL = instrumentId(1, 1);
const PUT = instrumentId(1, 2);
const TRADERS = [1, 2].map((serial) => {
  const seed = new Uint8Array(32).fill(serial);
  return { account: accountId(1, serial), seed, key: publicKey(seed), owner: BigInt(serial) };
});
const ramp = (low: bigint): bigint[] => Array.from({ length: 15 }, (_, i) => low + BigInt(i) * 1000n);
const LIVE: RiskTable = [
  { instrument: CALL, status: 0, shortCharge: 500n, values: ramp(100_000n) },
  { instrument: PUT, status: 0, shortCharge: 500n, values: ramp(50_000n) },
];
const PAYOFF = 120_000n;
const EXPIRED: RiskTable = [
  { instrument: CALL, status: 1, shortCharge: 0n, values: Array<bigint>(15).fill(PAYOFF) },
  { instrument: PUT, status: 0, shortCharge: 500n, values: ramp(50_000n) },
];
const NO_ROWS = { l1Ops: [], withdrawals: [], trades: [], settlements: [] };

type Job = { readonly job: BatchJob; readonly text: string };
type Seal = (rows: Omit<BatchRows, 'batchNumber'>, riskTable: RiskTable, authorisations?: BatchAuthorisations) => Job;

/** Seals one batch after the other over an empty state. */
function sealer(hasher: Hasher): Seal {
  const store = new MemoryStore(hasher);
  const context = { hasher, domain: DOMAIN, deployment: DEVELOPMENT_PRESET };
  return (rows, riskTable, authorisations = { withdrawals: [], trades: [] }) => {
    const head = store.head();
    const { job, transition } = sealToJob(context, store, {
      batchNumber: head.batchNumber,
      timeSec: START_SEC + 10 * head.batchNumber,
      rows: { batchNumber: head.batchNumber, ...rows },
      authorisations,
      riskTable,
      reportIndex: 0,
      lastEntryIndex: 0,
      accountsBefore: new Map(),
      l1OpIndexBefore: head.l1OpIndex,
      feePoolBefore: head.feePool,
      lastTimeSec: head.lastTimeSec,
    });
    store.commit(transition);
    return { job, text: encodeBatchJob(job) };
  };
}

/** The buyer's intent to buy a straddle, and the seller's to sell it. */
const signedTrades = (hasher: Hasher) =>
  TRADERS.map(({ account, seed }, i) => {
    const side = i === 0 ? 1 : -1;
    const intent: Intent = {
      account,
      nonce: 3,
      expirySec: START_SEC + 1000,
      maxLots: 150,
      maxFeePerLot: 10,
      limit: BigInt(side) * 160_000n,
      flags: 1,
      legs: [CALL, PUT].map((instrument) => ({ instrument, ratio: side })),
    };
    return { intent, signature: sign(hasher, seed, intentMessage(hasher, DOMAIN, intent)) };
  });

/** Three batches in order: two accounts open; they trade a straddle and one withdraws; its call settles. */
export function exampleJobs(hasher: Hasher): Job[] {
  const seal = sealer(hasher);
  const opened = TRADERS.map(({ account, key, owner }) => ({
    kind: L1_OP_KIND.OPEN,
    account,
    amount: 1_000_000_000n,
    owner,
    keyX: key.x,
    keyY: key.y,
    paid: 0n,
  }));
  const signed = signedTrades(hasher);
  const trades = signed.map(({ intent }) => ({
    account: intent.account,
    nonce: intent.nonce,
    lots: 100,
    net: intent.limit * 100n,
    fee: 700n,
    liquidation: false,
    legs: intent.legs,
  }));
  const [buyer, seller] = TRADERS;
  if (buyer === undefined || seller === undefined) throw new Error('two traders');
  const withdraw = { account: buyer.account, nonce: 9, expirySec: START_SEC + 1000, amount: 5_000_000n };
  const signature = sign(hasher, buyer.seed, withdrawMessage(hasher, DOMAIN, withdraw));
  const settled = { instrument: CALL, payoff: PAYOFF };
  const settlements = [
    { account: buyer.account, lots: 100, ...settled },
    { account: seller.account, lots: -100, ...settled },
  ];
  return [
    seal({ ...NO_ROWS, l1Ops: opened }, LIVE),
    seal({ ...NO_ROWS, trades, withdrawals: [withdraw] }, LIVE, {
      withdrawals: [{ intent: withdraw, signature }],
      trades: signed,
    }),
    seal({ ...NO_ROWS, settlements }, EXPIRED),
  ];
}
