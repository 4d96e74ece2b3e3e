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
