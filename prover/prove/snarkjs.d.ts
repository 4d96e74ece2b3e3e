/** The parts of snarkjs (which ships no types) that the project uses. Files may be paths or in memory. */
declare module 'snarkjs' {
  export type Logger = {
    debug(line: string): void;
    info(line: string): void;
    warn(line: string): void;
    error(line: string): void;
  };
  /** A path, bytes, or (with a `data` field that gets filled in) a file in memory. */
  export type File = string | Uint8Array | { type: 'mem'; data?: Uint8Array } | { type: 'bigMem' };
  export const groth16: {
    prove(
      zkey: File,
      witness: File,
      logger?: Logger,
      options?: { readonly singleThread?: boolean },
    ): Promise<{ proof: unknown; publicSignals: string[] }>;
    verify(vkey: unknown, publicSignals: readonly string[], proof: unknown, logger?: Logger): Promise<boolean>;
  };
  export const wtns: {
    calculate(input: object, wasm: File, wtns: File): Promise<void>;
    check(r1cs: File, wtns: File, logger?: Logger): Promise<boolean>;
    exportJson(wtns: File): Promise<bigint[]>;
  };
  export const powersOfTau: {
    newAccumulator(curve: unknown, power: number, file: File, logger?: Logger): Promise<Uint8Array>;
    contribute(from: File, to: File, name: string, entropy: string, logger?: Logger): Promise<Uint8Array>;
    beacon(from: File, to: File, name: string, hash: string, iterations: number, logger?: Logger): Promise<Uint8Array>;
    preparePhase2(from: File, to: File, logger?: Logger): Promise<void>;
    verify(file: File, logger?: Logger): Promise<boolean>;
  };
  export const zKey: {
    newZKey(r1cs: File, ptau: File, zkey: File, logger?: Logger): Promise<Uint8Array | -1>;
    contribute(from: File, to: File, name: string, entropy: string, logger?: Logger): Promise<Uint8Array>;
    beacon(
      from: File,
      to: File,
      name: string,
      hash: string,
      iterations: number,
      logger?: Logger,
    ): Promise<Uint8Array | false>;
    verifyFromR1cs(r1cs: File, ptau: File, zkey: File, logger?: Logger): Promise<boolean>;
    exportVerificationKey(zkey: File, logger?: Logger): Promise<unknown>;
  };
  export const curves: {
    getCurveFromName(
      name: string,
      options?: { readonly singleThread?: boolean },
    ): Promise<import('ffjavascript').Curve>;
  };
}
