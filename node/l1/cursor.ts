import { type Address, isAddressEqual, isHex, sha256, stringToHex } from 'viem';
import { z } from 'zod';

/** Up to where the exchange's logs were read and dealt with, durably. */
export interface Cursor {
  /** Of the last block read. */
  readonly block: bigint;
  readonly hash: `0x${string}`;
  /** How many L1 ops were queued up to there. */
  readonly opCount: number;
  /** How many entries the log had: with fewer, what was read may be lost. */
  readonly logEntries: number;
}

/** What a cursor must be of. */
export interface CursorOwner {
  readonly chainId: number;
  readonly exchange: Address;
  /** The first block that the exchange has logs in. */
  readonly fromBlock: bigint;
}

const FORMAT = 'straddle l1 cursor 1';
const count = z.int().nonnegative();
const hash = z.custom<`0x${string}`>((value) => isHex(value) && /^0x[0-9a-f]{64}$/.test(value));
const schema = z.strictObject({
  format: z.literal(FORMAT),
  chainId: count,
  exchange: z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]),
  block: z.string().regex(/^\d{1,18}$/),
  hash,
  opCount: count,
  logEntries: count,
});
const sealed = z.strictObject({ cursor: schema, sha256: hash });

const digestOf = (cursor: z.output<typeof schema>): `0x${string}` => sha256(stringToHex(JSON.stringify(cursor)));

export function encodeCursor({ chainId, exchange }: CursorOwner, cursor: Cursor): string {
  const { block, hash, logEntries, opCount } = cursor;
  const written = { format: FORMAT, chainId, exchange, block: String(block), hash, opCount, logEntries } as const;
  return `${JSON.stringify({ cursor: written, sha256: digestOf(written) })}\n`;
}

/**
 * The cursor in a file that anyone may have written.
 * @param logEntries how many entries the log has now
 * @returns the cursor, or why it is none to go by
 */
export function decodeCursor(text: string, owner: CursorOwner, logEntries: number): Cursor | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'it is not JSON';
  }
  const read = sealed.safeParse(parsed);
  if (!read.success) return `it is no cursor: ${z.prettifyError(read.error)}`;
  const { cursor } = read.data;
  if (digestOf(cursor) !== read.data.sha256) return 'it was changed: its hash is another';
  if (cursor.chainId !== owner.chainId) return `it is of chain ${cursor.chainId}`;
  if (!isAddressEqual(cursor.exchange, owner.exchange)) return `it is of the exchange ${cursor.exchange}`;
  const block = BigInt(cursor.block);
  if (block < owner.fromBlock) return `its block ${block} is before the deployment's, ${owner.fromBlock}`;
  if (cursor.logEntries > logEntries) {
    return `it was written when the log had ${cursor.logEntries} entries, which has ${logEntries} now`;
  }
  return { block, hash: cursor.hash, opCount: cursor.opCount, logEntries: cursor.logEntries };
}
