/** The few parts of circomlibjs (which ships no types) that the node and its tests use. */
declare module 'circomlibjs' {
  export interface WasmExports {
    readonly frm_toMontgomery: (pointer: number, result: number) => void;
    readonly frm_fromMontgomery: (pointer: number, result: number) => void;
    /** State, inputs, their number, outputs, their number: pointers to elements in Montgomery form. */
    readonly poseidon: (state: number, inputs: number, count: number, outputs: number, outputCount: number) => void;
  }
  export interface WasmField {
    readonly tm: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly instance: { readonly exports: WasmExports };
      alloc(bytes: number): number;
    };
    e(value: bigint | string): Uint8Array;
    toObject(value: Uint8Array): bigint;
    toRprLE(buffer: Uint8Array, offset: number, value: Uint8Array): void;
  }
  export interface Poseidon {
    (inputs: readonly bigint[]): Uint8Array;
    readonly F: WasmField;
  }
  export interface BabyJub {
    readonly F: WasmField;
    readonly Base8: [Uint8Array, Uint8Array];
    addPoint(a: readonly Uint8Array[], b: readonly Uint8Array[]): [Uint8Array, Uint8Array];
    mulPointEscalar(base: readonly Uint8Array[], scalar: bigint): [Uint8Array, Uint8Array];
    inCurve(point: readonly Uint8Array[]): boolean;
  }
  export interface Eddsa {
    readonly F: WasmField;
    readonly babyJub: BabyJub;
    prv2pub(privateKey: Uint8Array): [Uint8Array, Uint8Array];
    signPoseidon(privateKey: Uint8Array, message: Uint8Array): { R8: [Uint8Array, Uint8Array]; S: bigint };
    verifyPoseidon(
      message: Uint8Array,
      signature: { R8: readonly Uint8Array[]; S: bigint },
      key: readonly Uint8Array[],
    ): boolean;
  }
  export function buildPoseidon(): Promise<Poseidon>;
  export function buildPoseidonReference(): Promise<Poseidon>;
  export function buildEddsa(): Promise<Eddsa>;
}
