import {
  BaseError,
  type Hex,
  HttpRequestError,
  http,
  isHex,
  ResponseBodyTooLargeError,
  RpcError,
  RpcRequestError,
  type Transport,
} from 'viem';
import { L1Error } from './L1Error.ts';

/** One JSON-RPC request; what comes back is not looked at. @throws L1Error L1_UNREACHABLE, L1_REFUSED, L1_REVERTED */
export type L1Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** Status codes of a server that may answer when it is asked again. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429]);

/** Requests to an endpoint over HTTP. @param retries of each, after a failure that may pass */
export const requestOverHttp = (url: string, timeoutMs: number, retries = 0): L1Request =>
  requestOver(http(url, { retryCount: retries, timeout: timeoutMs }));

/** Requests over any transport of viem's. */
export function requestOver(transport: Transport): L1Request {
  const { request } = transport({ retryCount: 0 });
  return async (method, params) => {
    try {
      return await request({ method, params } as never);
    } catch (cause) {
      if (!(cause instanceof BaseError)) throw cause;
      throw classified(method, cause);
    }
  };
}

/** Who failed: the way to the endpoint, the endpoint, or a contract behind it. */
function classified(method: string, cause: BaseError): L1Error {
  const said = detailsOf(cause);
  const code = rpcCodeIn(cause);
  if (code !== null) {
    const revert = revertIn(method, said, code, cause);
    if (revert !== null) return new L1Error('L1_REVERTED', `${method} reverted: ${said}`, { method, revert }, cause);
    return new L1Error('L1_REFUSED', `L1 refuses ${method} (${code}): ${said}`, { method, code }, cause);
  }
  const large = cause.walk((one) => one instanceof ResponseBodyTooLargeError);
  if (large !== null) return new L1Error('L1_REFUSED', `L1's answer to ${method} is too long`, { method }, cause);
  const answered = cause.walk((one) => one instanceof HttpRequestError) as HttpRequestError | null;
  const status = answered?.status;
  if (status !== undefined && status >= 400 && status < 500 && !PASSING_STATUS.has(status)) {
    return new L1Error('L1_REFUSED', `L1 refuses ${method} with status ${status}: ${said}`, { method, status }, cause);
  }
  return new L1Error('L1_UNREACHABLE', `L1 does not answer ${method}: ${said}`, { method }, cause);
}

/** What the one who failed said: viem's own messages repeat the request, calldata and all. */
function detailsOf(cause: BaseError): string {
  const text = cause.details || cause.shortMessage;
  return (text.split('\n')[0] ?? text).slice(0, 500);
}

/** The code of a JSON-RPC error; null: there was none. viem's own for whatever else it met is -1. */
function rpcCodeIn(cause: BaseError): number | null {
  const rpc = cause.walk((one) => one instanceof RpcRequestError || (one instanceof RpcError && one.code !== -1));
  return rpc instanceof RpcRequestError || rpc instanceof RpcError ? rpc.code : null;
}

/** The bytes that a contract reverted with; null: it did not. Code 3 is geth's, the text is everybody's. */
function revertIn(method: string, said: string, code: number, cause: BaseError): Hex | null {
  if (method !== 'eth_call' && method !== 'eth_estimateGas') return null;
  const holder = cause.walk((one) => (one as { readonly data?: unknown }).data !== undefined);
  const { data } = (holder ?? {}) as { readonly data?: unknown };
  const bytes = typeof data === 'object' && data !== null ? (data as { readonly data?: unknown }).data : data;
  if (isHex(bytes) && bytes.length >= 10) return bytes;
  return code === 3 || /\brevert/i.test(said) ? '0x' : null;
}
