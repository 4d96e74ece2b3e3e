import { createRpcClient } from '../../node/rpc/client.ts';
import type { CallParams, CallResult } from '../../node/rpc/method.ts';
import {
  FAILURE_MESSAGE_CHARS,
  proverGetJob,
  proverHeartbeat,
  proverReportFailure,
  proverSubmitProof,
} from '../../node/rpc/methods/prover.ts';
import { RpcClientError } from '../../node/rpc/RpcClientError.ts';
import { RpcError } from '../../node/rpc/rpcError.ts';
import { QueueError } from './QueueError.ts';

/** A batch to prove, as the node leases it. */
export type LeasedJob = NonNullable<CallResult<typeof proverGetJob>>;

export type ProvedJob = Pick<CallParams<typeof proverSubmitProof>, 'proof' | 'publicSignals' | 'provingMs'>;

/** Proof in the EVM's coordinate order. */
export type SubmittableProof = ProvedJob['proof'];

/** The node's prover methods (its internal port). Every call @throws QueueError NODE_*. */
export interface NodeClient {
  readonly getJob: () => Promise<LeasedJob | null>;
  /** False: the lease went to another prover. */
  readonly heartbeat: (batchNumber: number) => Promise<boolean>;
  readonly submitProof: (batchNumber: number, proved: ProvedJob) => Promise<void>;
  readonly reportFailure: (batchNumber: number, code: string, message: string) => Promise<void>;
}

const CALL_TIMEOUT_MS = 30_000;

const toQueueError = (error: unknown): unknown => {
  if (error instanceof RpcError) {
    return new QueueError('NODE_REFUSED', `the node refused: ${error.message}`, { code: error.code }, error);
  }
  if (!(error instanceof RpcClientError)) return error;
  const code = error.code === 'RPC_ANSWER_INVALID' ? 'NODE_ANSWER_INVALID' : 'NODE_UNREACHABLE';
  return new QueueError(code, error.message, error.data, error);
};

/** @param shapes names of those that this prover has keys for: it is given no other batches */
export const createNodeClient = (url: string, proverId: string, shapes: readonly string[]): NodeClient => {
  const rpc = createRpcClient(url, { timeoutMs: CALL_TIMEOUT_MS });
  const asQueueError = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw toQueueError(error);
    }
  };
  return {
    getJob: () => asQueueError(rpc.call(proverGetJob, { proverId, shapes })),
    heartbeat: async (batchNumber) => (await asQueueError(rpc.call(proverHeartbeat, { proverId, batchNumber }))).leased,
    submitProof: async (batchNumber, proved) => {
      await asQueueError(rpc.call(proverSubmitProof, { proverId, batchNumber, ...proved }));
    },
    reportFailure: async (batchNumber, code, message) => {
      const failure = { proverId, batchNumber, code, message: message.slice(0, FAILURE_MESSAGE_CHARS) };
      await asQueueError(rpc.call(proverReportFailure, failure));
    },
  };
};
