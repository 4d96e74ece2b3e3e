/** The core's numbers: 32 bytes, little-endian. */
const NUMBER_BYTES = 32;

export function numbersToBytes(numbers: readonly bigint[]): Uint8Array {
  const hex = numbers.map((number) => number.toString(16).padStart(2 * NUMBER_BYTES, '0'));
  const bytes = Buffer.from(hex.join(''), 'hex');
  for (let at = 0; at < bytes.length; at += NUMBER_BYTES) bytes.subarray(at, at + NUMBER_BYTES).reverse();
  return bytes;
}

export function bytesToNumbers(bytes: Uint8Array): bigint[] {
  return Array.from({ length: bytes.length / NUMBER_BYTES }, (_, index) => {
    const number = Buffer.from(bytes.subarray(index * NUMBER_BYTES, (index + 1) * NUMBER_BYTES)).reverse();
    return BigInt(`0x${number.toString('hex')}`);
  });
}
