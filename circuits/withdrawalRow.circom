pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";
include "gadgets/constants.circom";
include "gadgets/fraction.circom";
include "gadgets/signature.circom";
include "gadgets/slotMove.circom";

// A signed withdrawal to the account's L1 owner. It consumes its nonce wholly.
//
// Widths: account 24, nonce 32, amount 64, expiry 40 bits, all checked: word (120 bits), head and body have one reading.
// account 0 means unused: the word is 0 and the amount with it.
template WithdrawalRow() {
    signal input domain;
    signal input time;
    signal input account;
    signal input nonce;
    signal input amount;
    signal input expiry;
    signal input ax;
    signal input ay;
    signal input rx;
    signal input ry;
    signal input s;
    signal input nonceBefore;
    signal input filledBefore;
    signal input siblings[4][8];

    signal output live;
    signal output word;
    signal output h;
    signal output rootBefore;
    signal output rootAfter;

    component unused = IsZero();
    unused.in <== account;
    live <== 1 - unused.out;

    component accountBits = Num2Bits(24);
    accountBits.in <== account;
    component nonceBits = Num2Bits(32);
    nonceBits.in <== nonce;
    component amountBits = Num2Bits(64);
    amountBits.in <== amount;
    word <== account + (1 << 24) * nonce + (1 << 56) * amount;
    word * (1 - live) === 0;

    // Kind 2; maxLots, maxFeePerLot and flags 0, limit 0 (stored as 2^47).
    component expiryBits = Num2Bits(40);
    expiryBits.in <== expiry;
    component message = Poseidon(3);
    message.inputs[0] <== domain;
    message.inputs[1] <== account + 2 * (1 << 24) + (1 << 28) * nonce + (1 << 60) * expiry + (1 << 203);
    message.inputs[2] <== amount;

    component signature = SignatureCheck();
    signature.enabled <== live;
    signature.ax <== ax;
    signature.ay <== ay;
    signature.rx <== rx;
    signature.ry <== ry;
    signature.s <== s;
    signature.message <== message.out;
    h <== signature.h;

    component inTime = Num2Bits(40);
    inTime.in <== expiry - time;

    component slot = SlotMove();
    slot.nonce <== nonce;
    for (var i = 0; i < 12; i++) {
        slot.nonceBits[i] <== nonceBits.out[i];
    }
    slot.lots <== (1 << 32) - 1;
    slot.maxLots <== (1 << 32) - 1;
    slot.nonceBefore <== nonceBefore;
    slot.filledBefore <== filledBefore;
    for (var l = 0; l < 4; l++) {
        for (var i = 0; i < 8; i++) {
            slot.siblings[l][i] <== siblings[l][i];
        }
    }
    rootBefore <== slot.rootBefore;
    rootAfter <== slot.rootAfter;
}

// Identity 1: cash - amount (below 2^64).
template WithdrawalPosting() {
    signal input account;
    signal input amount;
    signal input g;
    signal output ledger;

    component cash = Fraction();
    cash.num <== 0 - amount;
    cash.den <== g - (account * (1 << 21) + CASH_ASSET());
    ledger <== cash.out;
}
