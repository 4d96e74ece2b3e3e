/**
 * Functions of src/binding/eddsaBinding.cc: circomlib's EdDSA-Poseidon, in this thread.
 *
 * A signature holds if s B8 = R + 8 h A, h = Poseidon(R, A, message), where s is below the subgroup's order, all else
 * below the modulus, R and A on the curve and 8 A not the identity: what the circuit accepts. Numbers out of range, negative
 * ones among them, do not hold; only what is no bigint throws (CORE_ARGUMENT_INVALID).
 */
export type EddsaAddon = {
  eddsaVerify(keyX: bigint, keyY: bigint, message: bigint, rX: bigint, rY: bigint, s: bigint): boolean;
  /** Six values a signature in eddsaVerify's order, one signature after the other. Each verdict is its signature's own. */
  eddsaVerifyMany(values: readonly bigint[]): boolean[];
  /** The same on plain values of 32 bytes, lowest first: 192 bytes a signature; `verdicts` gets a 1 or a 0 for each. */
  eddsaVerifyBytes(checks: Uint8Array, verdicts: Uint8Array): void;
  /** Of a 32-byte private key. Takes the same steps whatever the key is, as eddsaSign does. */
  eddsaPublicKey(privateKey: Uint8Array): [x: bigint, y: bigint];
  /** circomlibjs' signPoseidon: deterministic. */
  eddsaSign(privateKey: Uint8Array, message: bigint): [rX: bigint, rY: bigint, s: bigint];
};
