import { handle, type RpcHandler } from '../rpc/handler.ts';
import { proverGetJob, proverHeartbeat, proverReportFailure, proverSubmitProof } from '../rpc/methods/prover.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Batcher } from './batcher.ts';

/** What a prover process asks of the node, on the internal port. */
export const proverMethods = (batcher: Batcher): readonly RpcHandler<unknown>[] => [
  handle(proverGetJob, ({ proverId, shapes }) => batcher.leaseJob(proverId, shapes)),
  handle(proverHeartbeat, ({ proverId, batchNumber }) => ({ leased: batcher.heartbeat(proverId, batchNumber) })),
  handle(proverSubmitProof, async ({ proverId: _, ...submission }) => {
    const refused = await batcher.submitProof(submission);
    if (refused !== null) throw new RpcError('REFUSED', refused);
    return { accepted: true } as const;
  }),
  handle(proverReportFailure, async ({ batchNumber, code, message }) => {
    await batcher.reportFailure(batchNumber, code, message);
    return { recorded: true } as const;
  }),
];
