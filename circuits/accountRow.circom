pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";
include "gadgets/boolean.circom";
include "gadgets/constants.circom";
include "gadgets/fraction.circom";
include "gadgets/margin.circom";
include "gadgets/positions.circom";
include "gadgets/treeUpdate.circom";

// Poseidon13(keyX, keyY, owner, cash, intentsRoot, 8 chunk hashes), all but the first c chunks empty.
template AccountLeaf(c) {
    signal input keyX;
    signal input keyY;
    signal input owner;
    signal input cash;
    signal input intentsRoot;
    signal input chunk[c];
    signal output out;

    component hash = Poseidon(13);
    hash.inputs[0] <== keyX;
    hash.inputs[1] <== keyY;
    hash.inputs[2] <== owner;
    hash.inputs[3] <== cash;
    hash.inputs[4] <== intentsRoot;
    for (var k = 0; k < CHUNKS_PER_ACCOUNT(); k++) {
        if (k < c) {
            hash.inputs[5 + k] <== chunk[k];
        } else {
            hash.inputs[5 + k] <== EMPTY_CHUNK_HASH();
        }
    }
    out <== hash.out;
}

// Opens an account's leaf, closes it and margins it; c chunks of 16 positions, S columns of the risk table.
//
// Widths: id 24, mSigned, mOp, mBound 16, flags 1 bit; cash after signed 64; positions as in gadgets/positions.circom. The leaf
// before pins what it holds, in the widths that the batch which wrote it proved. An unused row has id 0: then
// the root stays and ctl is 0, and AccountArguments multiplies all that the row contributes by live. The transcript absorbs
// both leaf hashes as they are, before `live` and `exists` make leaves of them: so every value of a row is fixed before the
// challenges, of an unused row and of a new account as well.
template AccountRow(c, S) {
    var n = 16 * c;
    signal input id;
    signal input liquidated;
    signal input bound;
    signal input keyChanged;
    // 1 if the leaf before is 0.
    signal input opened;
    signal input mSigned;
    signal input mOp;
    signal input mBound;
    // Which positions before the batch a settlement row closes.
    signal input settled[n];
    signal input keyXBefore;
    signal input keyYBefore;
    signal input ownerBefore;
    signal input cashBefore;
    signal input intentsBefore;
    signal input keyX;
    signal input keyY;
    signal input owner;
    signal input cash;
    signal input intents;
    signal input instrumentBefore[n];
    signal input lotsBefore[n];
    signal input instrument[n];
    signal input lots[n];
    signal input siblings[8][8];
    signal input valuesBefore[S];
    signal input values[S];
    signal input shortBefore;
    signal input short;
    signal input floor;
    signal input useInitial;
    signal input selectBefore[S];
    signal input selectAfter[S];
    signal input inDebt;
    signal input rootIn;

    signal output rootOut;
    signal output live;
    signal output ctl;
    // Hashes of what the row holds before and after, whether it is used or not.
    signal output hashBefore;
    signal output hashAfter;
    signal output negativeBefore[n];
    signal output negative[n];
    signal output packed[(S + 2) \ 3];

    // Serial 0 is never used, so id 0 is free to mean "unused".
    component unused = IsZero();
    unused.in <== id;
    live <== 1 - unused.out;

    // The control word: one reading, as every part is in its width (76 + 16c bits in all, at most 204).
    component idBits = Num2Bits(24);
    idBits.in <== id;
    liquidated * (liquidated - 1) === 0;
    bound * (bound - 1) === 0;
    keyChanged * (keyChanged - 1) === 0;
    opened * (opened - 1) === 0;
    component signedBits = Num2Bits(16);
    signedBits.in <== mSigned;
    component opBits = Num2Bits(16);
    opBits.in <== mOp;
    component boundBits = Num2Bits(16);
    boundBits.in <== mBound;
    var settledBits = 0;
    for (var i = 0; i < n; i++) {
        settled[i] * (settled[i] - 1) === 0;
        settledBits += settled[i] * (1 << (76 + i));
    }
    ctl <== id + (1 << 24) * liquidated + (1 << 25) * bound + (1 << 26) * keyChanged + (1 << 27) * opened
        + (1 << 28) * mSigned + (1 << 44) * mOp + (1 << 60) * mBound + settledBits;
    // Unused: every part is 0 (a sum of numbers that are not negative).
    ctl * (1 - live) === 0;
    // What is offered to L1 ops: nothing while liquidated, the second kind only while the margin binds.
    liquidated * (mOp + mBound) === 0;
    mBound * (1 - bound) === 0;

    // Keys and owner. A new leaf needs a key op (identity 4: an OPEN, which no other leaf has); without one the key stays; the
    // owner of a leaf never changes.
    opened * (1 - keyChanged) === 0;
    signal exists <== live - opened;
    (1 - keyChanged) * (keyX - keyXBefore) === 0;
    (1 - keyChanged) * (keyY - keyYBefore) === 0;
    exists * (owner - ownerBefore) === 0;

    // The leaf before.
    component before = PositionsBefore(c);
    component contentBefore = AccountLeaf(c);
    for (var i = 0; i < n; i++) {
        before.instrument[i] <== instrumentBefore[i];
        before.lots[i] <== lotsBefore[i];
    }
    for (var i = 0; i < n; i++) {
        negativeBefore[i] <== before.negative[i];
    }
    contentBefore.keyX <== keyXBefore;
    contentBefore.keyY <== keyYBefore;
    contentBefore.owner <== ownerBefore;
    contentBefore.cash <== cashBefore;
    contentBefore.intentsRoot <== intentsBefore;
    // A new leaf starts empty.
    opened * cashBefore === 0;
    opened * (intentsBefore - EMPTY_INTENTS_ROOT()) === 0;
    for (var k = 0; k < c; k++) {
        contentBefore.chunk[k] <== before.hash[k];
        opened * (before.hash[k] - EMPTY_CHUNK_HASH()) === 0;
    }
    hashBefore <== contentBefore.out;
    signal leafBefore <== exists * hashBefore;

    // The leaf after.
    component cashBits = Num2Bits(64);
    cashBits.in <== cash + (1 << 63);
    component after = PositionsAfter(c);
    component contentAfter = AccountLeaf(c);
    after.market <== idBits.out[20] + 2 * idBits.out[21] + 4 * idBits.out[22] + 8 * idBits.out[23];
    for (var i = 0; i < n; i++) {
        after.instrument[i] <== instrument[i];
        after.lots[i] <== lots[i];
    }
    for (var i = 0; i < n; i++) {
        negative[i] <== after.negative[i];
    }
    contentAfter.keyX <== keyX;
    contentAfter.keyY <== keyY;
    contentAfter.owner <== owner;
    contentAfter.cash <== cash;
    contentAfter.intentsRoot <== intents;
    for (var k = 0; k < c; k++) {
        contentAfter.chunk[k] <== after.hash[k];
    }
    hashAfter <== contentAfter.out;
    signal leafAfter <== live * hashAfter;

    // From the running root to the next one.
    component tree = TreeUpdate(8);
    for (var i = 0; i < 24; i++) {
        tree.bits[i] <== idBits.out[i];
    }
    for (var l = 0; l < 8; l++) {
        for (var i = 0; i < 8; i++) {
            tree.siblings[l][i] <== siblings[l][i];
        }
    }
    tree.leafBefore <== leafBefore;
    tree.leafAfter <== leafAfter;
    live * (tree.rootBefore - rootIn) === 0;
    rootOut <== rootIn + live * (tree.rootAfter - rootIn);

    component margin = Margin(S);
    margin.liquidated <== liquidated;
    margin.bound <== bound;
    margin.cashBefore <== cashBefore;
    margin.cashAfter <== cash;
    margin.shortBefore <== shortBefore;
    margin.shortAfter <== short;
    margin.floor <== floor;
    margin.useInitial <== useInitial;
    margin.inDebt <== inDebt;
    for (var s = 0; s < S; s++) {
        margin.valuesBefore[s] <== valuesBefore[s];
        margin.valuesAfter[s] <== values[s];
        margin.selectBefore[s] <== selectBefore[s];
        margin.selectAfter[s] <== selectAfter[s];
    }
    for (var e = 0; e < (S + 2) \ 3; e++) {
        packed[e] <== margin.packed[e];
    }
}

// sum of lots (1 - x * negative) / (g2 - instrument): the long sum of section 6, identity 6, plus x times the short one.
// Amounts are at most 2^32 in size before the challenge enters: an integer equality and one mod p are the same.
template PositionPoles(n) {
    signal input instrument[n];
    signal input lots[n];
    signal input negative[n];
    signal input g2;
    signal input x;
    signal output out;

    component pole[n];
    signal shortWeight[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        shortWeight[i] <== x * negative[i];
        pole[i] = Fraction();
        pole[i].num <== lots[i] * (1 - shortWeight[i]);
        pole[i].den <== g2 - instrument[i];
        sum += pole[i].out;
    }
    out <== sum;
}

// What an account row contributes to the identities of section 6, 0 if it is unused. Every input but the challenges was absorbed
// before them (positions, cash, key, owner and intents roots by the leaf hashes, the rest by ctl and claims), of an unused
// row too.
template AccountArguments(c, S) {
    var n = 16 * c;
    signal input live;
    signal input id;
    signal input liquidated;
    signal input keyChanged;
    signal input opened;
    signal input mSigned;
    signal input mOp;
    signal input mBound;
    signal input settled[n];
    signal input keyX;
    signal input keyY;
    signal input owner;
    signal input cashBefore;
    signal input cash;
    signal input intentsBefore;
    signal input intents;
    signal input instrumentBefore[n];
    signal input lotsBefore[n];
    signal input negativeBefore[n];
    signal input instrument[n];
    signal input lots[n];
    signal input negative[n];
    signal input valuesBefore[S];
    signal input values[S];
    signal input shortBefore;
    signal input short;
    // Challenges: y, y^2, y^3; x^0..x^(S-1); z^a and z^(A+a).
    signal input g;
    signal input y[4];
    signal input g2;
    signal input x[S];
    signal input weightBefore;
    signal input weightAfter;

    signal output ledger;
    signal output authority;
    signal output keys;
    signal output slots;
    signal output settlements;
    signal output poles;
    signal output valueSum;
    signal output shortSum;

    // Identity 1: after less before, cell by cell.
    component after[n];
    component before[n];
    component cashMove = Fraction();
    cashMove.num <== cash - cashBefore;
    cashMove.den <== g - (id * (1 << 21) + CASH_ASSET());
    var moves = cashMove.out;
    for (var i = 0; i < n; i++) {
        after[i] = Fraction();
        after[i].num <== lots[i];
        after[i].den <== g - (id * (1 << 21) + instrument[i]);
        before[i] = Fraction();
        before[i].num <== lotsBefore[i];
        before[i].den <== g - (id * (1 << 21) + instrumentBefore[i]);
        moves += after[i].out - before[i].out;
    }
    ledger <== live * moves;

    // Identity 7: positions that a settlement row closes, each with its lots.
    signal lotsTerm[n];
    component settlement[n];
    var closed = 0;
    for (var i = 0; i < n; i++) {
        lotsTerm[i] <== lotsBefore[i] * y[1];
        settlement[i] = Fraction();
        settlement[i].num <== settled[i];
        settlement[i].den <== g - (id * (1 << 21) + instrumentBefore[i] + lotsTerm[i]);
        closed += settlement[i].out;
    }
    settlements <== live * closed;

    // Identity 3: offers with their multiplicities.
    signal keyTerm <== keyX * y[1];
    signal keyTerm2 <== keyY * y[2];
    signal offered <== (1 - liquidated) * (keyTerm + keyTerm2);
    component signedOffer = Fraction();
    signedOffer.num <== mSigned;
    signedOffer.den <== g - (id + offered + liquidated * LIQUIDATED_TAG());
    component opOffer = Fraction();
    opOffer.num <== mOp;
    opOffer.den <== g - (id + L1_OP_TAG());
    component boundOffer = Fraction();
    boundOffer.num <== mBound;
    boundOffer.den <== g - (id + BOUND_TAG());
    authority <== live * (signedOffer.out + opOffer.out + boundOffer.out);

    // Identity 4.
    signal ownerTerm <== owner * y[3];
    component keyChange = Fraction();
    keyChange.num <== keyChanged;
    keyChange.den <== g - (id + opened * OPENED_TAG() + keyTerm + keyTerm2 + ownerTerm);
    keys <== live * keyChange.out;

    // Identity 5.
    signal rootTermBefore <== intentsBefore * y[1];
    signal rootTermAfter <== intents * y[1];
    component final = Fraction();
    final.num <== 1;
    final.den <== g - (id + rootTermAfter);
    component initial = Fraction();
    initial.num <== 1;
    initial.den <== g - (id + rootTermBefore);
    slots <== live * (final.out - initial.out);

    // Identity 6.
    signal wBefore <== live * weightBefore;
    signal wAfter <== live * weightAfter;
    component polesBefore = PositionPoles(n);
    component polesAfter = PositionPoles(n);
    polesBefore.g2 <== g2;
    polesBefore.x <== x[1];
    polesAfter.g2 <== g2;
    polesAfter.x <== x[1];
    for (var i = 0; i < n; i++) {
        polesBefore.instrument[i] <== instrumentBefore[i];
        polesBefore.lots[i] <== lotsBefore[i];
        polesBefore.negative[i] <== negativeBefore[i];
        polesAfter.instrument[i] <== instrument[i];
        polesAfter.lots[i] <== lots[i];
        polesAfter.negative[i] <== negative[i];
    }
    signal polesBeforeTerm <== wBefore * polesBefore.out;
    poles <== polesBeforeTerm + wAfter * polesAfter.out;
    component evalBefore = Dot(S);
    component evalAfter = Dot(S);
    for (var s = 0; s < S; s++) {
        evalBefore.in[s] <== valuesBefore[s];
        evalBefore.by[s] <== x[s];
        evalAfter.in[s] <== values[s];
        evalAfter.by[s] <== x[s];
    }
    signal valueBeforeTerm <== wBefore * evalBefore.out;
    valueSum <== valueBeforeTerm + wAfter * evalAfter.out;
    signal shortBeforeTerm <== wBefore * shortBefore;
    shortSum <== shortBeforeTerm + wAfter * short;
}
