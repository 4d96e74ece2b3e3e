import { bytesToHex } from '@noble/hashes/utils.js';
import { RpcError } from './rpcError.ts';

/** bigints leave as decimal strings, bytes as 0x and hex digits. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    return item instanceof Uint8Array ? `0x${bytesToHex(item)}` : item;
  });

/** @throws RpcError PARSE */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new RpcError('PARSE', 'not JSON');
  }
};
