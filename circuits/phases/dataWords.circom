pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "../gadgets/horner.circom";

// Phase B: the words that L1 carries, the first part of the transcript, and their value at L1's data point. A header, then four
// words of each of O L1 ops, one of each of W withdrawals, two of each of T trades, one of each of N settlements; rows count if
// they are live, all in `words` words.
template DataWords(O, W, T, N, words) {
    signal input batchNumber;
    signal input point;
    signal input opLive[O];
    signal input opWord[O][4];
    signal input withdrawalLive[W];
    signal input withdrawalWord[W];
    signal input tradeLive[T];
    signal input tradeWord[T][2];
    signal input settlementLive[N];
    signal input settlementWord[N];
    signal output ops;
    signal output word[words];
    signal output live[words];
    signal output value;

    var opCount = 0;
    for (var i = 0; i < O; i++) {
        opCount += opLive[i];
    }
    var withdrawals = 0;
    for (var i = 0; i < W; i++) {
        withdrawals += withdrawalLive[i];
    }
    var trades = 0;
    for (var i = 0; i < T; i++) {
        trades += tradeLive[i];
    }
    var settlements = 0;
    for (var i = 0; i < N; i++) {
        settlements += settlementLive[i];
    }
    ops <== opCount;
    component batchNumberBits = Num2Bits(64);
    batchNumberBits.in <== batchNumber;
    word[0] <== batchNumber + (1 << 64) * opCount + (1 << 80) * withdrawals + (1 << 96) * trades + (1 << 112) * settlements;
    live[0] <== 1;
    var w = 1;
    for (var i = 0; i < O; i++) {
        for (var j = 0; j < 4; j++) {
            word[w] <== opWord[i][j];
            live[w] <== opLive[i];
            w++;
        }
    }
    for (var i = 0; i < W; i++) {
        word[w] <== withdrawalWord[i];
        live[w] <== withdrawalLive[i];
        w++;
    }
    for (var i = 0; i < T; i++) {
        for (var j = 0; j < 2; j++) {
            word[w] <== tradeWord[i][j];
            live[w] <== tradeLive[i];
            w++;
        }
    }
    for (var i = 0; i < N; i++) {
        word[w] <== settlementWord[i];
        live[w] <== settlementLive[i];
        w++;
    }
    component horner = Horner(words);
    horner.point <== point;
    horner.word <== word;
    horner.live <== live;
    value <== horner.out;
}
