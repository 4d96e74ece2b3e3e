import { CodedError } from '../../node/core/codedError.ts';

export type QueueErrorCode =
  /** Nobody answers at the node's address; trying again may help. */
  | 'NODE_UNREACHABLE'
  /** The node answered, but not with JSON-RPC. */
  | 'NODE_ANSWER_INVALID'
  /** The node refused; its code and message are in the data. */
  | 'NODE_REFUSED'
  /** The node cannot take it now: come again. */
  | 'NODE_BUSY'
  /** The node verified a proof and did not take it; why is in the data. */
  | 'PROOF_REFUSED'
  | 'JOB_INVALID'
  | 'SHAPE_UNKNOWN'
  | 'REGISTRY_INVALID'
  /** The prover's own proof did not verify. */
  | 'PROOF_DOES_NOT_VERIFY'
  /** The proof states something else than the replayed batch. */
  | 'PROOF_OF_ANOTHER_BATCH';

/** What can go wrong between a prover process, its node and its files. Codes are stable; messages may change. */
export class QueueError extends CodedError<QueueErrorCode> {
  override readonly name = 'QueueError';
}
