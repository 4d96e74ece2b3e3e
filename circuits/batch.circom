pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/poseidon.circom";
include "accountRow.circom";
include "l1OpRow.circom";
include "riskTableRow.circom";
include "settlementRow.circom";
include "tradeRow.circom";
include "withdrawalRow.circom";
include "gadgets/horner.circom";
include "gadgets/sponge.circom";
include "gadgets/weightedQuantity.circom";

// One batch (docs/PROTOCOL.md, section 6; STATEMENTS.md for the reasons).
//
// S columns of the risk table; A account rows of chunks[a] chunks of 16 positions each, P positions in all, rows of one width
// next to each other, narrow ones first; T trades, W withdrawals, O L1 ops, N settlements, M rows of the risk table (all
// at least 1). Inputs are row by row; positions of the account rows stand one row after another.
template Batch(S, A, chunks, P, T, W, O, N, M) {
    var E = (S + 2) \ 3;

    // Public, in the order of section 6.
    signal input stateRootBefore;
    signal input stateRootAfter;
    signal input time;
    signal input riskTableHash;
    signal input dataCommit;
    signal input dataPoint;
    signal input dataValue;

    signal input domain;
    signal input accountsRoot;
    signal input feePool;
    signal input l1OpIndex;
    signal input batchNumber;
    signal input lastTime;

    signal input tableId[M];
    signal input tableStatus[M];
    signal input tableShortCharge[M];
    // How many legs of this batch trade the row's instrument.
    signal input tableTrades[M];
    signal input tableValues[M][S];

    signal input opKind[O];
    signal input opAccount[O];
    signal input opAmount[O];
    signal input opPaid[O];
    signal input opOwner[O];
    signal input opKeyX[O];
    signal input opKeyY[O];

    signal input withdrawalAccount[W];
    signal input withdrawalNonce[W];
    signal input withdrawalAmount[W];
    signal input withdrawalExpiry[W];
    // Ax, Ay, Rx, Ry, S.
    signal input withdrawalSignature[W][5];
    // Nonce and filled lots before.
    signal input withdrawalSlot[W][2];
    signal input withdrawalSiblings[W][4][8];

    signal input tradeAccount[T];
    signal input tradeNonce[T];
    signal input tradeLots[T];
    signal input tradeNet[T];
    signal input tradeFee[T];
    signal input tradeLiquidation[T];
    signal input tradeInstrument[T][4];
    signal input tradeRatio[T][4];
    // expiry, maxLots, maxFeePerLot, limit, flags.
    signal input tradeTerms[T][5];
    signal input tradeSignature[T][5];
    signal input tradeSlot[T][2];
    signal input tradeSiblings[T][4][8];

    signal input settlementAccount[N];
    signal input settlementInstrument[N];
    signal input settlementLots[N];
    signal input settlementSelect[N][M];

    signal input accountId[A];
    // liquidated, bound, keyChanged, mSigned, mOp, mBound.
    signal input accountControl[A][6];
    // Of the positions before: whether a settlement row closes it.
    signal input settled[P];
    signal input accountExists[A];
    // keyX, keyY, owner, cash, intents root.
    signal input accountBefore[A][5];
    signal input accountAfter[A][5];
    signal input instrumentBefore[P];
    signal input lotsBefore[P];
    signal input instrumentAfter[P];
    signal input lotsAfter[P];
    signal input accountSiblings[A][8][8];
    signal input valuesBefore[A][S];
    signal input valuesAfter[A][S];
    signal input shortBefore[A];
    signal input shortAfter[A];
    // T of section 5's rule, and whether it is initial margin's 0.
    signal input floor[A];
    signal input useInitial[A];
    signal input selectBefore[A][S];
    signal input selectAfter[A][S];
    signal input inDebt[A];

    // ---- A. Rows, before any challenge ----

    component table[M];
    component tableOrder[M];
    component tableHash = PrefixSponge(M);
    var previousId = 0;
    for (var m = 0; m < M; m++) {
        table[m] = RiskTableRow(S);
        table[m].id <== tableId[m];
        table[m].status <== tableStatus[m];
        table[m].shortCharge <== tableShortCharge[m];
        table[m].trades <== tableTrades[m];
        for (var s = 0; s < S; s++) {
            table[m].values[s] <== tableValues[m][s];
        }
        tableHash.in[m] <== table[m].hash;
        tableHash.live[m] <== table[m].live;
        // Unused rows stand in with ids above all others, so one strict order says: ids increase, live rows first.
        // Differences of numbers below 2^21 have 21 bits exactly if they are not negative.
        var orderId = tableId[m] + (1 - table[m].live) * ((1 << 20) + m);
        tableOrder[m] = Num2Bits(21);
        tableOrder[m].in <== orderId - previousId - (m == 0 ? 0 : 1);
        previousId = orderId;
    }
    riskTableHash === tableHash.out;

    component op[O];
    for (var i = 0; i < O; i++) {
        op[i] = L1OpRow();
        op[i].kind <== opKind[i];
        op[i].account <== opAccount[i];
        op[i].amount <== opAmount[i];
        op[i].paid <== opPaid[i];
        op[i].owner <== opOwner[i];
        op[i].keyX <== opKeyX[i];
        op[i].keyY <== opKeyY[i];
        if (i > 0) {
            op[i].live * (1 - op[i - 1].live) === 0;
        }
    }

    component withdrawal[W];
    for (var i = 0; i < W; i++) {
        withdrawal[i] = WithdrawalRow();
        withdrawal[i].domain <== domain;
        withdrawal[i].time <== time;
        withdrawal[i].account <== withdrawalAccount[i];
        withdrawal[i].nonce <== withdrawalNonce[i];
        withdrawal[i].amount <== withdrawalAmount[i];
        withdrawal[i].expiry <== withdrawalExpiry[i];
        withdrawal[i].ax <== withdrawalSignature[i][0];
        withdrawal[i].ay <== withdrawalSignature[i][1];
        withdrawal[i].rx <== withdrawalSignature[i][2];
        withdrawal[i].ry <== withdrawalSignature[i][3];
        withdrawal[i].s <== withdrawalSignature[i][4];
        withdrawal[i].nonceBefore <== withdrawalSlot[i][0];
        withdrawal[i].filledBefore <== withdrawalSlot[i][1];
        for (var l = 0; l < 4; l++) {
            for (var j = 0; j < 8; j++) {
                withdrawal[i].siblings[l][j] <== withdrawalSiblings[i][l][j];
            }
        }
        if (i > 0) {
            withdrawal[i].live * (1 - withdrawal[i - 1].live) === 0;
        }
    }

    component trade[T];
    for (var i = 0; i < T; i++) {
        trade[i] = TradeRow();
        trade[i].domain <== domain;
        trade[i].time <== time;
        trade[i].account <== tradeAccount[i];
        trade[i].nonce <== tradeNonce[i];
        trade[i].lots <== tradeLots[i];
        trade[i].net <== tradeNet[i];
        trade[i].fee <== tradeFee[i];
        trade[i].liquidation <== tradeLiquidation[i];
        for (var j = 0; j < 4; j++) {
            trade[i].instrument[j] <== tradeInstrument[i][j];
            trade[i].ratio[j] <== tradeRatio[i][j];
        }
        trade[i].expiry <== tradeTerms[i][0];
        trade[i].maxLots <== tradeTerms[i][1];
        trade[i].maxFeePerLot <== tradeTerms[i][2];
        trade[i].limit <== tradeTerms[i][3];
        trade[i].flags <== tradeTerms[i][4];
        trade[i].ax <== tradeSignature[i][0];
        trade[i].ay <== tradeSignature[i][1];
        trade[i].rx <== tradeSignature[i][2];
        trade[i].ry <== tradeSignature[i][3];
        trade[i].s <== tradeSignature[i][4];
        trade[i].nonceBefore <== tradeSlot[i][0];
        trade[i].filledBefore <== tradeSlot[i][1];
        for (var l = 0; l < 4; l++) {
            for (var j = 0; j < 8; j++) {
                trade[i].siblings[l][j] <== tradeSiblings[i][l][j];
            }
        }
        if (i > 0) {
            trade[i].live * (1 - trade[i - 1].live) === 0;
        }
    }

    component settlement[N];
    for (var i = 0; i < N; i++) {
        settlement[i] = SettlementRow(M);
        settlement[i].account <== settlementAccount[i];
        settlement[i].instrument <== settlementInstrument[i];
        settlement[i].lots <== settlementLots[i];
        for (var m = 0; m < M; m++) {
            settlement[i].select[m] <== settlementSelect[i][m];
            settlement[i].idAndStatus[m] <== table[m].idAndStatus;
            settlement[i].payoff[m] <== tableValues[m][0];
        }
        if (i > 0) {
            settlement[i].live * (1 - settlement[i - 1].live) === 0;
        }
    }

    component account[A];
    component accountOrder[A];
    signal orderId[A];
    var offset = 0;
    for (var a = 0; a < A; a++) {
        account[a] = AccountRow(chunks[a], S);
        account[a].id <== accountId[a];
        account[a].liquidated <== accountControl[a][0];
        account[a].bound <== accountControl[a][1];
        account[a].keyChanged <== accountControl[a][2];
        account[a].mSigned <== accountControl[a][3];
        account[a].mOp <== accountControl[a][4];
        account[a].mBound <== accountControl[a][5];
        account[a].exists <== accountExists[a];
        account[a].keyXBefore <== accountBefore[a][0];
        account[a].keyYBefore <== accountBefore[a][1];
        account[a].ownerBefore <== accountBefore[a][2];
        account[a].cashBefore <== accountBefore[a][3];
        account[a].intentsBefore <== accountBefore[a][4];
        account[a].keyX <== accountAfter[a][0];
        account[a].keyY <== accountAfter[a][1];
        account[a].owner <== accountAfter[a][2];
        account[a].cash <== accountAfter[a][3];
        account[a].intents <== accountAfter[a][4];
        for (var i = 0; i < 16 * chunks[a]; i++) {
            account[a].instrumentBefore[i] <== instrumentBefore[offset + i];
            account[a].lotsBefore[i] <== lotsBefore[offset + i];
            account[a].instrument[i] <== instrumentAfter[offset + i];
            account[a].lots[i] <== lotsAfter[offset + i];
            account[a].settled[i] <== settled[offset + i];
        }
        for (var l = 0; l < 8; l++) {
            for (var j = 0; j < 8; j++) {
                account[a].siblings[l][j] <== accountSiblings[a][l][j];
            }
        }
        for (var s = 0; s < S; s++) {
            account[a].valuesBefore[s] <== valuesBefore[a][s];
            account[a].values[s] <== valuesAfter[a][s];
            account[a].selectBefore[s] <== selectBefore[a][s];
            account[a].selectAfter[s] <== selectAfter[a][s];
        }
        account[a].shortBefore <== shortBefore[a];
        account[a].short <== shortAfter[a];
        account[a].floor <== floor[a];
        account[a].useInitial <== useInitial[a];
        account[a].inDebt <== inDebt[a];
        if (a == 0) {
            account[a].rootIn <== accountsRoot;
        } else {
            account[a].rootIn <== account[a - 1].rootOut;
        }
        // Each account once. Unused rows stand in with ids of their own above all others: strictly increasing within
        // a width class (25 bits, as ids are below 2^24 + A) puts them last, pairwise distinct across classes is below.
        orderId[a] <== accountId[a] + (1 - account[a].live) * ((1 << 24) + a);
        if (a > 0 && chunks[a] == chunks[a == 0 ? 0 : a - 1]) {
            accountOrder[a] = Num2Bits(25);
            accountOrder[a].in <== orderId[a] - orderId[a - 1] - 1;
        }
        offset += 16 * chunks[a];
    }
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

    // ---- B. State roots ----

    var fees = 0;
    var trades = 0;
    for (var i = 0; i < T; i++) {
        fees += tradeFee[i];
        trades += trade[i].live;
    }
    var ops = 0;
    for (var i = 0; i < O; i++) {
        ops += op[i].live;
    }
    var withdrawals = 0;
    for (var i = 0; i < W; i++) {
        withdrawals += withdrawal[i].live;
    }
    var settlements = 0;
    for (var i = 0; i < N; i++) {
        settlements += settlement[i].live;
    }
    component rootBefore = Poseidon(6);
    rootBefore.inputs[0] <== domain;
    rootBefore.inputs[1] <== accountsRoot;
    rootBefore.inputs[2] <== feePool;
    rootBefore.inputs[3] <== l1OpIndex;
    rootBefore.inputs[4] <== batchNumber;
    rootBefore.inputs[5] <== lastTime;
    stateRootBefore === rootBefore.out;
    component rootAfter = Poseidon(6);
    rootAfter.inputs[0] <== domain;
    rootAfter.inputs[1] <== account[A - 1].rootOut;
    rootAfter.inputs[2] <== feePool + fees;
    rootAfter.inputs[3] <== l1OpIndex + ops;
    rootAfter.inputs[4] <== batchNumber + 1;
    rootAfter.inputs[5] <== time;
    stateRootAfter === rootAfter.out;

    // ---- C. Data words: what L1 carries, and the first part of the transcript ----

    component batchNumberBits = Num2Bits(64);
    batchNumberBits.in <== batchNumber;
    var words = 1 + 4 * O + W + 2 * T + N;
    signal word[words];
    signal wordLive[words];
    word[0] <== batchNumber + (1 << 64) * ops + (1 << 80) * withdrawals + (1 << 96) * trades + (1 << 112) * settlements;
    wordLive[0] <== 1;
    var w = 1;
    for (var i = 0; i < O; i++) {
        for (var j = 0; j < 4; j++) {
            word[w] <== op[i].word[j];
            wordLive[w] <== op[i].live;
            w++;
        }
    }
    for (var i = 0; i < W; i++) {
        word[w] <== withdrawal[i].word;
        wordLive[w] <== withdrawal[i].live;
        w++;
    }
    for (var i = 0; i < T; i++) {
        for (var j = 0; j < 2; j++) {
            word[w] <== trade[i].word[j];
            wordLive[w] <== trade[i].live;
            w++;
        }
    }
    for (var i = 0; i < N; i++) {
        word[w] <== settlement[i].word;
        wordLive[w] <== settlement[i].live;
        w++;
    }
    component horner = Horner(words);
    horner.point <== dataPoint;
    for (var i = 0; i < words; i++) {
        horner.word[i] <== word[i];
        horner.live[i] <== wordLive[i];
    }
    dataValue === horner.out;

    // ---- D. Transcript: everything that a sum below uses is absorbed before its challenge ----

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
        commit.in[c] <== withdrawal[i].h;
        commit.in[c + 1] <== withdrawal[i].rootBefore;
        commit.in[c + 2] <== withdrawal[i].rootAfter;
        c += 3;
    }
    for (var i = 0; i < T; i++) {
        commit.in[c] <== trade[i].h;
        commit.in[c + 1] <== trade[i].rootBefore;
        commit.in[c + 2] <== trade[i].rootAfter;
        c += 3;
    }
    for (var a = 0; a < A; a++) {
        commit.in[c] <== account[a].ctl;
        commit.in[c + 1] <== account[a].hashBefore;
        commit.in[c + 2] <== account[a].hashAfter;
        for (var s = 0; s < S; s++) {
            commit.in[c + 3 + s] <== valuesBefore[a][s];
        }
        commit.in[c + 3 + S] <== shortBefore[a];
        commit.in[c + 4 + S] <== floor[a];
        commit.in[c + 5 + S] <== shortAfter[a];
        for (var e = 0; e < E; e++) {
            commit.in[c + 6 + S + e] <== account[a].packed[e];
        }
        c += perAccount;
    }
    dataCommit === commit.out;

    // Challenges g, z, y of the absorbed values.
    component first[3];
    for (var i = 0; i < 3; i++) {
        first[i] = Poseidon(2);
        first[i].inputs[0] <== commit.out;
        first[i].inputs[1] <== i + 1;
    }
    signal g <== first[0].out;
    signal z <== first[1].out;
    signal y[4];
    y[0] <== 1;
    y[1] <== first[2].out;
    y[2] <== y[1] * y[1];
    y[3] <== y[2] * y[1];
    signal weight[2 * A];
    weight[0] <== 1;
    for (var a = 1; a < 2 * A; a++) {
        weight[a] <== weight[a - 1] * z;
    }

    // Weighted quantities of each instrument: hints, absorbed before g2 and x, tied down by identity 6 below.
    signal quantity[M];
    signal shortQuantity[M];
    var allInstruments[2 * P];
    var allLots[2 * P];
    var allNegative[2 * P];
    var allWeights[2 * P];
    offset = 0;
    for (var a = 0; a < A; a++) {
        for (var i = 0; i < 16 * chunks[a]; i++) {
            allInstruments[offset + i] = instrumentBefore[offset + i];
            allLots[offset + i] = lotsBefore[offset + i];
            allNegative[offset + i] = account[a].negativeBefore[i];
            allWeights[offset + i] = weight[a];
            allInstruments[P + offset + i] = instrumentAfter[offset + i];
            allLots[P + offset + i] = lotsAfter[offset + i];
            allNegative[P + offset + i] = account[a].negative[i];
            allWeights[P + offset + i] = weight[A + a];
        }
        offset += 16 * chunks[a];
    }
    for (var m = 0; m < M; m++) {
        quantity[m] <-- weightedQuantity(2 * P, allInstruments, allLots, allWeights, tableId[m]);
        shortQuantity[m] <-- weightedShort(2 * P, allInstruments, allLots, allNegative, allWeights, tableId[m]);
    }
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
    signal g2 <== third[0].out;
    signal x[S];
    x[0] <== 1;
    x[1] <== third[1].out;
    for (var s = 2; s < S; s++) {
        x[s] <== x[s - 1] * x[1];
    }

    // ---- E. What each row contributes ----

    var ledger = 0;
    var balance = 0;
    var premium = 0;
    var authority = 0;
    var keys = 0;
    var slots = 0;
    var settlementSum = 0;
    var poles = 0;
    var valueSum = 0;
    var shortSum = 0;

    component opArguments[O];
    for (var i = 0; i < O; i++) {
        opArguments[i] = L1OpArguments();
        opArguments[i].live <== op[i].live;
        opArguments[i].shaved <== op[i].shaved;
        opArguments[i].keyOp <== op[i].keyOp;
        opArguments[i].account <== opAccount[i];
        opArguments[i].cash <== op[i].cash;
        opArguments[i].owner <== opOwner[i];
        opArguments[i].keyX <== opKeyX[i];
        opArguments[i].keyY <== opKeyY[i];
        opArguments[i].g <== g;
        for (var j = 0; j < 4; j++) {
            opArguments[i].y[j] <== y[j];
        }
        ledger += opArguments[i].ledger;
        authority += opArguments[i].authority;
        keys += opArguments[i].keys;
    }

    component withdrawalPosting[W];
    component withdrawalArguments[W];
    for (var i = 0; i < W; i++) {
        withdrawalPosting[i] = WithdrawalPosting();
        withdrawalPosting[i].account <== withdrawalAccount[i];
        withdrawalPosting[i].amount <== withdrawalAmount[i];
        withdrawalPosting[i].g <== g;
        ledger += withdrawalPosting[i].ledger;
        withdrawalArguments[i] = SignedArguments();
        withdrawalArguments[i].live <== withdrawal[i].live;
        withdrawalArguments[i].authorised <== withdrawal[i].live;
        withdrawalArguments[i].liquidation <== 0;
        withdrawalArguments[i].account <== withdrawalAccount[i];
        withdrawalArguments[i].ax <== withdrawalSignature[i][0];
        withdrawalArguments[i].ay <== withdrawalSignature[i][1];
        withdrawalArguments[i].rootBefore <== withdrawal[i].rootBefore;
        withdrawalArguments[i].rootAfter <== withdrawal[i].rootAfter;
        withdrawalArguments[i].g <== g;
        for (var j = 0; j < 4; j++) {
            withdrawalArguments[i].y[j] <== y[j];
        }
        authority += withdrawalArguments[i].authority;
        slots += withdrawalArguments[i].slots;
    }

    component tradePostings[T];
    component tradeArguments[T];
    for (var i = 0; i < T; i++) {
        tradePostings[i] = TradePostings();
        tradePostings[i].account <== tradeAccount[i];
        tradePostings[i].lots <== tradeLots[i];
        tradePostings[i].net <== tradeNet[i];
        tradePostings[i].fee <== tradeFee[i];
        for (var j = 0; j < 4; j++) {
            tradePostings[i].instrument[j] <== tradeInstrument[i][j];
            tradePostings[i].ratio[j] <== tradeRatio[i][j];
            tradePostings[i].used[j] <== trade[i].used[j];
        }
        tradePostings[i].g <== g;
        tradePostings[i].y <== y[1];
        ledger += tradePostings[i].ledger;
        balance += tradePostings[i].balance;
        premium += tradeNet[i];
        tradeArguments[i] = SignedArguments();
        tradeArguments[i].live <== trade[i].live;
        tradeArguments[i].authorised <== trade[i].authorised;
        tradeArguments[i].liquidation <== tradeLiquidation[i];
        tradeArguments[i].account <== tradeAccount[i];
        tradeArguments[i].ax <== tradeSignature[i][0];
        tradeArguments[i].ay <== tradeSignature[i][1];
        tradeArguments[i].rootBefore <== trade[i].rootBefore;
        tradeArguments[i].rootAfter <== trade[i].rootAfter;
        tradeArguments[i].g <== g;
        for (var j = 0; j < 4; j++) {
            tradeArguments[i].y[j] <== y[j];
        }
        authority += tradeArguments[i].authority;
        slots += tradeArguments[i].slots;
    }

    component settlementPostings[N];
    for (var i = 0; i < N; i++) {
        settlementPostings[i] = SettlementPostings();
        settlementPostings[i].live <== settlement[i].live;
        settlementPostings[i].account <== settlementAccount[i];
        settlementPostings[i].instrument <== settlementInstrument[i];
        settlementPostings[i].lots <== settlementLots[i];
        settlementPostings[i].cash <== settlement[i].cash;
        settlementPostings[i].g <== g;
        settlementPostings[i].y <== y[1];
        ledger += settlementPostings[i].ledger;
        settlementSum += settlementPostings[i].settled;
    }

    component accountArguments[A];
    offset = 0;
    for (var a = 0; a < A; a++) {
        accountArguments[a] = AccountArguments(chunks[a], S);
        accountArguments[a].live <== account[a].live;
        accountArguments[a].id <== accountId[a];
        accountArguments[a].liquidated <== accountControl[a][0];
        accountArguments[a].keyChanged <== accountControl[a][2];
        accountArguments[a].mSigned <== accountControl[a][3];
        accountArguments[a].mOp <== accountControl[a][4];
        accountArguments[a].mBound <== accountControl[a][5];
        accountArguments[a].keyX <== accountAfter[a][0];
        accountArguments[a].keyY <== accountAfter[a][1];
        accountArguments[a].owner <== accountAfter[a][2];
        accountArguments[a].cashBefore <== accountBefore[a][3];
        accountArguments[a].cash <== accountAfter[a][3];
        accountArguments[a].intentsBefore <== accountBefore[a][4];
        accountArguments[a].intents <== accountAfter[a][4];
        for (var i = 0; i < 16 * chunks[a]; i++) {
            accountArguments[a].instrumentBefore[i] <== instrumentBefore[offset + i];
            accountArguments[a].lotsBefore[i] <== lotsBefore[offset + i];
            accountArguments[a].negativeBefore[i] <== account[a].negativeBefore[i];
            accountArguments[a].instrument[i] <== instrumentAfter[offset + i];
            accountArguments[a].lots[i] <== lotsAfter[offset + i];
            accountArguments[a].negative[i] <== account[a].negative[i];
            accountArguments[a].settled[i] <== settled[offset + i];
        }
        offset += 16 * chunks[a];
        accountArguments[a].g <== g;
        accountArguments[a].g2 <== g2;
        for (var j = 0; j < 4; j++) {
            accountArguments[a].y[j] <== y[j];
        }
        for (var s = 0; s < S; s++) {
            accountArguments[a].valuesBefore[s] <== valuesBefore[a][s];
            accountArguments[a].values[s] <== valuesAfter[a][s];
            accountArguments[a].x[s] <== x[s];
        }
        accountArguments[a].shortBefore <== shortBefore[a];
        accountArguments[a].short <== shortAfter[a];
        accountArguments[a].weightBefore <== weight[a];
        accountArguments[a].weightAfter <== weight[A + a];
        ledger -= accountArguments[a].ledger;
        authority -= accountArguments[a].authority;
        keys -= accountArguments[a].keys;
        slots += accountArguments[a].slots;
        settlementSum -= accountArguments[a].settlements;
        poles += accountArguments[a].poles;
        valueSum += accountArguments[a].valueSum;
        shortSum += accountArguments[a].shortSum;
    }

    component tableArguments[M];
    for (var m = 0; m < M; m++) {
        tableArguments[m] = RiskTableArguments(S);
        tableArguments[m].live <== table[m].live;
        tableArguments[m].id <== tableId[m];
        tableArguments[m].shortCharge <== tableShortCharge[m];
        tableArguments[m].trades <== tableTrades[m];
        tableArguments[m].quantity <== quantity[m];
        tableArguments[m].shortQuantity <== shortQuantity[m];
        tableArguments[m].g <== g;
        tableArguments[m].y <== y[1];
        tableArguments[m].g2 <== g2;
        for (var s = 0; s < S; s++) {
            tableArguments[m].values[s] <== tableValues[m][s];
            tableArguments[m].x[s] <== x[s];
        }
        balance -= tableArguments[m].balance;
        poles -= tableArguments[m].poles;
        valueSum -= tableArguments[m].valueSum;
        shortSum -= tableArguments[m].shortSum;
    }

    // ---- F. Identities of section 6 ----

    signal identity[10];
    // 1. The ledger balances, cell by cell.
    identity[0] <== ledger;
    // 2. Instruments and premium balance, and every leg's instrument trades. |net| < 2^63: the sum does not wrap.
    identity[1] <== balance;
    identity[2] <== premium;
    // 3. Every signed row and L1 op found its account, its key, its permission.
    identity[3] <== authority;
    // 4. Keys change exactly as L1 asked.
    identity[4] <== keys;
    // 5. Intent slots move forward from the accounts' first roots to their last.
    identity[5] <== slots;
    // 6. Claimed scenario values and short charges are those of positions and table.
    identity[6] <== poles;
    identity[7] <== valueSum;
    identity[8] <== shortSum;
    // 7. Settlement rows close exactly the positions marked as settled, each once and whole.
    identity[9] <== settlementSum;
    for (var i = 0; i < 10; i++) {
        identity[i] === 0;
    }
}
