/** Stable codes of the RPC surface. JSON-RPC 2.0's own first; the exchange's rejections travel as results. */
const RPC_ERROR = {
  PARSE: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL: -32603,
  /** The sequencer's queue is full: try again. */
  BUSY: -32001,
  /** No fresh oracle report: matching is off, cancels and withdrawals go on. */
  ORACLE_STALE: -32002,
  /** The node has stopped accepting (disk failure, shutdown). */
  NOT_ACCEPTING: -32003,
  NOT_FOUND: -32004,
  TOO_LARGE: -32005,
  TOO_MANY_SUBSCRIPTIONS: -32006,
  /** A report or a proof that the node does not take. */
  REFUSED: -32007,
  /** The account's key changed while the message waited: sign again. */
  KEY_CHANGED: -32008,
} as const satisfies Readonly<Record<string, number>>;
export type RpcErrorName = keyof typeof RPC_ERROR;

/** What any method may answer: the caller's or the server's own fault. */
export const COMMON_RPC_ERRORS: readonly RpcErrorName[] = [
  'PARSE',
  'INVALID_REQUEST',
  'METHOD_NOT_FOUND',
  'INVALID_PARAMS',
  'INTERNAL',
  'TOO_LARGE',
];

const NAMES = new Map(Object.entries(RPC_ERROR).map(([name, code]) => [code as number, name as RpcErrorName]));

/** The name of a code, or null for one that this version does not know. */
export const rpcErrorName = (code: number): RpcErrorName | null => NAMES.get(code) ?? null;

/** An answer that is an error: thrown by a server's method, and by a client that got it. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcErrorName;
  /** What the method adds, as it stands in the answer; null: nothing. */
  readonly data: unknown;

  constructor(code: RpcErrorName, message: string, data: unknown = null) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** The number on the wire. */
  get number(): number {
    return RPC_ERROR[this.code];
  }
}
