import { CodedError } from '../core/codedError.ts';

export type RpcClientErrorCode =
  /** Nothing answers at the address. */
  | 'RPC_UNREACHABLE'
  | 'RPC_TIMEOUT'
  /** The connection ended before the answer: whether the call took effect is unknown. */
  | 'RPC_CLOSED'
  /** What answers does not speak this protocol, or another version of it. */
  | 'RPC_ANSWER_INVALID';

/** A call that got no answer, or none that can be understood. An answer that is an error is an RpcError. */
export class RpcClientError extends CodedError<RpcClientErrorCode> {
  override readonly name = 'RpcClientError';
}
