import { L1Error } from './L1Error.ts';

/** How many blocks are asked for at once: as many as the endpoint gives the logs of. */
export interface Stride {
  readonly most: number;
  blocks: number;
  /** Full strides read in a row. */
  read: number;
}

/** Full strides after which a longer one is tried. */
const PROVEN = 16;

export const createStride = (most: number): Stride => ({ most, blocks: most, read: 0 });

/** The last block of the next stride. */
export function strideEnd({ blocks }: Stride, fromBlock: bigint, lastBlock: bigint): bigint {
  const end = fromBlock + BigInt(blocks) - 1n;
  return end < lastBlock ? end : lastBlock;
}

export function lengthen(stride: Stride): void {
  stride.read += 1;
  if (stride.read < PROVEN) return;
  stride.read = 0;
  stride.blocks = Math.min(stride.most, stride.blocks * 2);
}

/**
 * After a failure to read one: half as long, as endpoints limit blocks, logs and time in ways of their own.
 * @returns whether a shorter one may be read where this one was refused
 */
export function shorten(stride: Stride, error: unknown): boolean {
  stride.read = 0;
  if (!(error instanceof L1Error) || stride.blocks === 1) return false;
  if (error.code !== 'L1_REFUSED' && error.code !== 'L1_UNREACHABLE') return false;
  stride.blocks = Math.ceil(stride.blocks / 2);
  return error.code === 'L1_REFUSED';
}
