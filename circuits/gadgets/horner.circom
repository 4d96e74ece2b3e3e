pragma circom 2.1.9;

// v = 0; for each live word: v = v * point + word (mod p). live is boolean per word (the caller's duty).
template Horner(n) {
    signal input point;
    signal input word[n];
    signal input live[n];
    signal output out;

    signal next[n];
    signal value[n + 1];
    value[0] <== 0;
    for (var i = 0; i < n; i++) {
        next[i] <== value[i] * point + word[i];
        value[i + 1] <== value[i] + live[i] * (next[i] - value[i]);
    }
    out <== value[n];
}
