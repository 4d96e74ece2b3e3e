import { keccak256, toHex } from 'viem';
import type { L1Log } from '../l1/L1.ts';

/** One number for the first `count` logs, all of them if left out. */
export function logsDigest(logs: readonly L1Log[], count = logs.length): string {
  const text = logs.slice(0, count).map(({ blockNumber, ...log }) => JSON.stringify({ ...log, at: `${blockNumber}` }));
  return keccak256(toHex(text.join('\n')));
}
