import { RpcError } from './rpcError.ts';

/** bigints leave as decimal strings. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));

/** @throws RpcError PARSE */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new RpcError('PARSE', 'not JSON');
  }
};
