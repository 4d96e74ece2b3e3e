import { z } from 'zod';
import { defineMethod } from '../method.ts';
import { count, word } from '../wire.ts';

/** What a prover process asks of the node, on the internal port. */

const proverId = z.string().min(1).max(64);
/** Names of the shapes that a prover has keys for. */
const shapes = z.array(z.string().min(1).max(64)).max(64);
const pair = z.tuple([word, word]);

/** In the EVM's coordinate order. */
const proof = z.strictObject({ a: pair, b: z.tuple([pair, pair]), c: pair });

/** A batch to prove, or null: nothing to do. `job` is a batch job's text (node/core/ledger/batchJob.ts). */
export const proverGetJob = defineMethod({
  name: 'prover_getJob',
  params: z.strictObject({ proverId, shapes: shapes.optional() }),
  result: z.object({ batchNumber: count, job: z.string() }).nullable(),
});

/** False: the lease went to another prover. */
export const proverHeartbeat = defineMethod({
  name: 'prover_heartbeat',
  params: z.strictObject({ proverId, batchNumber: count }),
  result: z.object({ leased: z.boolean() }),
});

export const proverSubmitProof = defineMethod({
  name: 'prover_submitProof',
  params: z.strictObject({
    proverId: proverId.optional(),
    batchNumber: count,
    proof,
    publicSignals: z.array(word).max(16),
    provingMs: z.number().nonnegative(),
  }),
  result: z.object({ accepted: z.literal(true) }),
  errors: ['REFUSED'],
});

export const FAILURE_MESSAGE_CHARS = 2000;

export const proverReportFailure = defineMethod({
  name: 'prover_reportFailure',
  params: z.strictObject({
    proverId: proverId.optional(),
    batchNumber: count,
    code: z.string().max(64),
    message: z.string().max(FAILURE_MESSAGE_CHARS),
  }),
  result: z.object({ recorded: z.literal(true) }),
});
