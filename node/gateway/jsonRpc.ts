import { z } from 'zod';

/** Stable codes of the RPC surface. JSON-RPC 2.0's own first; the exchange's rejections travel as results. */
export const RPC_ERROR = {
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
} as const;
export type RpcErrorCode = (typeof RPC_ERROR)[keyof typeof RPC_ERROR];

export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: RpcErrorCode;
  readonly data: unknown;

  constructor(code: RpcErrorCode, message: string, data: unknown = null) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

type Id = string | number | null;

export type RpcResponse =
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly error: { code: number; message: string; data: unknown } };

/** A method: its parameters' schema and what it does. `C` is what it knows of its caller. */
export interface RpcMethod<C> {
  readonly call: (params: unknown, caller: C) => Promise<unknown>;
}

/** @throws RpcError INVALID_PARAMS naming every wrong field, before `run` sees anything. */
export const rpcMethod = <S extends z.ZodType, C>(
  schema: S,
  run: (params: z.output<S>, caller: C) => unknown,
): RpcMethod<C> => ({
  call: async (params, caller) => {
    const parsed = schema.safeParse(params ?? {});
    if (parsed.success) return await run(parsed.data, caller);
    const issues = parsed.error.issues.slice(0, 8).map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new RpcError(RPC_ERROR.INVALID_PARAMS, 'invalid params', issues);
  },
});

const requestSchema = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().max(64), z.number(), z.null()]).optional(),
  method: z.string().max(64),
  params: z.record(z.string(), z.unknown()).optional(),
});

const MAX_BATCH = 32;

export interface RpcDispatcher<C> {
  /** Answers a request or an array of them, as text; null when there was nothing but notifications. */
  readonly dispatch: (text: string, caller: C) => Promise<string | null>;
}

export const createDispatcher = <C>(
  methods: ReadonlyMap<string, RpcMethod<C>>,
  onInternal: (method: string, error: unknown) => void,
  onCall: (method: string, code: number) => void = () => undefined,
): RpcDispatcher<C> => {
  const one = async (value: unknown, caller: C): Promise<RpcResponse | null> => {
    const request = requestSchema.safeParse(value);
    if (!request.success) {
      onCall('invalid', RPC_ERROR.INVALID_REQUEST);
      return failure(null, new RpcError(RPC_ERROR.INVALID_REQUEST, 'not a JSON-RPC 2.0 request with named params'));
    }
    const { id, method, params } = request.data;
    const response = await run(id ?? null, method, params, caller);
    return id === undefined ? null : response;
  };

  const run = async (id: Id, name: string, params: unknown, caller: C): Promise<RpcResponse> => {
    const method = methods.get(name);
    if (method === undefined) {
      onCall('unknown', RPC_ERROR.METHOD_NOT_FOUND);
      return failure(id, new RpcError(RPC_ERROR.METHOD_NOT_FOUND, `there is no method ${name}`));
    }
    try {
      const result = await method.call(params, caller);
      onCall(name, 0);
      return { jsonrpc: '2.0', id, result: result ?? null };
    } catch (error) {
      const known = error instanceof RpcError ? error : new RpcError(RPC_ERROR.INTERNAL, 'internal error');
      if (known !== error) onInternal(name, error);
      onCall(name, known.code);
      return failure(id, known);
    }
  };

  return {
    dispatch: async (text, caller) => {
      const value = parseJson(text);
      if (value instanceof RpcError) return toJson(failure(null, value));
      if (!Array.isArray(value)) return toJsonOrNull(await one(value, caller));
      if (value.length === 0 || value.length > MAX_BATCH) {
        return toJson(failure(null, new RpcError(RPC_ERROR.INVALID_REQUEST, `a batch has 1 to ${MAX_BATCH} requests`)));
      }
      const responses = await Promise.all(value.map((item) => one(item, caller)));
      const answered = responses.filter((response) => response !== null);
      return answered.length === 0 ? null : toJson(answered);
    },
  };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return new RpcError(RPC_ERROR.PARSE, 'not JSON');
  }
};

export const failure = (id: Id, error: RpcError): RpcResponse => ({
  jsonrpc: '2.0',
  id,
  error: { code: error.code, message: error.message, data: error.data },
});

const toJsonOrNull = (value: RpcResponse | null): string | null => (value === null ? null : toJson(value));

/** bigints leave as decimal strings. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
