import { proverMethods } from '../../../node/batcher/proverMethods.ts';
import { toJson } from '../../../node/rpc/json.ts';
import type { CallParams, CallResult, RpcMethod } from '../../../node/rpc/method.ts';
import {
  proverGetJob,
  proverHeartbeat,
  proverReleaseJob,
  proverReportFailure,
  proverSubmitProof,
  refusedProofSchema,
} from '../../../node/rpc/methods/prover.ts';
import { RpcError } from '../../../node/rpc/rpcError.ts';
import type { NodeClient } from '../../../prover/queue/nodeClient.ts';
import { QueueError } from '../../../prover/queue/QueueError.ts';
import type { Network } from '../world/Network.ts';
import type { Process } from '../world/Process.ts';
import type { SimulatedNode } from '../world/SimulatedNode.ts';

const TIMEOUT_MS = 30_000;

const toQueueError = (error: unknown): QueueError => {
  if (!(error instanceof RpcError)) return new QueueError('NODE_UNREACHABLE', String(error), {}, error);
  if (error.code === 'BUSY') return new QueueError('NODE_BUSY', error.message, {}, error);
  const refused = refusedProofSchema.safeParse(error.data);
  if (refused.success) return new QueueError('PROOF_REFUSED', error.message, { reason: refused.data.code }, error);
  return new QueueError('NODE_REFUSED', error.message, { code: error.code }, error);
};

/** The node's prover methods over the world's network: prover/queue/nodeClient.ts without sockets. */
export const proverClient = (
  process: Process,
  network: Network,
  nodeNow: () => SimulatedNode | null,
  proverId: string,
  onInternal: (error: unknown) => void,
): NodeClient => {
  const call = async <M extends RpcMethod>({ name, result }: M, params: CallParams<M>): Promise<CallResult<M>> => {
    const sent: unknown = JSON.parse(toJson(params));
    const invoke = async (node: SimulatedNode): Promise<CallResult<M>> => {
      const handler = proverMethods(node.replica.batcher).find(({ method }) => method.name === name);
      try {
        return result.parse(JSON.parse(toJson(await handler?.call(sent, null)))) as CallResult<M>;
      } catch (error) {
        if (!(error instanceof RpcError)) onInternal(error);
        throw error;
      }
    };
    try {
      return await network.call(process, nodeNow, invoke, TIMEOUT_MS);
    } catch (error) {
      throw toQueueError(error);
    }
  };
  return {
    getJob: () => call(proverGetJob, { proverId }),
    heartbeat: async (leaseId) => (await call(proverHeartbeat, { proverId, leaseId })).lease,
    releaseJob: async (leaseId) => (await call(proverReleaseJob, { proverId, leaseId })).lease,
    submitProof: async ({ batchNumber, leaseId }, proved) =>
      (await call(proverSubmitProof, { proverId, leaseId, batchNumber, ...proved })).type,
    reportFailure: async (leaseId, code, message) =>
      (await call(proverReportFailure, { proverId, leaseId, code, message })).lease,
  };
};
