pragma circom 2.1.9;

include "circomlib/circuits/poseidon.circom";
include "../gadgets/sponge.circom";
include "../gadgets/weightedQuantity.circom";

// Phase D: the transcript. Everything that a sum over challenges uses is absorbed before its challenge: first rows and claims,
// which give g, z and y; then the instruments' weighted quantities, which give g2 and x.
//
// Parameters as Batch's; `words` is the number of data words.
template Transcript(S, A, chunks, P, T, W, M, words) {
    var E = (S + 2) \ 3;
    signal input riskTableHash;
    signal input word[words];
    signal input tableId[M];
    signal input tableTrades[M];
    signal input withdrawalH[W];
    // Roots of the account's intents before and after.
    signal input withdrawalRoots[W][2];
    signal input tradeH[T];
    signal input tradeRoots[T][2];
    signal input ctl[A];
    signal input hashBefore[A];
    signal input hashAfter[A];
    signal input valuesBefore[A][S];
    signal input shortBefore[A];
    signal input floor[A];
    signal input shortAfter[A];
    // The scenario values after, three to an element.
    signal input packed[A][E];
    // For the hints of the second stage; the leaf hashes hold them.
    signal input instrumentBefore[P];
    signal input lotsBefore[P];
    signal input negativeBefore[P];
    signal input instrumentAfter[P];
    signal input lotsAfter[P];
    signal input negativeAfter[P];

    signal output dataCommit;
    signal output g;
    // 1, y, y^2, y^3.
    signal output y[4];
    // 1, z, z^2, ...: of account rows before, then after.
    signal output weight[2 * A];
    // Weighted quantities of each instrument: hints, absorbed before g2 and x, tied down by identity 6.
    signal output quantity[M];
    signal output shortQuantity[M];
    signal output g2;
    // 1, x, x^2, ...
    signal output x[S];

    var perAccount = 6 + S + E;
    // Counts of 16 bits each, fifteen to an element of 240: one reading.
    var packedTrades = (M + 14) \ 15;
    var absorbed = 1 + words + packedTrades + 3 * (W + T) + perAccount * A;
    component commit = Sponge(absorbed);
    commit.in[0] <== riskTableHash;
    for (var i = 0; i < words; i++) {
        commit.in[1 + i] <== word[i];
    }
    var c = 1 + words;
    for (var e = 0; e < packedTrades; e++) {
        var element = 0;
        for (var m = 15 * e; m < M && m < 15 * e + 15; m++) {
            element += tableTrades[m] * (1 << (16 * (m - 15 * e)));
        }
        commit.in[c] <== element;
        c++;
    }
    for (var i = 0; i < W; i++) {
        commit.in[c] <== withdrawalH[i];
        commit.in[c + 1] <== withdrawalRoots[i][0];
        commit.in[c + 2] <== withdrawalRoots[i][1];
        c += 3;
    }
    for (var i = 0; i < T; i++) {
        commit.in[c] <== tradeH[i];
        commit.in[c + 1] <== tradeRoots[i][0];
        commit.in[c + 2] <== tradeRoots[i][1];
        c += 3;
    }
    for (var a = 0; a < A; a++) {
        commit.in[c] <== ctl[a];
        commit.in[c + 1] <== hashBefore[a];
        commit.in[c + 2] <== hashAfter[a];
        for (var s = 0; s < S; s++) {
            commit.in[c + 3 + s] <== valuesBefore[a][s];
        }
        commit.in[c + 3 + S] <== shortBefore[a];
        commit.in[c + 4 + S] <== floor[a];
        commit.in[c + 5 + S] <== shortAfter[a];
        for (var e = 0; e < E; e++) {
            commit.in[c + 6 + S + e] <== packed[a][e];
        }
        c += perAccount;
    }
    dataCommit <== commit.out;

    // Challenges g, z, y of the absorbed values.
    component first[3];
    for (var i = 0; i < 3; i++) {
        first[i] = Poseidon(2);
        first[i].inputs[0] <== commit.out;
        first[i].inputs[1] <== i + 1;
    }
    g <== first[0].out;
    y[0] <== 1;
    y[1] <== first[2].out;
    y[2] <== y[1] * y[1];
    y[3] <== y[2] * y[1];
    weight[0] <== 1;
    for (var a = 1; a < 2 * A; a++) {
        weight[a] <== weight[a - 1] * first[1].out;
    }

    var allInstruments[2 * P];
    var allLots[2 * P];
    var allNegative[2 * P];
    var allWeights[2 * P];
    var offset = 0;
    for (var a = 0; a < A; a++) {
        for (var i = 0; i < 16 * chunks[a]; i++) {
            allInstruments[offset + i] = instrumentBefore[offset + i];
            allLots[offset + i] = lotsBefore[offset + i];
            allNegative[offset + i] = negativeBefore[offset + i];
            allWeights[offset + i] = weight[a];
            allInstruments[P + offset + i] = instrumentAfter[offset + i];
            allLots[P + offset + i] = lotsAfter[offset + i];
            allNegative[P + offset + i] = negativeAfter[offset + i];
            allWeights[P + offset + i] = weight[A + a];
        }
        offset += 16 * chunks[a];
    }
    for (var m = 0; m < M; m++) {
        quantity[m] <-- weightedQuantity(2 * P, allInstruments, allLots, allWeights, tableId[m]);
        shortQuantity[m] <-- weightedShort(2 * P, allInstruments, allLots, allNegative, allWeights, tableId[m]);
    }

    // Challenges g2, x of those, too.
    component second = Sponge(1 + 2 * M);
    second.in[0] <== commit.out;
    for (var m = 0; m < M; m++) {
        second.in[1 + m] <== quantity[m];
        second.in[1 + M + m] <== shortQuantity[m];
    }
    component third[2];
    for (var i = 0; i < 2; i++) {
        third[i] = Poseidon(2);
        third[i].inputs[0] <== second.out;
        third[i].inputs[1] <== i + 1;
    }
    g2 <== third[0].out;
    x[0] <== 1;
    x[1] <== third[1].out;
    for (var s = 2; s < S; s++) {
        x[s] <== x[s - 1] * x[1];
    }
}
