/** Functions of src/binding/keccakBinding.cc: keccak256 as Ethereum has it, in this thread. */
export type KeccakAddon = {
  /**
   * Hashes of pieces of `data` that stand one after the other, `lengths` bytes each; 32 bytes each are written to `hashes`.
   * @throws CORE_ARGUMENT_INVALID when the lengths do not make up the data, or the hashes have no room
   */
  keccak256Many(data: Uint8Array, lengths: Uint32Array, hashes: Uint8Array): void;
};
