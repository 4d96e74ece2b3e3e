import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';

/** A small evaluator of .r1cs files (iden3's binary format, version 1): says which constraints a witness violates. */
export class R1cs {
  readonly wires: number;
  readonly constraints: number;
  readonly #view: DataView;
  readonly #start: number;

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const sections = new Map<number, number>();
    let at = 12;
    for (let i = 0; i < view.getUint32(8, true); i++) {
      sections.set(view.getUint32(at, true), at + 12);
      at += 12 + Number(view.getBigUint64(at + 4, true));
    }
    const header = sections.get(1);
    const body = sections.get(2);
    if (header === undefined || body === undefined) throw new Error('not an .r1cs file');
    this.#view = view;
    this.#start = body;
    this.wires = view.getUint32(header + 36, true);
    this.constraints = view.getUint32(header + 60, true);
  }

  /** Each violated constraint: its index and the wires that it names. */
  violations(witness: readonly bigint[]): { readonly index: number; readonly wires: readonly number[] }[] {
    const found: { index: number; wires: number[] }[] = [];
    let at = this.#start;
    for (let index = 0; index < this.constraints; index++) {
      const wires: number[] = [];
      const sums = [0n, 0n, 0n];
      for (let side = 0; side < 3; side++) {
        const terms = this.#view.getUint32(at, true);
        at += 4;
        let sum = 0n;
        for (let t = 0; t < terms; t++, at += 36) {
          const wire = this.#view.getUint32(at, true);
          wires.push(wire);
          const value = witness[wire] ?? 0n;
          if (value !== 0n) sum += this.#coefficient(at + 4) * value;
        }
        sums[side] = sum % FIELD_PRIME;
      }
      const [a = 0n, b = 0n, c = 0n] = sums;
      if ((a * b - c) % FIELD_PRIME !== 0n) found.push({ index, wires });
    }
    return found;
  }

  #coefficient(at: number): bigint {
    const limb = (i: number): bigint => this.#view.getBigUint64(at + 8 * i, true);
    return limb(0) | (limb(1) << 64n) | (limb(2) << 128n) | (limb(3) << 192n);
  }
}
