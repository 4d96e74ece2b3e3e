import type { GivenParams, GivenResult, RpcMethod } from './method.ts';
import { COMMON_RPC_ERRORS, RpcError } from './rpcError.ts';

/** A method with its code. `C` is what it knows of its caller. */
export interface RpcHandler<C> {
  readonly method: RpcMethod;
  readonly call: (params: unknown, caller: C) => Promise<unknown>;
}

const MAX_ISSUES = 8;

/**
 * Checks parameters before `run` sees them, and that it throws no RpcError which the definition does not name.
 * @throws RpcError INVALID_PARAMS naming every wrong field
 */
export const handle = <M extends RpcMethod, C = unknown>(
  method: M,
  run: (params: GivenParams<M>, caller: C) => GivenResult<M> | Promise<GivenResult<M>>,
): RpcHandler<C> => ({
  method,
  call: async (params, caller) => {
    const parsed = method.params.safeParse(params ?? {});
    if (!parsed.success) {
      const issues = parsed.error.issues.slice(0, MAX_ISSUES);
      const named = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      throw new RpcError('INVALID_PARAMS', 'invalid params', named);
    }
    try {
      return await run(parsed.data as GivenParams<M>, caller);
    } catch (error) {
      if (
        !(error instanceof RpcError) ||
        COMMON_RPC_ERRORS.includes(error.code) ||
        method.errors.includes(error.code)
      ) {
        throw error;
      }
      throw new Error(`assertion: ${method.name} is not defined to answer ${error.code}`, { cause: error });
    }
  },
});
