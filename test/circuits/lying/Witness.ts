/** Values of a .wtns file, read as they are asked for. */
export class Witness {
  readonly #view: DataView;
  readonly #offset: number;
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = VALUES;
    this.length = (bytes.byteLength - VALUES) / VALUE_BYTES;
  }

  at(wire: number): bigint {
    const at = this.#offset + VALUE_BYTES * wire;
    const view = this.#view;
    const low = view.getBigUint64(at, true);
    const next = view.getBigUint64(at + 8, true);
    const third = view.getBigUint64(at + 16, true);
    const high = view.getBigUint64(at + 24, true);
    if ((next | third | high) === 0n) return low;
    return low | (next << 64n) | (third << 128n) | (high << 192n);
  }
}

const VALUES = 76;
const VALUE_BYTES = 32;
