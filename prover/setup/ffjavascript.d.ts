/** The few parts of ffjavascript (which ships no types) that the tool chain uses. */
declare module 'ffjavascript' {
  export type ThreadManager = {
    /** The WebAssembly module; present when the curve was built single-threaded. */
    readonly code: Uint8Array;
    readonly pG1gen: number;
    readonly pG2gen: number;
    readonly concurrency: number;
  };
  export type PrimeField = {
    readonly w: readonly Uint8Array[];
    readonly s: number;
    e(value: bigint | number | string): Uint8Array;
    toObject(value: Uint8Array): bigint;
  };
  export type Group = {
    readonly g: Uint8Array;
    readonly F: { readonly n8: number };
    timesFr(base: Uint8Array, scalar: Uint8Array): Uint8Array;
    toAffine(point: Uint8Array): Uint8Array;
    toRprUncompressed(buffer: Uint8Array, offset: number, point: Uint8Array): void;
    toRprLEM(buffer: Uint8Array, offset: number, point: Uint8Array): void;
    fromRprLEM(buffer: Uint8Array, offset: number): Uint8Array;
    toObject(point: Uint8Array): unknown;
  };
  export type Curve = {
    readonly name: string;
    readonly q: bigint;
    readonly r: bigint;
    readonly tm: ThreadManager;
    readonly Fr: PrimeField;
    readonly G1: Group;
    readonly G2: Group;
    readonly Gt: { toObject(value: Uint8Array): unknown };
    pairing(g1: Uint8Array, g2: Uint8Array): Uint8Array;
    terminate(): Promise<void>;
  };
  export function buildBn128(singleThread?: boolean): Promise<Curve>;
}
