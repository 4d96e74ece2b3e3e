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
  fee: 56,
  feePerLot: 24,
  time: 40,
  nonce: 32,
  flags: 16,
  owner: 160,
} as const;

/** Largest value of an unsigned 32-bit field; a withdrawal's slot counts as filled by it. */
export const MAX_UINT32 = 2 ** 32 - 1;

export const fitsUnsigned = (value: bigint, bits: number): boolean => value >= 0n && value < 1n << BigInt(bits);

/** Two's complement range: -2^(bits-1) .. 2^(bits-1) - 1. */
export function fitsSigned(value: bigint, bits: number): boolean {
  const half = 1n << BigInt(bits - 1);
  return value >= -half && value < half;
}

export const fitsUnsignedNumber = (value: number, bits: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < 2 ** bits;

export const fitsSignedNumber = (value: number, bits: number): boolean =>
  Number.isInteger(value) && value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1);
