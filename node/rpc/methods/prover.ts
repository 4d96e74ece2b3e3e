import { z } from 'zod';
import { defineMethod } from '../method.ts';
import { count, word } from '../wire.ts';

/** What a prover process asks of the node, on the internal port: the contract of leases (docs/ARCHITECTURE.md, "Leases"). */

/** A prover's own name; no other prover may use it at the same time. */
const proverId = z.string().min(1).max(64);
const leaseId = z.string().min(1).max(64);
const holder = { proverId, leaseId };
/** Names of the shapes that a prover has keys for. */
const shapes = z.array(z.string().min(1).max(64)).max(64);
const pair = z.tuple([word, word]);
const ms = z.number().nonnegative();

/** In the EVM's coordinate order. */
const proof = z.strictObject({ a: pair, b: z.tuple([pair, pair]), c: pair });

/** lost: the term had passed and another prover got the batch, it was proved, or the node was started again. Never a failure. */
const leaseAnswer = z.object({ lease: z.enum(['held', 'lost']) });

/** A batch to prove under a lease of its own, none, or a pause because the prover's last proof was refused. */
export const proverGetJob = defineMethod({
  name: 'prover_getJob',
  params: z.strictObject({ proverId, shapes: shapes.optional() }),
  result: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('leased'),
      leaseId,
      batchNumber: count,
      /** A batch job's text (node/core/ledger/batchJob.ts). */
      job: z.string(),
      /** The lease ends unless it is renewed within this. */
      termMs: ms,
    }),
    z.object({ type: z.literal('none') }),
    z.object({ type: z.literal('paused'), forMs: ms }),
  ]),
});

/** Begins the lease's term anew. */
export const proverHeartbeat = defineMethod({
  name: 'prover_heartbeat',
  params: z.strictObject(holder),
  result: leaseAnswer,
});

/** Gives the batch back unproved, without blame. */
export const proverReleaseJob = defineMethod({
  name: 'prover_releaseJob',
  params: z.strictObject(holder),
  result: leaseAnswer,
});

/** `data` of a REFUSED proof. */
export const refusedProofSchema = z.object({
  code: z.enum(['BATCH_UNKNOWN', 'PROOF_OF_ANOTHER_BATCH', 'PROOF_DOES_NOT_VERIFY', 'PROVER_PAUSED']),
});

/**
 * Hands over a proof, which the node verifies. known: the batch had one already. REFUSED: it does not verify, or states another
 * batch, and the prover is paused. BUSY: it cannot be verified now, keep it and come again. A proof whose lease was lost
 * is as welcome.
 */
export const proverSubmitProof = defineMethod({
  name: 'prover_submitProof',
  params: z.strictObject({
    ...holder,
    batchNumber: count,
    proof,
    publicSignals: z.array(word).max(16),
    provingMs: ms,
  }),
  result: z.object({ type: z.enum(['taken', 'known']) }),
  errors: ['REFUSED', 'BUSY'],
});

export const FAILURE_CODE_CHARS = 64;
export const FAILURE_MESSAGE_CHARS = 2000;

/** Ends the lease as failed: counted against the batch, unless the lease was lost. */
export const proverReportFailure = defineMethod({
  name: 'prover_reportFailure',
  params: z.strictObject({
    ...holder,
    code: z.string().max(FAILURE_CODE_CHARS),
    message: z.string().max(FAILURE_MESSAGE_CHARS),
  }),
  result: leaseAnswer,
});
