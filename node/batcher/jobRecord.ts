import { z } from 'zod';

/** What is kept of a batch from its sealing on. */
const decimal = z.codec(z.string().regex(/^-?\d+$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
});
const hex = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]*$/i)]);
const pair = z.tuple([decimal, decimal]);

const proofSchema = z.strictObject({ a: pair, b: z.tuple([pair, pair]), c: pair });

export const jobRecordSchema = z.strictObject({
  /** The first batch is number 0. */
  batchNumber: z.int().nonnegative(),
  /** sealed: to be proved; proved: to be submitted; submitted; accepted: on L1; failed: a person must look. */
  state: z.enum(['sealed', 'proved', 'submitted', 'accepted', 'failed']),
  shapeId: z.int(),
  shapeName: z.string(),
  timeSec: z.int(),
  sealedAtMs: z.int(),
  stateRootBefore: decimal,
  stateRootAfter: decimal,
  riskTableHash: decimal,
  logChainHash: decimal,
  lastEntryIndex: z.int(),
  words: z.array(decimal),
  counts: z.strictObject({
    l1Ops: z.int(),
    withdrawals: z.int(),
    trades: z.int(),
    settlements: z.int(),
    accounts: z.int(),
  }),
  report: z.strictObject({
    time: z.int(),
    riskTableHash: decimal,
    prices: z.array(decimal),
    inputs: hex,
    signatures: z.array(hex),
  }),
  /** Failed attempts to prove it. */
  attempts: z.int(),
  failure: z.nullable(z.strictObject({ code: z.string(), message: z.string() })),
  proof: z.nullable(z.strictObject({ dataCommit: decimal, proof: proofSchema, provingMs: z.number() })),
  txHashes: z.array(hex),
  acceptance: z.nullable(
    z.strictObject({ txHash: hex, blockNumber: decimal, gasUsed: decimal, batchesInCall: z.int() }),
  ),
});

export type JobRecord = z.output<typeof jobRecordSchema>;
export type JobState = JobRecord['state'];
