import { handle, type RpcHandler } from '../rpc/handler.ts';
import {
  proverGetJob,
  proverHeartbeat,
  proverReleaseJob,
  proverReportFailure,
  proverSubmitProof,
} from '../rpc/methods/prover.ts';
import { RpcError } from '../rpc/rpcError.ts';
import type { Batcher } from './batcher.ts';
import type { Delivered } from './deliverProof.ts';

/** What a prover process asks of the node, on the internal port. */
export const proverMethods = (batcher: Batcher): readonly RpcHandler<unknown>[] => [
  handle(proverGetJob, async ({ proverId, shapes }) => {
    const grant = await batcher.lease(proverId, shapes);
    if (grant.type !== 'leased') return grant;
    const { job, lease, termMs } = grant;
    return { type: 'leased' as const, leaseId: lease.id, batchNumber: lease.batchNumber, job, termMs };
  }),
  handle(proverHeartbeat, (holder) => ({ lease: batcher.renew(holder) })),
  handle(proverReleaseJob, (holder) => ({ lease: batcher.release(holder) })),
  handle(proverSubmitProof, async (delivery) => taken(await batcher.deliver(delivery))),
  handle(proverReportFailure, async (failure) => ({ lease: await batcher.fail(failure) })),
];

/** @throws RpcError REFUSED, BUSY */
const taken = (delivered: Delivered): { readonly type: 'taken' | 'known' } => {
  if (delivered.type === 'refused') throw new RpcError('REFUSED', delivered.message, { code: delivered.code });
  if (delivered.type === 'unchecked')
    throw new RpcError('BUSY', `the proof cannot be verified now (${delivered.message}): keep it and come again`);
  return delivered;
};
