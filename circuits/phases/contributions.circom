pragma circom 2.1.9;

include "../accountRow.circom";
include "../l1OpRow.circom";
include "../riskTableRow.circom";
include "../settlementRow.circom";
include "../tradeRow.circom";
include "../withdrawalRow.circom";

// Phase E of a batch: what each row adds to the sums of section 6, one signal a sum and row. Every input but the challenges was
// absorbed before them. The name of a contribution ends in its row's number: the transcript check reads it from there.

template L1OpContributions(O) {
    signal input live[O];
    signal input shaved[O];
    signal input keyOp[O];
    signal input opens[O];
    signal input account[O];
    signal input cash[O];
    signal input owner[O];
    signal input keyX[O];
    signal input keyY[O];
    signal input g;
    signal input y[4];
    signal output ledger[O];
    signal output authority[O];
    signal output keys[O];

    component arguments[O];
    for (var i = 0; i < O; i++) {
        arguments[i] = L1OpArguments();
        arguments[i].live <== live[i];
        arguments[i].shaved <== shaved[i];
        arguments[i].keyOp <== keyOp[i];
        arguments[i].opens <== opens[i];
        arguments[i].account <== account[i];
        arguments[i].cash <== cash[i];
        arguments[i].owner <== owner[i];
        arguments[i].keyX <== keyX[i];
        arguments[i].keyY <== keyY[i];
        arguments[i].g <== g;
        arguments[i].y <== y;
        ledger[i] <== arguments[i].ledger;
        authority[i] <== arguments[i].authority;
        keys[i] <== arguments[i].keys;
    }
}

template WithdrawalContributions(W) {
    signal input live[W];
    signal input account[W];
    signal input amount[W];
    signal input signature[W][5];
    signal input rootBefore[W];
    signal input rootAfter[W];
    signal input g;
    signal input y[4];
    signal output ledger[W];
    signal output authority[W];
    signal output slots[W];

    component posting[W];
    component arguments[W];
    for (var i = 0; i < W; i++) {
        posting[i] = WithdrawalPosting();
        posting[i].account <== account[i];
        posting[i].amount <== amount[i];
        posting[i].g <== g;
        ledger[i] <== posting[i].ledger;
        arguments[i] = SignedArguments();
        arguments[i].live <== live[i];
        arguments[i].authorised <== live[i];
        arguments[i].liquidation <== 0;
        arguments[i].account <== account[i];
        arguments[i].ax <== signature[i][0];
        arguments[i].ay <== signature[i][1];
        arguments[i].rootBefore <== rootBefore[i];
        arguments[i].rootAfter <== rootAfter[i];
        arguments[i].g <== g;
        arguments[i].y <== y;
        authority[i] <== arguments[i].authority;
        slots[i] <== arguments[i].slots;
    }
}

template TradeContributions(T) {
    signal input live[T];
    signal input authorised[T];
    signal input account[T];
    signal input lots[T];
    signal input net[T];
    signal input fee[T];
    signal input liquidation[T];
    signal input instrument[T][4];
    signal input ratio[T][4];
    signal input used[T][4];
    signal input signature[T][5];
    signal input rootBefore[T];
    signal input rootAfter[T];
    signal input g;
    signal input y[4];
    signal output ledger[T];
    signal output balance[T];
    signal output authority[T];
    signal output slots[T];

    component postings[T];
    component arguments[T];
    for (var i = 0; i < T; i++) {
        postings[i] = TradePostings();
        postings[i].account <== account[i];
        postings[i].lots <== lots[i];
        postings[i].net <== net[i];
        postings[i].fee <== fee[i];
        postings[i].instrument <== instrument[i];
        postings[i].ratio <== ratio[i];
        postings[i].used <== used[i];
        postings[i].g <== g;
        postings[i].y <== y[1];
        ledger[i] <== postings[i].ledger;
        balance[i] <== postings[i].balance;
        arguments[i] = SignedArguments();
        arguments[i].live <== live[i];
        arguments[i].authorised <== authorised[i];
        arguments[i].liquidation <== liquidation[i];
        arguments[i].account <== account[i];
        arguments[i].ax <== signature[i][0];
        arguments[i].ay <== signature[i][1];
        arguments[i].rootBefore <== rootBefore[i];
        arguments[i].rootAfter <== rootAfter[i];
        arguments[i].g <== g;
        arguments[i].y <== y;
        authority[i] <== arguments[i].authority;
        slots[i] <== arguments[i].slots;
    }
}

template SettlementContributions(N) {
    signal input live[N];
    signal input account[N];
    signal input instrument[N];
    signal input lots[N];
    signal input cash[N];
    signal input g;
    signal input y[4];
    signal output ledger[N];
    signal output settled[N];

    component postings[N];
    for (var i = 0; i < N; i++) {
        postings[i] = SettlementPostings();
        postings[i].live <== live[i];
        postings[i].account <== account[i];
        postings[i].instrument <== instrument[i];
        postings[i].lots <== lots[i];
        postings[i].cash <== cash[i];
        postings[i].g <== g;
        postings[i].y <== y[1];
        ledger[i] <== postings[i].ledger;
        settled[i] <== postings[i].settled;
    }
}

// Of A account rows with P positions; each row's terms are multiplied by `live`.
template AccountContributions(A, chunks, P, S) {
    signal input live[A];
    signal input id[A];
    // liquidated, bound, keyChanged, opened, mSigned, mOp, mBound.
    signal input control[A][7];
    // keyX, keyY, owner, cash, intents root.
    signal input before[A][5];
    signal input after[A][5];
    signal input settled[P];
    signal input instrumentBefore[P];
    signal input lotsBefore[P];
    signal input negativeBefore[P];
    signal input instrumentAfter[P];
    signal input lotsAfter[P];
    signal input negativeAfter[P];
    signal input valuesBefore[A][S];
    signal input valuesAfter[A][S];
    signal input shortBefore[A];
    signal input shortAfter[A];
    signal input g;
    signal input y[4];
    signal input weight[2 * A];
    signal input g2;
    signal input x[S];
    signal output ledger[A];
    signal output authority[A];
    signal output keys[A];
    signal output slots[A];
    signal output settlements[A];
    signal output poles[A];
    signal output valueSum[A];
    signal output shortSum[A];

    component arguments[A];
    var offset = 0;
    for (var a = 0; a < A; a++) {
        arguments[a] = AccountArguments(chunks[a], S);
        arguments[a].live <== live[a];
        arguments[a].id <== id[a];
        arguments[a].liquidated <== control[a][0];
        arguments[a].keyChanged <== control[a][2];
        arguments[a].opened <== control[a][3];
        arguments[a].mSigned <== control[a][4];
        arguments[a].mOp <== control[a][5];
        arguments[a].mBound <== control[a][6];
        arguments[a].keyX <== after[a][0];
        arguments[a].keyY <== after[a][1];
        arguments[a].owner <== after[a][2];
        arguments[a].cashBefore <== before[a][3];
        arguments[a].cash <== after[a][3];
        arguments[a].intentsBefore <== before[a][4];
        arguments[a].intents <== after[a][4];
        for (var i = 0; i < 16 * chunks[a]; i++) {
            arguments[a].instrumentBefore[i] <== instrumentBefore[offset + i];
            arguments[a].lotsBefore[i] <== lotsBefore[offset + i];
            arguments[a].negativeBefore[i] <== negativeBefore[offset + i];
            arguments[a].instrument[i] <== instrumentAfter[offset + i];
            arguments[a].lots[i] <== lotsAfter[offset + i];
            arguments[a].negative[i] <== negativeAfter[offset + i];
            arguments[a].settled[i] <== settled[offset + i];
        }
        offset += 16 * chunks[a];
        arguments[a].g <== g;
        arguments[a].g2 <== g2;
        arguments[a].y <== y;
        arguments[a].valuesBefore <== valuesBefore[a];
        arguments[a].values <== valuesAfter[a];
        arguments[a].x <== x;
        arguments[a].shortBefore <== shortBefore[a];
        arguments[a].short <== shortAfter[a];
        arguments[a].weightBefore <== weight[a];
        arguments[a].weightAfter <== weight[A + a];
        ledger[a] <== arguments[a].ledger;
        authority[a] <== arguments[a].authority;
        keys[a] <== arguments[a].keys;
        slots[a] <== arguments[a].slots;
        settlements[a] <== arguments[a].settlements;
        poles[a] <== arguments[a].poles;
        valueSum[a] <== arguments[a].valueSum;
        shortSum[a] <== arguments[a].shortSum;
    }
}

template RiskTableContributions(M, S) {
    signal input live[M];
    signal input id[M];
    signal input shortCharge[M];
    signal input trades[M];
    signal input values[M][S];
    signal input quantity[M];
    signal input shortQuantity[M];
    signal input g;
    signal input y[4];
    signal input g2;
    signal input x[S];
    signal output balance[M];
    signal output poles[M];
    signal output valueSum[M];
    signal output shortSum[M];

    component arguments[M];
    for (var m = 0; m < M; m++) {
        arguments[m] = RiskTableArguments(S);
        arguments[m].live <== live[m];
        arguments[m].id <== id[m];
        arguments[m].shortCharge <== shortCharge[m];
        arguments[m].trades <== trades[m];
        arguments[m].quantity <== quantity[m];
        arguments[m].shortQuantity <== shortQuantity[m];
        arguments[m].g <== g;
        arguments[m].y <== y[1];
        arguments[m].g2 <== g2;
        arguments[m].values <== values[m];
        arguments[m].x <== x;
        balance[m] <== arguments[m].balance;
        poles[m] <== arguments[m].poles;
        valueSum[m] <== arguments[m].valueSum;
        shortSum[m] <== arguments[m].shortSum;
    }
}
