import { Bn254Arena, type Bn254Code, type GroupName, POINT_BYTES } from './Bn254Arena.ts';
import { FIELD_BYTES } from './r1csHeader.ts';

const SCALAR_BITS = 254;
const BATCH = 1024;

/** Window that costs least for a table built once and used for `count` scalars. */
export function windowBitsFor(count: number): number {
  const costOf = (bits: number): number => Math.ceil(SCALAR_BITS / bits) * (2 ** bits + count);
  let best = 2;
  for (let bits = 3; bits <= 13; bits++) if (costOf(bits) < costOf(best)) best = bits;
  return best;
}

type GroupCalls = {
  readonly zero: (out: number) => void;
  readonly add: (a: number, b: number, out: number) => void;
  readonly addMixed: (a: number, affine: number, out: number) => void;
  readonly batchToAffine: (points: number, count: number, out: number) => void;
};

function callsOf(arena: Bn254Arena, group: GroupName): GroupCalls {
  const named = (name: string): ((...addresses: number[]) => number | undefined) => {
    const call = arena.exports[`${group}m_${name}`];
    if (call === undefined) throw new Error(`ffjavascript's curve module has no ${group}m_${name}`);
    return call;
  };
  return {
    zero: named('zero'),
    add: named('add'),
    addMixed: named('addMixed'),
    batchToAffine: named('batchToAffine'),
  };
}

/**
 * Multiples of one group's generator: a table holds d * 2^(w k) * G for every window k and digit d, so a multiple
 * is one mixed addition a window. (Brickell, Gordon, McCurley, Wilson, "Fast exponentiation with precomputation",
 * EUROCRYPT 92.)
 */
export class FixedBase {
  private readonly arena: Bn254Arena;
  private readonly calls: GroupCalls;
  private readonly bits: number;
  private readonly windows: number;
  private readonly affineBytes: number;
  private readonly jacobianBytes: number;
  private readonly table: number;
  private readonly scalars: number;
  private readonly sums: number;

  private constructor(arena: Bn254Arena, group: GroupName, bits: number) {
    this.arena = arena;
    this.calls = callsOf(arena, group);
    this.bits = bits;
    this.windows = Math.ceil(SCALAR_BITS / bits);
    this.affineBytes = POINT_BYTES[group];
    this.jacobianBytes = (POINT_BYTES[group] / 2) * 3;
    this.table = arena.allocate(this.windows * 2 ** bits * this.affineBytes);
    this.scalars = arena.allocate(BATCH * FIELD_BYTES);
    this.sums = arena.allocate(BATCH * this.jacobianBytes);
  }

  static async create(code: Bn254Code, group: GroupName, windowBits: number): Promise<FixedBase> {
    const base = new FixedBase(await Bn254Arena.create(code), group, windowBits);
    base.fillTable(code.generators[group]);
    return base;
  }

  /** Fills windows one after the other; entry 0 of a window stays the point at infinity and is never added. */
  private fillTable(generator: number): void {
    const { arena, calls, jacobianBytes } = this;
    const entries = 2 ** this.bits;
    const row = arena.allocate((entries + 1) * jacobianBytes);
    arena.reserveScratch((entries + 2) * jacobianBytes);
    // The generator lies in memory as a Jacobian point.
    arena.bytes().copyWithin(row + jacobianBytes, generator, generator + jacobianBytes);
    for (let window = 0; window < this.windows; window++) {
      calls.zero(row);
      const step = row + jacobianBytes;
      for (let digit = 2; digit <= entries; digit++) {
        calls.add(row + (digit - 1) * jacobianBytes, step, row + digit * jacobianBytes);
      }
      const next = arena.read(row + entries * jacobianBytes, jacobianBytes);
      calls.batchToAffine(row, entries, this.table + window * entries * this.affineBytes);
      arena.write(step, next);
    }
  }

  /** Adds up the table entries that the digits of the `index`-th scalar name. */
  private sumWindows(view: DataView, index: number): void {
    const { bits, affineBytes, table, calls } = this;
    const sum = this.sums + index * this.jacobianBytes;
    const scalar = this.scalars + index * FIELD_BYTES;
    const mask = 2 ** bits - 1;
    calls.zero(sum);
    for (let window = 0; window < this.windows; window++) {
      const bit = window * bits;
      // A digit spans at most three bytes (13 bits from any offset), and the scalars are padded behind.
      const word = view.getUint32(scalar + (bit >>> 3), true);
      const available = FIELD_BYTES - (bit >>> 3);
      const own = available >= 4 ? word : word & (2 ** (8 * available) - 1);
      const digit = (own >>> (bit & 7)) & mask;
      if (digit !== 0) calls.addMixed(sum, table + ((window << bits) + digit) * affineBytes, sum);
    }
  }

  /**
   * @param scalars 32 little-endian bytes each, below the group order, not in Montgomery form
   * @param out affine points, coordinates little-endian in Montgomery form (snarkjs' "LEM"); infinity is all zero
   */
  multiply(scalars: Uint8Array, out: Uint8Array): void {
    const count = scalars.length / FIELD_BYTES;
    for (let first = 0; first < count; first += BATCH) {
      const batch = Math.min(BATCH, count - first);
      this.arena.write(this.scalars, scalars.subarray(first * FIELD_BYTES, (first + batch) * FIELD_BYTES));
      const view = this.arena.view();
      for (let index = 0; index < batch; index++) this.sumWindows(view, index);
      this.calls.batchToAffine(this.sums, batch, this.sums);
      out.set(this.arena.read(this.sums, batch * this.affineBytes), first * this.affineBytes);
    }
  }
}
