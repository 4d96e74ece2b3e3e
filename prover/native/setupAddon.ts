import type { NativeJob, OnProgress } from './runJob.ts';

/** Functions of src/binding/setupBinding.cc. */
export type SetupAddon = {
  /**
   * Writes a development key, insecure by construction, as prover/setup/developmentKeys.ts does, byte for byte.
   *
   * @param secrets tau, alpha, beta, delta: 32 bytes each, little-endian, from 1 to r - 1
   * @param mark 64 bytes, in place of a ceremony's circuit hash
   * @param threads 0 for as many as the machine runs at once
   */
  writeDevelopmentKey(
    r1csPath: string,
    zkeyPath: string,
    secrets: Uint8Array,
    mark: Uint8Array,
    threads: number,
    onProgress?: OnProgress,
  ): NativeJob<undefined>;
};
