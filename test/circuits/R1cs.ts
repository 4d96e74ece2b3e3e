import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';

const HEADER_BYTES = 12;
const TERM_BYTES = 36;
const VALUE_BYTES = 32;

/** Where a file's sections begin, by their number. */
const sectionsOf = (view: DataView): Map<number, number> => {
  const sections = new Map<number, number>();
  let at = HEADER_BYTES;
  for (let i = 0; i < view.getUint32(8, true); i++) {
    sections.set(view.getUint32(at, true), at + HEADER_BYTES);
    at += HEADER_BYTES + Number(view.getBigUint64(at + 4, true));
  }
  return sections;
};

/** Values by wire: an array, or what reads them out of a file. */
export interface Values {
  at(wire: number): bigint | undefined;
}

/** A small evaluator of .r1cs files (iden3's binary format, version 1): says which constraints a witness violates. */
export class R1cs {
  readonly wires: number;
  readonly constraints: number;
  /** Where the terms of each linear combination begin, three a constraint (A, B, C), and the end. */
  readonly #starts: Uint32Array;
  readonly #wireOf: Uint32Array;
  /** Which of the circuit's different values the coefficient of each term is: there are few. */
  readonly #coefficientOf: Uint32Array;
  readonly #values: readonly bigint[];

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const sections = sectionsOf(view);
    const header = sections.get(1);
    const body = sections.get(2);
    if (header === undefined || body === undefined) throw new Error('not an .r1cs file');
    this.wires = view.getUint32(header + 36, true);
    this.constraints = view.getUint32(header + 60, true);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const indexOf = new Map<string, number>();
    const values: bigint[] = [];
    const starts = new Uint32Array(3 * this.constraints + 1);
    const wireOf: number[] = [];
    const coefficientOf: number[] = [];
    let at = body;
    for (let combination = 0; combination < 3 * this.constraints; combination++) {
      const terms = view.getUint32(at, true);
      at += 4;
      for (let t = 0; t < terms; t++, at += TERM_BYTES) {
        const raw = text.toString('latin1', at + 4, at + 4 + VALUE_BYTES);
        let index = indexOf.get(raw);
        if (index === undefined) {
          index = values.length;
          indexOf.set(raw, index);
          values.push(BigInt(`0x${Buffer.from(raw, 'latin1').reverse().toString('hex')}`));
        }
        wireOf.push(view.getUint32(at, true));
        coefficientOf.push(index);
      }
      starts[combination + 1] = wireOf.length;
    }
    this.#starts = starts;
    this.#wireOf = Uint32Array.from(wireOf);
    this.#coefficientOf = Uint32Array.from(coefficientOf);
    this.#values = values;
  }

  /** Each violated constraint, of all or of those named: its index and the wires that it names. */
  violations(
    witness: Values,
    among?: Iterable<number>,
  ): { readonly index: number; readonly wires: readonly number[] }[] {
    const found: { index: number; wires: number[] }[] = [];
    for (const index of among ?? Array(this.constraints).keys()) {
      if (!this.#holds(index, witness)) found.push({ index, wires: this.wiresOf(index) });
    }
    return found;
  }

  /** False as soon as one is violated. */
  isSatisfied(witness: Values): boolean {
    for (let index = 0; index < this.constraints; index++) if (!this.#holds(index, witness)) return false;
    return true;
  }

  wiresOf(index: number): number[] {
    return [...this.#wireOf.subarray(this.#starts[3 * index], this.#starts[3 * index + 3])];
  }

  /** Indices of the constraints that name one of the wires. */
  constraintsOf(wires: ReadonlySet<number>): number[] {
    const found: number[] = [];
    for (let index = 0; index < this.constraints; index++) {
      const end = this.#starts[3 * index + 3] ?? 0;
      for (let t = this.#starts[3 * index] ?? 0; t < end; t++) {
        if (!wires.has(this.#wireOf[t] ?? 0)) continue;
        found.push(index);
        break;
      }
    }
    return found;
  }

  /** True if constraint `index` is, term by term, constraint `other` of another system. */
  isSame(index: number, system: R1cs, other: number): boolean {
    for (let part = 0; part < 3; part++) {
      const from = this.#starts[3 * index + part] ?? 0;
      const otherFrom = system.#starts[3 * other + part] ?? 0;
      const terms = (this.#starts[3 * index + part + 1] ?? 0) - from;
      if (terms !== (system.#starts[3 * other + part + 1] ?? 0) - otherFrom) return false;
      for (let t = 0; t < terms; t++) {
        if (this.#wireOf[from + t] !== system.#wireOf[otherFrom + t]) return false;
        if (this.#coefficient(from + t) !== system.#coefficient(otherFrom + t)) return false;
      }
    }
    return true;
  }

  #coefficient(term: number): bigint | undefined {
    return this.#values[this.#coefficientOf[term] ?? 0];
  }

  #holds(index: number, witness: Values): boolean {
    const a = this.#sum(3 * index, witness) % FIELD_PRIME;
    const b = a === 0n ? 0n : this.#sum(3 * index + 1, witness) % FIELD_PRIME;
    return (a * b - this.#sum(3 * index + 2, witness)) % FIELD_PRIME === 0n;
  }

  #sum(combination: number, witness: Values): bigint {
    const end = this.#starts[combination + 1] ?? 0;
    let sum = 0n;
    for (let t = this.#starts[combination] ?? 0; t < end; t++) {
      const value = witness.at(this.#wireOf[t] ?? 0) ?? 0n;
      if (value !== 0n) sum += (this.#values[this.#coefficientOf[t] ?? 0] ?? 0n) * value;
    }
    return sum;
  }
}
