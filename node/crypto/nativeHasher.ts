import type { HashAddon } from '../../prover/native/hashAddon.ts';
import type { KeccakAddon } from '../../prover/native/keccakAddon.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { KECCAK_BYTES, type KeccakMany } from '../core/crypto/keccakMany.ts';

/** The native core's Poseidon and keccak256. */
export const createNativeHasher = (core: HashAddon & KeccakAddon): Hasher & { readonly keccakMany: KeccakMany } => ({
  poseidon: (inputs) => core.poseidon(inputs),
  poseidonMany: (inputsEach, values) => core.poseidonMany(inputsEach, values),
  keccakMany: (data, lengths) => {
    const hashes = new Uint8Array(lengths.length * KECCAK_BYTES);
    core.keccak256Many(data, lengths, hashes);
    return hashes;
  },
});
