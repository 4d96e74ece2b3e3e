/** Widths of protocol section 1, in bits. */
export const WIDTH = {
  account: 24,
  instrument: 20,
  price: 40,
  limit: 48,
  lots: 32,
  positionLots: 32,
  ratio: 8,
  cash: 64,
  /** Net premium of a trade row; fees are narrower. */
  net: 64,
  fee: 56,
  feePerLot: 24,
  time: 40,
  nonce: 32,
  flags: 16,
  owner: 160,
  messageKind: 4,
  l1OpKind: 4,
  instrumentStatus: 4,
  batchNumber: 64,
  /** How many rows of a kind a batch has. */
  rowCount: 16,
  markets: 4,
} as const;

/** Largest value of an unsigned 32-bit field; a withdrawal's slot counts as filled by it. */
export const MAX_UINT32 = 2 ** 32 - 1;

/** What is added to a signed field of so many bits where it is packed: half of what the field holds. */
export const signOffset = (bits: number): bigint => 1n << BigInt(bits - 1);
