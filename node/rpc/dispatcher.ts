import { failure, type RequestId, type RpcResponse, requestSchema, success } from './frame.ts';
import type { RpcHandler } from './handler.ts';
import { parseJson, toJson } from './json.ts';
import { RpcError } from './rpcError.ts';

const MAX_BATCH = 32;

export interface RpcDispatcher<C> {
  /** Answers a request or an array of them, as text; null when there was nothing but notifications. Never throws. */
  readonly dispatch: (text: string, caller: C) => Promise<string | null>;
}

export interface DispatcherConfig<C> {
  readonly handlers: readonly RpcHandler<C>[];
  /** A prefix of methods' names that callers may leave out. */
  readonly optionalPrefix?: string;
  /** A failure that is no RpcError: answered as internal, without its message. */
  readonly onInternal: (method: string, error: unknown) => void;
  /** The answer's number, 0 for success. */
  readonly onCall?: (method: string, number: number) => void;
}

const byName = <C>({ handlers, optionalPrefix }: DispatcherConfig<C>): ReadonlyMap<string, RpcHandler<C>> => {
  const named = new Map(handlers.map((handler) => [handler.method.name, handler]));
  if (named.size !== handlers.length) throw new Error('assertion: two methods have one name');
  if (optionalPrefix === undefined) return named;
  for (const [name, handler] of [...named]) {
    if (name.startsWith(optionalPrefix)) named.set(name.slice(optionalPrefix.length), handler);
  }
  return named;
};

export const createDispatcher = <C>(config: DispatcherConfig<C>): RpcDispatcher<C> => {
  const handlers = byName(config);
  const onCall = config.onCall ?? (() => undefined);

  const run = async (id: RequestId, name: string, params: unknown, caller: C): Promise<RpcResponse> => {
    const handler = handlers.get(name);
    if (handler === undefined) {
      const error = new RpcError('METHOD_NOT_FOUND', `there is no method ${name}`);
      onCall('unknown', error.number);
      return failure(id, error);
    }
    try {
      const result = await handler.call(params, caller);
      onCall(name, 0);
      return success(id, result ?? null);
    } catch (error) {
      const known = error instanceof RpcError ? error : new RpcError('INTERNAL', 'internal error');
      if (known !== error) config.onInternal(name, error);
      onCall(name, known.number);
      return failure(id, known);
    }
  };

  const one = async (value: unknown, caller: C): Promise<RpcResponse | null> => {
    const request = requestSchema.safeParse(value);
    if (!request.success) {
      const error = new RpcError('INVALID_REQUEST', 'not a JSON-RPC 2.0 request with named params');
      onCall('invalid', error.number);
      return failure(null, error);
    }
    const { id, method, params } = request.data;
    const response = await run(id ?? null, method, params, caller);
    return id === undefined ? null : response;
  };

  const all = async (value: unknown, caller: C): Promise<unknown> => {
    if (!Array.isArray(value)) return await one(value, caller);
    if (value.length === 0 || value.length > MAX_BATCH) {
      return failure(null, new RpcError('INVALID_REQUEST', `a batch has 1 to ${MAX_BATCH} requests`));
    }
    const responses = await Promise.all(value.map((item) => one(item, caller)));
    const answered = responses.filter((response) => response !== null);
    return answered.length === 0 ? null : answered;
  };

  return {
    dispatch: async (text, caller) => {
      try {
        const answer = await all(parseJson(text), caller);
        return answer === null ? null : toJson(answer);
      } catch (error) {
        if (error instanceof RpcError) return toJson(failure(null, error));
        config.onInternal('the answer', error);
        return toJson(failure(null, new RpcError('INTERNAL', 'internal error')));
      }
    },
  };
};
