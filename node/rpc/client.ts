import type { z } from 'zod';
import { request, responseSchema } from './frame.ts';
import { postText } from './httpTransport.ts';
import { toJson } from './json.ts';
import type { CallParams, CallResult, RpcMethod } from './method.ts';
import { RpcClientError } from './RpcClientError.ts';
import { RpcError, rpcErrorName } from './rpcError.ts';
import { openSocket } from './socketTransport.ts';
import type { RpcTransport } from './transport.ts';

interface CallOptions {
  /** Longest wait for an answer, milliseconds. */
  readonly timeoutMs?: number;
}

type Params<M extends RpcMethod> =
  Record<string, never> extends CallParams<M>
    ? [params?: CallParams<M>, options?: CallOptions]
    : [params: CallParams<M>, options?: CallOptions];

export interface RpcClient {
  readonly url: string;
  /**
   * Parameters are checked by the server, the result here, both by the method's definition.
   * @throws RpcError what the server answered; RpcClientError when it did not answer, or not so
   */
  readonly call: <M extends RpcMethod>(method: M, ...params: Params<M>) => Promise<CallResult<M>>;
}

/** A client with a connection of its own, for subscriptions and many calls at a time. It does not connect again. */
export interface RpcSocketClient extends RpcClient {
  /** Resolves when the connection has ended, whoever ended it; calls that waited fail with RPC_CLOSED. */
  readonly closed: Promise<void>;
  readonly close: () => void;
}

export interface RpcClientOptions {
  /** Of a call that does not say, milliseconds. */
  readonly timeoutMs?: number;
  /** Longest answer taken over HTTP. */
  readonly maxAnswerBytes?: number;
}

const TIMEOUT_MS = 20_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

const invalid = (url: string, method: string, message: string, data: object = {}): RpcClientError =>
  new RpcClientError('RPC_ANSWER_INVALID', `${url} answers ${method} ${message}`, { url, method, ...data });

/** @throws RpcError, RpcClientError RPC_ANSWER_INVALID */
const resultOf = <M extends RpcMethod>(url: string, { name, result }: M, id: number, frame: unknown): CallResult<M> => {
  const answer = responseSchema.safeParse(frame);
  if (!answer.success) throw invalid(url, name, 'with what is no JSON-RPC 2.0 response: check the address');
  if ('error' in answer.data) {
    const { code, message, data } = answer.data.error;
    const known = rpcErrorName(code);
    if (known === null) throw invalid(url, name, `with an unknown error ${code}: ${message}`, { code, answered: data });
    throw new RpcError(known, message, data ?? null);
  }
  if (answer.data.id !== id) throw invalid(url, name, 'another request than was asked');
  const parsed = result.safeParse(answer.data.result);
  if (parsed.success) return parsed.data as CallResult<M>;
  const issue = (parsed.error as z.ZodError).issues[0];
  const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
  throw invalid(url, name, `with a result of another shape${where}: are versions equal?`);
};

const clientOver = (transport: RpcTransport, options: RpcClientOptions): RpcClient => {
  let lastId = 0;
  const { url } = transport;
  return {
    url,
    call: async (method, ...[params, each]) => {
      lastId += 1;
      const id = lastId;
      const timeoutMs = each?.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS;
      const signal = AbortSignal.timeout(timeoutMs);
      const text = toJson(request(id, method.name, params ?? {}));
      try {
        return resultOf(url, method, id, await transport.exchange(id, text, signal));
      } catch (error) {
        if (!signal.aborted || error instanceof RpcError) throw error;
        const message = `${url} did not answer ${method.name} within ${timeoutMs} ms`;
        throw new RpcClientError('RPC_TIMEOUT', message, { url, method: method.name, timeoutMs }, error);
      }
    },
  };
};

/** Calls over HTTP, each by itself. */
export const createRpcClient = (url: string, options: RpcClientOptions = {}): RpcClient => {
  const maxBytes = options.maxAnswerBytes ?? MAX_ANSWER_BYTES;
  const exchange: RpcTransport['exchange'] = (_id, text, signal) => postText(url, text, maxBytes, signal);
  return clientOver({ url, exchange }, options);
};

/**
 * Calls over one WebSocket, and what its subscriptions bring.
 * @param onNotification a message of a subscribed channel, as it stands in the frame
 * @throws RpcClientError RPC_UNREACHABLE, RPC_TIMEOUT
 */
export const openRpcClient = async (
  url: string,
  onNotification: (channel: string, data: unknown) => void = () => undefined,
  options: RpcClientOptions = {},
): Promise<RpcSocketClient> => {
  const socket = await openSocket(url, options.timeoutMs ?? TIMEOUT_MS, onNotification);
  return { ...clientOver(socket, options), closed: socket.closed, close: socket.close };
};
