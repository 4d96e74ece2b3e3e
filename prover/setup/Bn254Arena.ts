/** Bytes of an affine point: two coordinates, each of one (G1) or two (G2) base field elements. */
export const POINT_BYTES = { g1: 64, g2: 128 } as const;
export type GroupName = keyof typeof POINT_BYTES;

/** ffjavascript's BN254 module, compiled but not instantiated, and where its constants lie in memory. */
export type Bn254Code = { readonly code: Uint8Array; readonly generators: Readonly<Record<GroupName, number>> };

/** The exports that the tool chain calls. All arguments are byte addresses in the module's memory, or counts. */
export type Bn254Exports = {
  readonly frm_mul: (a: number, b: number, out: number) => void;
  readonly frm_add: (a: number, b: number, out: number) => void;
  readonly frm_sub: (a: number, b: number, out: number) => void;
  readonly frm_toMontgomery: (a: number, out: number) => void;
  readonly frm_fromMontgomery: (a: number, out: number) => void;
  readonly frm_batchInverse: (input: number, step: number, count: number, out: number, outStep: number) => void;
} & Readonly<Record<string, (...addresses: number[]) => number | undefined>>;

type WasmMemory = { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };

/** What this file uses of WebAssembly: Node's type definitions leave it to the DOM's, which the project does without. */
const { WebAssembly: wasm } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (descriptor: { readonly initial: number }) => WasmMemory;
    readonly instantiate: (
      code: Uint8Array,
      imports: Readonly<Record<string, unknown>>,
    ) => Promise<{ readonly instance: { readonly exports: unknown } }>;
  };
};

const PAGE_BYTES = 65_536;
const FIRST_PAGES = 25;

/**
 * One instance of the module with a memory of its own, used as an arena: allocate, compute in place, copy out.
 * ffjavascript's own classes copy every operand in and out, which costs ten times the arithmetic.
 */
export class Bn254Arena {
  readonly exports: Bn254Exports;
  private readonly memory: WasmMemory;

  private constructor(exports: Bn254Exports, memory: WasmMemory) {
    this.exports = exports;
    this.memory = memory;
  }

  static async create({ code }: Bn254Code): Promise<Bn254Arena> {
    const memory = new wasm.Memory({ initial: FIRST_PAGES });
    const { instance } = await wasm.instantiate(code, { env: { memory } });
    return new Bn254Arena(instance.exports as Bn254Exports, memory);
  }

  /** The memory's bytes. A later `allocate` or `reserve` may replace the buffer: ask again after those. */
  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer);
  }

  view(): DataView<ArrayBuffer> {
    return new DataView(this.memory.buffer);
  }

  /** Address of `bytes` zeroed bytes, aligned to eight. */
  allocate(bytes: number): number {
    // The module keeps its first free address in word 0, and its own batch routines allocate behind it.
    const address = Math.ceil(this.view().getUint32(0, true) / 8) * 8;
    this.reserve(address + bytes - this.memory.buffer.byteLength);
    this.view().setUint32(0, address + bytes, true);
    this.bytes().fill(0, address, address + bytes);
    return address;
  }

  /** Makes sure that the module's batch routines find `bytes` of scratch behind what is allocated. */
  reserveScratch(bytes: number): void {
    this.reserve(this.view().getUint32(0, true) + bytes - this.memory.buffer.byteLength);
  }

  /** Copies bytes into the arena. */
  write(address: number, bytes: Uint8Array): void {
    this.bytes().set(bytes, address);
  }

  /** A copy of bytes of the arena. */
  read(address: number, length: number): Uint8Array {
    return this.bytes().slice(address, address + length);
  }

  private reserve(missing: number): void {
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
  }
}

/** A scalar as 32 little-endian bytes, not in Montgomery form. */
export function scalarBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
