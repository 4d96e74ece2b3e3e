pragma circom 2.1.9;

include "phases/dataWords.circom";
include "phases/rows.circom";
include "phases/stateRoot.circom";
include "phases/contributions.circom";
include "phases/transcript.circom";

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
    // liquidated, bound, keyChanged, opened, mSigned, mOp, mBound.
    signal input accountControl[A][7];
    // Of the positions before: whether a settlement row closes it.
    signal input settled[P];
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

    // ---- A. Rows, before any challenge (phases/rows.circom) ----

    component riskTableRows = RiskTableRows(M, S);
    riskTableRows.id <== tableId;
    riskTableRows.status <== tableStatus;
    riskTableRows.shortCharge <== tableShortCharge;
    riskTableRows.trades <== tableTrades;
    riskTableRows.values <== tableValues;
    riskTableHash === riskTableRows.hash;

    component l1OpRows = L1OpRows(O);
    l1OpRows.kind <== opKind;
    l1OpRows.account <== opAccount;
    l1OpRows.amount <== opAmount;
    l1OpRows.paid <== opPaid;
    l1OpRows.owner <== opOwner;
    l1OpRows.keyX <== opKeyX;
    l1OpRows.keyY <== opKeyY;

    component withdrawalRows = WithdrawalRows(W);
    withdrawalRows.domain <== domain;
    withdrawalRows.time <== time;
    withdrawalRows.account <== withdrawalAccount;
    withdrawalRows.nonce <== withdrawalNonce;
    withdrawalRows.amount <== withdrawalAmount;
    withdrawalRows.expiry <== withdrawalExpiry;
    withdrawalRows.signature <== withdrawalSignature;
    withdrawalRows.slot <== withdrawalSlot;
    withdrawalRows.siblings <== withdrawalSiblings;

    component tradeRows = TradeRows(T);
    tradeRows.domain <== domain;
    tradeRows.time <== time;
    tradeRows.account <== tradeAccount;
    tradeRows.nonce <== tradeNonce;
    tradeRows.lots <== tradeLots;
    tradeRows.net <== tradeNet;
    tradeRows.fee <== tradeFee;
    tradeRows.liquidation <== tradeLiquidation;
    tradeRows.instrument <== tradeInstrument;
    tradeRows.ratio <== tradeRatio;
    tradeRows.terms <== tradeTerms;
    tradeRows.signature <== tradeSignature;
    tradeRows.slot <== tradeSlot;
    tradeRows.siblings <== tradeSiblings;

    component settlementRows = SettlementRows(N, M);
    settlementRows.account <== settlementAccount;
    settlementRows.instrument <== settlementInstrument;
    settlementRows.lots <== settlementLots;
    settlementRows.select <== settlementSelect;
    settlementRows.idAndStatus <== riskTableRows.idAndStatus;
    for (var m = 0; m < M; m++) {
        settlementRows.payoff[m] <== tableValues[m][0];
    }

    component accountRows = AccountRows(A, chunks, P, S);
    accountRows.id <== accountId;
    accountRows.control <== accountControl;
    accountRows.settled <== settled;
    accountRows.before <== accountBefore;
    accountRows.after <== accountAfter;
    accountRows.instrumentBefore <== instrumentBefore;
    accountRows.lotsBefore <== lotsBefore;
    accountRows.instrumentAfter <== instrumentAfter;
    accountRows.lotsAfter <== lotsAfter;
    accountRows.siblings <== accountSiblings;
    accountRows.valuesBefore <== valuesBefore;
    accountRows.valuesAfter <== valuesAfter;
    accountRows.shortBefore <== shortBefore;
    accountRows.shortAfter <== shortAfter;
    accountRows.floor <== floor;
    accountRows.useInitial <== useInitial;
    accountRows.selectBefore <== selectBefore;
    accountRows.selectAfter <== selectAfter;
    accountRows.inDebt <== inDebt;
    accountRows.rootBefore <== accountsRoot;

    // ---- B. Data words: what L1 carries (phases/dataWords.circom) ----

    var words = 1 + 4 * O + W + 2 * T + N;
    component data = DataWords(O, W, T, N, words);
    data.batchNumber <== batchNumber;
    data.point <== dataPoint;
    data.opLive <== l1OpRows.live;
    data.opWord <== l1OpRows.word;
    data.withdrawalLive <== withdrawalRows.live;
    data.withdrawalWord <== withdrawalRows.word;
    data.tradeLive <== tradeRows.live;
    data.tradeWord <== tradeRows.word;
    data.settlementLive <== settlementRows.live;
    data.settlementWord <== settlementRows.word;
    dataValue === data.value;

    // ---- C. State roots (phases/stateRoot.circom) ----

    component rootBefore = StateRoot();
    rootBefore.domain <== domain;
    rootBefore.accountsRoot <== accountsRoot;
    rootBefore.feePool <== feePool;
    rootBefore.l1OpIndex <== l1OpIndex;
    rootBefore.batchNumber <== batchNumber;
    rootBefore.time <== lastTime;
    stateRootBefore === rootBefore.out;
    var fees = 0;
    for (var i = 0; i < T; i++) {
        fees += tradeFee[i];
    }
    component rootAfter = StateRoot();
    rootAfter.domain <== domain;
    rootAfter.accountsRoot <== accountRows.rootAfter;
    rootAfter.feePool <== feePool + fees;
    rootAfter.l1OpIndex <== l1OpIndex + data.ops;
    rootAfter.batchNumber <== batchNumber + 1;
    rootAfter.time <== time;
    stateRootAfter === rootAfter.out;

    // ---- D. Transcript: everything that a sum below uses is absorbed before its challenge (phases/transcript.circom) ----

    component transcript = Transcript(S, A, chunks, P, T, W, M, words);
    transcript.riskTableHash <== riskTableHash;
    transcript.word <== data.word;
    transcript.tableId <== tableId;
    transcript.tableTrades <== tableTrades;
    transcript.withdrawalH <== withdrawalRows.h;
    for (var i = 0; i < W; i++) {
        transcript.withdrawalRoots[i][0] <== withdrawalRows.rootBefore[i];
        transcript.withdrawalRoots[i][1] <== withdrawalRows.rootAfter[i];
    }
    transcript.tradeH <== tradeRows.h;
    for (var i = 0; i < T; i++) {
        transcript.tradeRoots[i][0] <== tradeRows.rootBefore[i];
        transcript.tradeRoots[i][1] <== tradeRows.rootAfter[i];
    }
    transcript.ctl <== accountRows.ctl;
    transcript.hashBefore <== accountRows.hashBefore;
    transcript.hashAfter <== accountRows.hashAfter;
    transcript.valuesBefore <== valuesBefore;
    transcript.shortBefore <== shortBefore;
    transcript.floor <== floor;
    transcript.shortAfter <== shortAfter;
    transcript.packed <== accountRows.packed;
    transcript.instrumentBefore <== instrumentBefore;
    transcript.lotsBefore <== lotsBefore;
    transcript.negativeBefore <== accountRows.negativeBefore;
    transcript.instrumentAfter <== instrumentAfter;
    transcript.lotsAfter <== lotsAfter;
    transcript.negativeAfter <== accountRows.negativeAfter;
    dataCommit === transcript.dataCommit;

    // ---- E. What each row contributes (phases/contributions.circom) ----

    component l1OpContributions = L1OpContributions(O);
    l1OpContributions.live <== l1OpRows.live;
    l1OpContributions.shaved <== l1OpRows.shaved;
    l1OpContributions.keyOp <== l1OpRows.keyOp;
    l1OpContributions.opens <== l1OpRows.opens;
    l1OpContributions.account <== opAccount;
    l1OpContributions.cash <== l1OpRows.cash;
    l1OpContributions.owner <== opOwner;
    l1OpContributions.keyX <== opKeyX;
    l1OpContributions.keyY <== opKeyY;
    l1OpContributions.g <== transcript.g;
    l1OpContributions.y <== transcript.y;

    component withdrawalContributions = WithdrawalContributions(W);
    withdrawalContributions.live <== withdrawalRows.live;
    withdrawalContributions.account <== withdrawalAccount;
    withdrawalContributions.amount <== withdrawalAmount;
    withdrawalContributions.signature <== withdrawalSignature;
    withdrawalContributions.rootBefore <== withdrawalRows.rootBefore;
    withdrawalContributions.rootAfter <== withdrawalRows.rootAfter;
    withdrawalContributions.g <== transcript.g;
    withdrawalContributions.y <== transcript.y;

    component tradeContributions = TradeContributions(T);
    tradeContributions.live <== tradeRows.live;
    tradeContributions.authorised <== tradeRows.authorised;
    tradeContributions.account <== tradeAccount;
    tradeContributions.lots <== tradeLots;
    tradeContributions.net <== tradeNet;
    tradeContributions.fee <== tradeFee;
    tradeContributions.liquidation <== tradeLiquidation;
    tradeContributions.instrument <== tradeInstrument;
    tradeContributions.ratio <== tradeRatio;
    tradeContributions.used <== tradeRows.used;
    tradeContributions.signature <== tradeSignature;
    tradeContributions.rootBefore <== tradeRows.rootBefore;
    tradeContributions.rootAfter <== tradeRows.rootAfter;
    tradeContributions.g <== transcript.g;
    tradeContributions.y <== transcript.y;

    component settlementContributions = SettlementContributions(N);
    settlementContributions.live <== settlementRows.live;
    settlementContributions.account <== settlementAccount;
    settlementContributions.instrument <== settlementInstrument;
    settlementContributions.lots <== settlementLots;
    settlementContributions.cash <== settlementRows.cash;
    settlementContributions.g <== transcript.g;
    settlementContributions.y <== transcript.y;

    component accountContributions = AccountContributions(A, chunks, P, S);
    accountContributions.live <== accountRows.live;
    accountContributions.id <== accountId;
    accountContributions.control <== accountControl;
    accountContributions.before <== accountBefore;
    accountContributions.after <== accountAfter;
    accountContributions.settled <== settled;
    accountContributions.instrumentBefore <== instrumentBefore;
    accountContributions.lotsBefore <== lotsBefore;
    accountContributions.negativeBefore <== accountRows.negativeBefore;
    accountContributions.instrumentAfter <== instrumentAfter;
    accountContributions.lotsAfter <== lotsAfter;
    accountContributions.negativeAfter <== accountRows.negativeAfter;
    accountContributions.valuesBefore <== valuesBefore;
    accountContributions.valuesAfter <== valuesAfter;
    accountContributions.shortBefore <== shortBefore;
    accountContributions.shortAfter <== shortAfter;
    accountContributions.g <== transcript.g;
    accountContributions.y <== transcript.y;
    accountContributions.weight <== transcript.weight;
    accountContributions.g2 <== transcript.g2;
    accountContributions.x <== transcript.x;

    component riskTableContributions = RiskTableContributions(M, S);
    riskTableContributions.live <== riskTableRows.live;
    riskTableContributions.id <== tableId;
    riskTableContributions.shortCharge <== tableShortCharge;
    riskTableContributions.trades <== tableTrades;
    riskTableContributions.values <== tableValues;
    riskTableContributions.quantity <== transcript.quantity;
    riskTableContributions.shortQuantity <== transcript.shortQuantity;
    riskTableContributions.g <== transcript.g;
    riskTableContributions.y <== transcript.y;
    riskTableContributions.g2 <== transcript.g2;
    riskTableContributions.x <== transcript.x;

    // ---- F. Identities of section 6 ----

    var ledger = 0;
    var balance = 0;
    var premium = 0;
    var authority = 0;
    var keys = 0;
    var slots = 0;
    var settlements = 0;
    var poles = 0;
    var valueSum = 0;
    var shortSum = 0;
    for (var i = 0; i < O; i++) {
        ledger += l1OpContributions.ledger[i];
        authority += l1OpContributions.authority[i];
        keys += l1OpContributions.keys[i];
    }
    for (var i = 0; i < W; i++) {
        ledger += withdrawalContributions.ledger[i];
        authority += withdrawalContributions.authority[i];
        slots += withdrawalContributions.slots[i];
    }
    for (var i = 0; i < T; i++) {
        ledger += tradeContributions.ledger[i];
        balance += tradeContributions.balance[i];
        premium += tradeNet[i];
        authority += tradeContributions.authority[i];
        slots += tradeContributions.slots[i];
    }
    for (var i = 0; i < N; i++) {
        ledger += settlementContributions.ledger[i];
        settlements += settlementContributions.settled[i];
    }
    for (var a = 0; a < A; a++) {
        ledger -= accountContributions.ledger[a];
        authority -= accountContributions.authority[a];
        keys -= accountContributions.keys[a];
        slots += accountContributions.slots[a];
        settlements -= accountContributions.settlements[a];
        poles += accountContributions.poles[a];
        valueSum += accountContributions.valueSum[a];
        shortSum += accountContributions.shortSum[a];
    }
    for (var m = 0; m < M; m++) {
        balance -= riskTableContributions.balance[m];
        poles -= riskTableContributions.poles[m];
        valueSum -= riskTableContributions.valueSum[m];
        shortSum -= riskTableContributions.shortSum[m];
    }
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
    identity[9] <== settlements;
    for (var i = 0; i < 10; i++) {
        identity[i] === 0;
    }
}
