import { createRpcClient, type RpcClient } from '../../node/rpc/client.ts';
import type { CallParams, CallResult } from '../../node/rpc/method.ts';
import {
  FAILURE_CODE_CHARS,
  FAILURE_MESSAGE_CHARS,
  proverGetJob,
  proverHeartbeat,
  proverReleaseJob,
  proverReportFailure,
  proverSubmitProof,
  refusedProofSchema,
} from '../../node/rpc/methods/prover.ts';
import { RpcClientError } from '../../node/rpc/RpcClientError.ts';
import { RpcError } from '../../node/rpc/rpcError.ts';
import { QueueError } from './QueueError.ts';

/** A batch to prove under a lease, nothing to do, or a pause. */
export type JobAnswer = CallResult<typeof proverGetJob>;
export type LeasedJob = Extract<JobAnswer, { type: 'leased' }>;
type LeaseAnswer = CallResult<typeof proverHeartbeat>['lease'];

export type ProvedJob = Pick<CallParams<typeof proverSubmitProof>, 'proof' | 'publicSignals' | 'provingMs'>;

/** Proof in the EVM's coordinate order. */
export type SubmittableProof = ProvedJob['proof'];

/** The node's prover methods (its internal port). Every call @throws QueueError NODE_*. */
export interface NodeClient {
  readonly getJob: () => Promise<JobAnswer>;
  readonly heartbeat: (leaseId: string) => Promise<LeaseAnswer>;
  /** The prover stops before the batch is proved. */
  readonly releaseJob: (leaseId: string) => Promise<LeaseAnswer>;
  /** known: the batch had a proof already. @throws QueueError NODE_BUSY: come again; PROOF_REFUSED: do not */
  readonly submitProof: (leased: LeasedJob, proved: ProvedJob) => Promise<'taken' | 'known'>;
  readonly reportFailure: (leaseId: string, code: string, message: string) => Promise<LeaseAnswer>;
}

const CALL_TIMEOUT_MS = 30_000;

const toQueueError = (error: unknown): unknown => {
  if (error instanceof RpcError) return answeredError(error);
  if (!(error instanceof RpcClientError)) return error;
  const code = error.code === 'RPC_ANSWER_INVALID' ? 'NODE_ANSWER_INVALID' : 'NODE_UNREACHABLE';
  return new QueueError(code, error.message, error.data, error);
};

const answeredError = (error: RpcError): QueueError => {
  const { code, data, message } = error;
  if (code === 'BUSY') return new QueueError('NODE_BUSY', `the node is busy: ${message}`, {}, error);
  const refused = refusedProofSchema.safeParse(data);
  if (code === 'REFUSED' && refused.success)
    return new QueueError(
      'PROOF_REFUSED',
      `the node refused the proof: ${message}`,
      { reason: refused.data.code },
      error,
    );
  return new QueueError('NODE_REFUSED', `the node refused: ${message}`, { code }, error);
};

/** @param shapes names of those that this prover has keys for: it is given no other batches */
export const createNodeClient = (url: string, proverId: string, shapes: readonly string[]): NodeClient =>
  nodeClientOver(createRpcClient(url, { timeoutMs: CALL_TIMEOUT_MS }), proverId, shapes);

/** The same over a connection that is there. */
export const nodeClientOver = (
  rpc: Pick<RpcClient, 'call'>,
  proverId: string,
  shapes: readonly string[],
): NodeClient => {
  const asQueueError = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw toQueueError(error);
    }
  };
  return {
    getJob: () => asQueueError(rpc.call(proverGetJob, { proverId, shapes })),
    heartbeat: async (leaseId) => (await asQueueError(rpc.call(proverHeartbeat, { proverId, leaseId }))).lease,
    releaseJob: async (leaseId) => (await asQueueError(rpc.call(proverReleaseJob, { proverId, leaseId }))).lease,
    submitProof: async ({ batchNumber, leaseId }, proved) =>
      (await asQueueError(rpc.call(proverSubmitProof, { proverId, leaseId, batchNumber, ...proved }))).type,
    reportFailure: async (leaseId, code, message) => {
      const failure = {
        proverId,
        leaseId,
        code: code.slice(0, FAILURE_CODE_CHARS),
        message: message.slice(0, FAILURE_MESSAGE_CHARS),
      };
      return (await asQueueError(rpc.call(proverReportFailure, failure))).lease;
    },
  };
};
