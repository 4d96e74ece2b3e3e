pragma circom 2.1.9;

include "circomlib/circuits/poseidon.circom";

// Sponge(x_0..x_{n-1}) of section 2: r = n, then r = Poseidon16(r, 15 elements) block by block, the last one padded
// with zeros. Field elements in and out; nothing can overflow. The length in the first call separates lists that
// differ only in trailing zeros.
template Sponge(n) {
    signal input in[n];
    signal output out;

    var blocks = (n + 14) \ 15;
    component hash[blocks];
    for (var b = 0; b < blocks; b++) {
        hash[b] = Poseidon(16);
        if (b == 0) {
            hash[b].inputs[0] <== n;
        } else {
            hash[b].inputs[0] <== hash[b - 1].out;
        }
        for (var i = 0; i < 15; i++) {
            if (15 * b + i < n) {
                hash[b].inputs[i + 1] <== in[15 * b + i];
            } else {
                hash[b].inputs[i + 1] <== 0;
            }
        }
    }
    out <== hash[blocks - 1].out;
}

// The same over the first `sum(live)` of n elements, where live is n booleans, ones first (the caller's duty), and dead
// elements are 0. Blocks without a live element are skipped, so the value does not depend on n.
template PrefixSponge(n) {
    signal input in[n];
    signal input live[n];
    signal output out;

    var count = 0;
    for (var i = 0; i < n; i++) {
        count += live[i];
    }
    var blocks = (n + 14) \ 15;
    component hash[blocks];
    signal state[blocks + 1];
    state[0] <== count;
    for (var b = 0; b < blocks; b++) {
        hash[b] = Poseidon(16);
        hash[b].inputs[0] <== state[b];
        for (var i = 0; i < 15; i++) {
            if (15 * b + i < n) {
                hash[b].inputs[i + 1] <== in[15 * b + i];
            } else {
                hash[b].inputs[i + 1] <== 0;
            }
        }
        // A block counts if its first element does.
        state[b + 1] <== state[b] + live[15 * b] * (hash[b].out - state[b]);
    }
    out <== state[blocks];
}
