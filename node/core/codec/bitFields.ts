import { CodecError } from './CodecError.ts';

/** Value and width in bits of one field; the first field is the least significant. */
export type Field = readonly [value: bigint | number, bits: number, name: string];

/** Packs fields little-endian in bits; a value that does not fit its width is refused. */
export function packFields(fields: readonly Field[]): bigint {
  let word = 0n;
  let offset = 0n;
  for (const [value, bits, name] of fields) {
    const field = BigInt(value);
    if (field < 0n || field >> BigInt(bits) !== 0n) {
      throw new CodecError('CODEC_FIELD_RANGE', `${name} does not fit ${bits} bits`, {
        field: name,
        value: `${value}`,
      });
    }
    word |= field << offset;
    offset += BigInt(bits);
  }
  return word;
}

/** The inverse of packFields; bits above the last field are refused. */
export function unpackFields<const W extends readonly number[]>(word: bigint, widths: W): { [K in keyof W]: bigint } {
  let rest = word;
  const fields = widths.map((bits) => {
    const field = BigInt.asUintN(bits, rest);
    rest >>= BigInt(bits);
    return field;
  });
  if (rest !== 0n)
    throw new CodecError('CODEC_UNKNOWN_BITS', 'a word has bits above its last field', { word: `${word}` });
  return fields as { [K in keyof W]: bigint };
}
