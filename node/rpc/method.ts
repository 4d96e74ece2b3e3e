import type { z } from 'zod';
import type { RpcErrorName } from './rpcError.ts';

/** A method of an RPC surface, said once: server, client and documentation go by it. */
export interface RpcMethod<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly params: P;
  readonly result: R;
  /** What it may answer beside COMMON_RPC_ERRORS. */
  readonly errors: readonly RpcErrorName[];
}

export const defineMethod = <P extends z.ZodType, R extends z.ZodType>(method: {
  readonly name: string;
  readonly params: P;
  readonly result: R;
  readonly errors?: readonly RpcErrorName[];
}): RpcMethod<P, R> => ({ errors: [], ...method });

type ReadOnly<T> = T extends object ? { readonly [K in keyof T]: ReadOnly<T[K]> } : T;

/** What a caller gives: fields with a default may be left out. */
export type CallParams<M extends RpcMethod> = ReadOnly<z.input<M['params']>>;
/** What the method's code gets. */
export type GivenParams<M extends RpcMethod> = ReadOnly<z.output<M['params']>>;
/** What the method's code answers. */
export type GivenResult<M extends RpcMethod> = ReadOnly<z.input<M['result']>>;
/** What a caller gets. */
export type CallResult<M extends RpcMethod> = ReadOnly<z.output<M['result']>>;
