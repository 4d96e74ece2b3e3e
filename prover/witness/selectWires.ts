const MAGIC = 'wtns';
const VALUE_BYTES = 32;
/** Magic, version, number of sections; then the header section: type, size, bytes of a value, modulus, number of values. */
const COUNT_OFFSET = 12 + 12 + 4 + VALUE_BYTES;
const SIZE_OFFSET = COUNT_OFFSET + 4 + 4;
const VALUES_OFFSET = SIZE_OFFSET + 8;

/**
 * The witness of a reduced circuit: of the generator's values those that the map names (prover/native/reduceCircuit.ts).
 * @param witness a .wtns file as circom's generators write it: the header section first
 * @param wireMap numbers of the generator's wires, 32 bits each, little-endian
 * @returns a .wtns file
 * @throws Error if the two are not of one circuit
 */
export function selectWires(witness: Uint8Array, wireMap: Uint8Array): Uint8Array {
  const from = Buffer.from(witness.buffer, witness.byteOffset, witness.byteLength);
  const map = Buffer.from(wireMap.buffer, wireMap.byteOffset, wireMap.byteLength);
  if (from.toString('latin1', 0, 4) !== MAGIC || from.length < VALUES_OFFSET || map.length % 4 !== 0) {
    throw new Error('no witness, or no wire map: make the artifacts again');
  }
  const wires = map.length / 4;
  const values = from.readUInt32LE(COUNT_OFFSET);
  const selected = Buffer.allocUnsafe(VALUES_OFFSET + wires * VALUE_BYTES);
  from.copy(selected, 0, 0, VALUES_OFFSET);
  selected.writeUInt32LE(wires, COUNT_OFFSET);
  selected.writeBigUInt64LE(BigInt(wires * VALUE_BYTES), SIZE_OFFSET);
  for (let i = 0; i < wires; i++) {
    const wire = map.readUInt32LE(4 * i);
    if (wire >= values) throw new Error(`the wire map names wire ${wire} of ${values}: it is of another circuit`);
    const at = VALUES_OFFSET + wire * VALUE_BYTES;
    from.copy(selected, VALUES_OFFSET + i * VALUE_BYTES, at, at + VALUE_BYTES);
  }
  return selected;
}
