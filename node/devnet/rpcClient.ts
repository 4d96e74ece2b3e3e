import { DevnetError } from './DevnetError.ts';

/** The node answered with an error of its own. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
  readonly code: number;

  constructor(method: string, code: number, message: string) {
    super(`${method}: ${message}`);
    this.code = code;
  }
}

export interface RpcClient {
  readonly url: string;
  /** @throws RpcFailure; DevnetError DEVNET_RPC_FAILED when nothing answers */
  readonly call: <T>(method: string, params?: object) => Promise<T>;
}

const TIMEOUT_MS = 20_000;

/** JSON-RPC 2.0 over HTTP; bigints travel as decimal strings. */
export function createRpcClient(url: string): RpcClient {
  let id = 0;
  return {
    url,
    call: async <T>(method: string, params: object = {}): Promise<T> => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }, (_, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      );
      const answer = await post(url, method, body);
      if (answer.error !== undefined) throw new RpcFailure(method, answer.error.code, answer.error.message);
      return answer.result as T;
    },
  };
}

async function post(url: string, method: string, body: string) {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  } catch (cause) {
    const message = `The node at ${url} did not answer ${method} (${(cause as Error).message}).`;
    throw new DevnetError('DEVNET_RPC_FAILED', message, { url, method }, cause);
  }
}
