import { z } from 'zod';
import { RPC_ERROR, RpcError, type RpcMethod, rpcMethod } from '../gateway/jsonRpc.ts';
import type { Batcher } from './batcher.ts';
import { proofSchema } from './jobRecord.ts';

const proverId = z.string().min(1).max(64);
/** Names of the shapes that a prover has keys for. */
const shapes = z.array(z.string().min(1).max(64)).max(64);
const batchNumber = z.int().nonnegative();
const decimal = z
  .string()
  .max(80)
  .regex(/^\d+$/)
  .transform((text) => BigInt(text));

/** What a prover process asks of the node, on the internal port. */
export const proverMethods = (batcher: Batcher): Map<string, RpcMethod<unknown>> =>
  new Map<string, RpcMethod<unknown>>([
    [
      'prover_getJob',
      rpcMethod(z.strictObject({ proverId, shapes: shapes.optional() }), (params) =>
        batcher.leaseJob(params.proverId, params.shapes),
      ),
    ],
    [
      'prover_heartbeat',
      rpcMethod(z.strictObject({ proverId, batchNumber }), (params) => ({
        leased: batcher.heartbeat(params.proverId, params.batchNumber),
      })),
    ],
    [
      'prover_submitProof',
      rpcMethod(
        z.strictObject({
          proverId: proverId.optional(),
          batchNumber,
          proof: proofSchema,
          publicSignals: z.array(decimal).max(16),
          provingMs: z.number().nonnegative(),
        }),
        async ({ proverId: _, ...submission }) => {
          const refused = await batcher.submitProof(submission);
          if (refused !== null) throw new RpcError(RPC_ERROR.REFUSED, refused);
          return { accepted: true };
        },
      ),
    ],
    [
      'prover_reportFailure',
      rpcMethod(
        z.strictObject({
          proverId: proverId.optional(),
          batchNumber,
          code: z.string().max(64),
          message: z.string().max(2000),
        }),
        async ({ batchNumber: number, code, message }) => {
          await batcher.reportFailure(number, code, message);
          return { recorded: true };
        },
      ),
    ],
  ]);
