import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Deployment } from '../protocol/deployment.ts';
import { bytesToWord } from './byteWords.ts';

/** JSON with the names of every object ascending and bigints as decimal texts: equal values have one text. */
function canonicalText(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field)}`).join()}}`;
}

/** keccak256 of what a deployment fixes: columns, risk rule and shapes. Its name does not enter. */
export function deploymentHash({ columns, risk, shapes }: Deployment): bigint {
  return bytesToWord(keccak_256(new TextEncoder().encode(canonicalText({ columns, risk, shapes }))));
}
