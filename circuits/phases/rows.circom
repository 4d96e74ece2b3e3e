pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "../accountRow.circom";
include "../gadgets/sponge.circom";
include "../l1OpRow.circom";
include "../riskTableRow.circom";
include "../settlementRow.circom";
include "../tradeRow.circom";
include "../withdrawalRow.circom";

// Phase A of a batch: rows of each kind, before any challenge. Every template checks the order of its rows, used ones first.
// Inputs are Batch's, without the kind in their names; a signature is Ax, Ay, Rx, Ry, S, a slot nonce and filled lots before.

// M rows of the risk table, S columns; `hash` is that of the live ones.
template RiskTableRows(M, S) {
    signal input id[M];
    signal input status[M];
    signal input shortCharge[M];
    signal input trades[M];
    signal input values[M][S];
    signal output live[M];
    signal output idAndStatus[M];
    signal output hash;

    component row[M];
    component order[M];
    component sponge = PrefixSponge(M);
    var previousId = 0;
    for (var m = 0; m < M; m++) {
        row[m] = RiskTableRow(S);
        row[m].id <== id[m];
        row[m].status <== status[m];
        row[m].shortCharge <== shortCharge[m];
        row[m].trades <== trades[m];
        row[m].values <== values[m];
        live[m] <== row[m].live;
        idAndStatus[m] <== row[m].idAndStatus;
        sponge.in[m] <== row[m].hash;
        sponge.live[m] <== row[m].live;
        // Unused rows stand in with ids above all others, so one strict order says: ids increase, live rows first.
        // Differences of numbers below 2^21 have 21 bits exactly if they are not negative.
        var orderId = id[m] + (1 - row[m].live) * ((1 << 20) + m);
        order[m] = Num2Bits(21);
        order[m].in <== orderId - previousId - (m == 0 ? 0 : 1);
        previousId = orderId;
    }
    hash <== sponge.out;
}

template L1OpRows(O) {
    signal input kind[O];
    signal input account[O];
    signal input amount[O];
    signal input paid[O];
    signal input owner[O];
    signal input keyX[O];
    signal input keyY[O];
    signal output live[O];
    signal output shaved[O];
    signal output keyOp[O];
    signal output opens[O];
    signal output cash[O];
    signal output word[O][4];

    component row[O];
    for (var i = 0; i < O; i++) {
        row[i] = L1OpRow();
        row[i].kind <== kind[i];
        row[i].account <== account[i];
        row[i].amount <== amount[i];
        row[i].paid <== paid[i];
        row[i].owner <== owner[i];
        row[i].keyX <== keyX[i];
        row[i].keyY <== keyY[i];
        live[i] <== row[i].live;
        shaved[i] <== row[i].shaved;
        keyOp[i] <== row[i].keyOp;
        opens[i] <== row[i].opens;
        cash[i] <== row[i].cash;
        word[i] <== row[i].word;
        if (i > 0) {
            row[i].live * (1 - row[i - 1].live) === 0;
        }
    }
}

template WithdrawalRows(W) {
    signal input domain;
    signal input time;
    signal input account[W];
    signal input nonce[W];
    signal input amount[W];
    signal input expiry[W];
    signal input signature[W][5];
    signal input slot[W][2];
    signal input siblings[W][4][8];
    signal output live[W];
    signal output word[W];
    signal output h[W];
    signal output rootBefore[W];
    signal output rootAfter[W];

    component row[W];
    for (var i = 0; i < W; i++) {
        row[i] = WithdrawalRow();
        row[i].domain <== domain;
        row[i].time <== time;
        row[i].account <== account[i];
        row[i].nonce <== nonce[i];
        row[i].amount <== amount[i];
        row[i].expiry <== expiry[i];
        row[i].ax <== signature[i][0];
        row[i].ay <== signature[i][1];
        row[i].rx <== signature[i][2];
        row[i].ry <== signature[i][3];
        row[i].s <== signature[i][4];
        row[i].nonceBefore <== slot[i][0];
        row[i].filledBefore <== slot[i][1];
        row[i].siblings <== siblings[i];
        live[i] <== row[i].live;
        word[i] <== row[i].word;
        h[i] <== row[i].h;
        rootBefore[i] <== row[i].rootBefore;
        rootAfter[i] <== row[i].rootAfter;
        if (i > 0) {
            row[i].live * (1 - row[i - 1].live) === 0;
        }
    }
}

template TradeRows(T) {
    signal input domain;
    signal input time;
    signal input account[T];
    signal input nonce[T];
    signal input lots[T];
    signal input net[T];
    signal input fee[T];
    signal input liquidation[T];
    signal input instrument[T][4];
    signal input ratio[T][4];
    // expiry, maxLots, maxFeePerLot, limit, flags.
    signal input terms[T][5];
    signal input signature[T][5];
    signal input slot[T][2];
    signal input siblings[T][4][8];
    signal output live[T];
    signal output authorised[T];
    signal output used[T][4];
    signal output word[T][2];
    signal output h[T];
    signal output rootBefore[T];
    signal output rootAfter[T];

    component row[T];
    for (var i = 0; i < T; i++) {
        row[i] = TradeRow();
        row[i].domain <== domain;
        row[i].time <== time;
        row[i].account <== account[i];
        row[i].nonce <== nonce[i];
        row[i].lots <== lots[i];
        row[i].net <== net[i];
        row[i].fee <== fee[i];
        row[i].liquidation <== liquidation[i];
        row[i].instrument <== instrument[i];
        row[i].ratio <== ratio[i];
        row[i].expiry <== terms[i][0];
        row[i].maxLots <== terms[i][1];
        row[i].maxFeePerLot <== terms[i][2];
        row[i].limit <== terms[i][3];
        row[i].flags <== terms[i][4];
        row[i].ax <== signature[i][0];
        row[i].ay <== signature[i][1];
        row[i].rx <== signature[i][2];
        row[i].ry <== signature[i][3];
        row[i].s <== signature[i][4];
        row[i].nonceBefore <== slot[i][0];
        row[i].filledBefore <== slot[i][1];
        row[i].siblings <== siblings[i];
        live[i] <== row[i].live;
        authorised[i] <== row[i].authorised;
        used[i] <== row[i].used;
        word[i] <== row[i].word;
        h[i] <== row[i].h;
        rootBefore[i] <== row[i].rootBefore;
        rootAfter[i] <== row[i].rootAfter;
        if (i > 0) {
            row[i].live * (1 - row[i - 1].live) === 0;
        }
    }
}

// N settlements over a table of M rows, of which `payoff` is the column V_0.
template SettlementRows(N, M) {
    signal input account[N];
    signal input instrument[N];
    signal input lots[N];
    signal input select[N][M];
    signal input idAndStatus[M];
    signal input payoff[M];
    signal output live[N];
    signal output word[N];
    signal output cash[N];

    component row[N];
    for (var i = 0; i < N; i++) {
        row[i] = SettlementRow(M);
        row[i].account <== account[i];
        row[i].instrument <== instrument[i];
        row[i].lots <== lots[i];
        row[i].select <== select[i];
        row[i].idAndStatus <== idAndStatus;
        row[i].payoff <== payoff;
        live[i] <== row[i].live;
        word[i] <== row[i].word;
        cash[i] <== row[i].cash;
        if (i > 0) {
            row[i].live * (1 - row[i - 1].live) === 0;
        }
    }
}

// A account rows of chunks[a] chunks of 16 positions, P positions in all, from the accounts' root before to the one after. Each
// account stands once.
template AccountRows(A, chunks, P, S) {
    var E = (S + 2) \ 3;
    signal input id[A];
    // liquidated, bound, keyChanged, opened, mSigned, mOp, mBound.
    signal input control[A][7];
    signal input settled[P];
    // keyX, keyY, owner, cash, intents root.
    signal input before[A][5];
    signal input after[A][5];
    signal input instrumentBefore[P];
    signal input lotsBefore[P];
    signal input instrumentAfter[P];
    signal input lotsAfter[P];
    signal input siblings[A][8][8];
    signal input valuesBefore[A][S];
    signal input valuesAfter[A][S];
    signal input shortBefore[A];
    signal input shortAfter[A];
    signal input floor[A];
    signal input useInitial[A];
    signal input selectBefore[A][S];
    signal input selectAfter[A][S];
    signal input inDebt[A];
    signal input rootBefore;
    signal output rootAfter;
    signal output live[A];
    signal output ctl[A];
    signal output hashBefore[A];
    signal output hashAfter[A];
    signal output packed[A][E];
    signal output negativeBefore[P];
    signal output negativeAfter[P];

    component row[A];
    component order[A];
    signal orderId[A];
    var offset = 0;
    for (var a = 0; a < A; a++) {
        row[a] = AccountRow(chunks[a], S);
        row[a].id <== id[a];
        row[a].liquidated <== control[a][0];
        row[a].bound <== control[a][1];
        row[a].keyChanged <== control[a][2];
        row[a].opened <== control[a][3];
        row[a].mSigned <== control[a][4];
        row[a].mOp <== control[a][5];
        row[a].mBound <== control[a][6];
        row[a].keyXBefore <== before[a][0];
        row[a].keyYBefore <== before[a][1];
        row[a].ownerBefore <== before[a][2];
        row[a].cashBefore <== before[a][3];
        row[a].intentsBefore <== before[a][4];
        row[a].keyX <== after[a][0];
        row[a].keyY <== after[a][1];
        row[a].owner <== after[a][2];
        row[a].cash <== after[a][3];
        row[a].intents <== after[a][4];
        for (var i = 0; i < 16 * chunks[a]; i++) {
            row[a].instrumentBefore[i] <== instrumentBefore[offset + i];
            row[a].lotsBefore[i] <== lotsBefore[offset + i];
            row[a].instrument[i] <== instrumentAfter[offset + i];
            row[a].lots[i] <== lotsAfter[offset + i];
            row[a].settled[i] <== settled[offset + i];
        }
        row[a].siblings <== siblings[a];
        row[a].valuesBefore <== valuesBefore[a];
        row[a].values <== valuesAfter[a];
        row[a].selectBefore <== selectBefore[a];
        row[a].selectAfter <== selectAfter[a];
        row[a].shortBefore <== shortBefore[a];
        row[a].short <== shortAfter[a];
        row[a].floor <== floor[a];
        row[a].useInitial <== useInitial[a];
        row[a].inDebt <== inDebt[a];
        if (a == 0) {
            row[a].rootIn <== rootBefore;
        } else {
            row[a].rootIn <== row[a - 1].rootOut;
        }
        live[a] <== row[a].live;
        ctl[a] <== row[a].ctl;
        hashBefore[a] <== row[a].hashBefore;
        hashAfter[a] <== row[a].hashAfter;
        packed[a] <== row[a].packed;
        for (var i = 0; i < 16 * chunks[a]; i++) {
            negativeBefore[offset + i] <== row[a].negativeBefore[i];
            negativeAfter[offset + i] <== row[a].negative[i];
        }
        // Narrow to wide, so that the rows of a class are neighbours.
        assert(chunks[a] >= chunks[a == 0 ? 0 : a - 1]);
        // Each account once. Unused rows stand in with ids of their own above all others: strictly increasing within
        // a width class (25 bits, as ids are below 2^24 + A) puts them last, pairwise distinct across classes is below.
        orderId[a] <== id[a] + (1 - row[a].live) * ((1 << 24) + a);
        if (a > 0 && chunks[a] == chunks[a == 0 ? 0 : a - 1]) {
            order[a] = Num2Bits(25);
            order[a].in <== orderId[a] - orderId[a - 1] - 1;
        }
        offset += 16 * chunks[a];
    }
    rootAfter <== row[A - 1].rootOut;

    // Across classes: no factor of the product is 0, as the product has an inverse.
    var pairs = 1;
    for (var a = 0; a < A; a++) {
        for (var b = 0; b < a; b++) {
            if (chunks[a] != chunks[b]) {
                pairs++;
            }
        }
    }
    signal distinct[pairs];
    distinct[0] <== 1;
    var pair = 0;
    for (var a = 0; a < A; a++) {
        for (var b = 0; b < a; b++) {
            if (chunks[a] != chunks[b]) {
                pair++;
                distinct[pair] <== distinct[pair - 1] * (orderId[a] - orderId[b]);
            }
        }
    }
    signal distinctInverse;
    // The product times this is 1: then it is not 0. (0 as a hint for a product without inverse fails.)
    distinctInverse <-- distinct[pairs - 1] == 0 ? 0 : 1 / distinct[pairs - 1];
    distinctInverse * distinct[pairs - 1] === 1;
}
