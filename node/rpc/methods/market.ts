import { z } from 'zod';
import { defineMethod } from '../method.ts';
import { count, hex, signedWord, unsigned, word } from '../wire.ts';
import { accountId, fill, instrumentId, receipt } from './submission.ts';

/** What anyone may ask. Prices in price units, amounts in cash units (protocol, section 1). */

const byInstrument = z.strictObject({ instrument: instrumentId });
const byAccount = z.strictObject({ account: accountId });
const nothing = z.strictObject({});
const notFound = ['NOT_FOUND'] as const;

const instrument = z.object({
  instrument: instrumentId,
  kind: z.enum(['call', 'put', 'future']),
  expirySec: count,
  strike: word,
});

const level = z.object({ price: count, lots: count, orders: count });

export const getInstruments = defineMethod({
  name: 'public/get_instruments',
  params: nothing,
  result: z.array(instrument),
});

export const getOrderBook = defineMethod({
  name: 'public/get_order_book',
  params: byInstrument.extend({ depth: z.int().min(1).max(1000).default(20) }),
  result: z.object({
    instrument: instrumentId,
    changeId: count,
    bids: z.array(level),
    asks: z.array(level),
  }),
  errors: notFound,
});

const greeks = z.object({
  instrument: instrumentId,
  impliedVolE9: signedWord,
  deltaE6: signedWord,
  gammaE12: signedWord,
  vegaE6: signedWord,
  thetaPerDayE6: signedWord,
});

export const getTicker = defineMethod({
  name: 'public/get_ticker',
  params: byInstrument,
  result: z.object({
    instrument: instrumentId,
    /** Of the report in force; null before the first. */
    timeSec: count.nullable(),
    mark: word.nullable(),
    status: z.enum(['live', 'expired', 'unpriced']),
    index: word.nullable(),
    bestBid: level.nullable(),
    bestAsk: level.nullable(),
    lastTrade: fill.nullable(),
    greeks: greeks.nullable(),
  }),
  errors: notFound,
});

const spot = z.object({ market: count, price: word });

export const getIndex = defineMethod({
  name: 'public/get_index',
  params: nothing,
  result: z.object({ timeSec: count.nullable(), prices: z.array(spot) }),
});

const alarm = z.object({ code: z.string(), message: z.string(), data: z.record(z.string(), z.unknown()) });

/** Provers' work (node/batcher/provingStatus.ts). */
const proving = z.object({
  /** Batches by state. */
  jobs: z.object({ sealed: count, proved: count, submitted: count, accepted: count, failed: count }),
  oldestUnprovedSec: z.number().nullable(),
  leases: z.array(z.object({ batchNumber: count, proverId: z.string(), ageMs: z.number(), leftMs: z.number() })),
  /** Provers that wait because a proof of theirs was refused. */
  pausedProvers: count,
  /** Since the node started. */
  provers: z.array(
    z.object({
      proverId: z.string(),
      proofs: count,
      failures: count,
      refused: count,
      lapsed: count,
      refusedInARow: count,
      pausedUntilMs: z.number(),
    }),
  ),
});

export const getStatus = defineMethod({
  name: 'public/get_status',
  params: nothing,
  result: z.object({
    accepting: z.boolean(),
    oracleFresh: z.boolean(),
    timeSec: count,
    entries: count,
    queue: count,
    batches: z.object({ sealed: count, accepted: count, sealing: count }),
    proving,
    settlement: z.object({
      state: z.enum(['ok', 'retrying', 'stopped']),
      failures: count,
      lastError: z.string().nullable(),
      nextBlock: z.string(),
    }),
    counters: z.object({
      accounts: count,
      openOrders: count,
      trades: count,
      sealedBatches: count,
      l1OpsTaken: count,
      deferredL1Ops: count,
    }),
    alarms: z.array(alarm),
  }),
});

const pair = z.tuple([word, word]);

const batch = z.object({
  batchNumber: count,
  /** sealed: to be proved; proved: to be submitted; submitted; accepted: on L1; failed: a person must look. */
  state: z.enum(['sealed', 'proved', 'submitted', 'accepted', 'failed']),
  shapeId: count,
  shapeName: z.string(),
  timeSec: count,
  sealedAtMs: count,
  stateRootBefore: word,
  stateRootAfter: word,
  riskTableHash: word,
  logChainHash: word,
  lastEntryIndex: z.int(),
  /** Number of data words. */
  words: count,
  counts: z.object({ l1Ops: count, withdrawals: count, trades: count, settlements: count, accounts: count }),
  reportTimeSec: count,
  attempts: count,
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  proof: z
    .object({
      dataCommit: word,
      proof: z.object({ a: pair, b: z.tuple([pair, pair]), c: pair }),
      provingMs: z.number(),
    })
    .nullable(),
  txHashes: z.array(hex),
  acceptance: z.object({ txHash: hex, blockNumber: word, gasUsed: word, batchesInCall: count }).nullable(),
});

export const getBatch = defineMethod({
  name: 'public/get_batch',
  params: z.strictObject({ batchNumber: count }),
  result: batch,
  errors: notFound,
});

export const getBatches = defineMethod({
  name: 'public/get_batches',
  params: z.strictObject({ from: count.default(0), limit: z.int().min(1).max(200).default(50) }),
  result: z.array(batch),
});

export const getAccount = defineMethod({
  name: 'public/get_account',
  params: byAccount,
  result: z.object({
    account: accountId,
    keyX: word,
    keyY: word,
    owner: word,
    cash: signedWord,
    positions: z.array(z.object({ instrument: instrumentId, lots: z.int() })),
    equity: signedWord,
    initialExcess: signedWord,
    maintenanceBreached: z.boolean(),
    openOrders: count,
  }),
  errors: notFound,
});

const intent = z.object({
  account: accountId,
  nonce: unsigned(32),
  expirySec: unsigned(40),
  maxLots: unsigned(32),
  maxFeePerLot: unsigned(24),
  limit: signedWord,
  flags: unsigned(16),
  legs: z.array(z.object({ instrument: instrumentId, ratio: z.int() })),
});

export const getOpenIntents = defineMethod({
  name: 'public/get_open_intents',
  params: byAccount,
  result: z.array(
    z.object({
      intent,
      instrument: instrumentId,
      side: z.enum(['buy', 'sell']),
      price: count,
      remainingLots: count,
      sequence: count,
    }),
  ),
});

export const getReceipt = defineMethod({
  name: 'public/get_receipt',
  params: z.strictObject({ index: count }),
  result: receipt,
  errors: notFound,
});
