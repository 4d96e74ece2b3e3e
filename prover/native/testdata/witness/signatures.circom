pragma circom 2.1.0;
include "circomlib/circuits/eddsaposeidon.circom";

// A chain of EdDSA-Poseidon checks, about 4,200 constraints each.
template Signatures(n) {
  signal input ax[n];
  signal input ay[n];
  signal input s[n];
  signal input r8x[n];
  signal input r8y[n];
  signal input message[n];
  for (var i = 0; i < n; i++) EdDSAPoseidonVerifier()(1, ax[i], ay[i], s[i], r8x[i], r8y[i], message[i]);
}
