import type { HashAddon } from '../../prover/native/hashAddon.ts';
import type { Hasher } from '../core/crypto/hasher.ts';

/** The native core's Poseidon. */
export const createNativeHasher = (core: HashAddon): Hasher => ({
  poseidon: (inputs) => core.poseidon(inputs),
  poseidonMany: (inputsEach, values) => core.poseidonMany(inputsEach, values),
});
