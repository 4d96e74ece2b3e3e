pragma circom 2.1.9;

// Exactly `total` (0 or 1, the caller's duty) of n booleans is set. n + 1 constraints; n is far below p.
template OneHot(n) {
    signal input in[n];
    signal input total;

    var sum = 0;
    for (var i = 0; i < n; i++) {
        in[i] * (in[i] - 1) === 0;
        sum += in[i];
    }
    sum === total;
}

// sum in[i] * by[i].
template Dot(n) {
    signal input in[n];
    signal input by[n];
    signal output out;

    signal term[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        term[i] <== in[i] * by[i];
        sum += term[i];
    }
    out <== sum;
}
