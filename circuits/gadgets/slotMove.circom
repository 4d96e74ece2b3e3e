pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "treeUpdate.circom";

// An intent slot moves strictly forward: from (nonceBefore, filledBefore) to (nonce, filledAfter),
// nonceBefore <= nonce, filledAfter = (nonceBefore == nonce ? filledBefore : 0) + lots <= maxLots.
//
// nonce, lots and maxLots have 32 bits (the caller's duty), lots is not 0 in a row that counts. nonceBefore and filledBefore
// are checked to 32 bits, so a leaf nonce * 2^32 + filled (64 bits) has one reading; filledAfter is at
// most 2^33 before the check maxLots - filledAfter >= 0 puts it below 2^32. Differences of such numbers lie in (-2^34, 2^34): a
// negative one is close to p and fails its 32 bits.
template SlotMove() {
    signal input nonce;
    signal input nonceBits[12];
    signal input lots;
    signal input maxLots;
    signal input nonceBefore;
    signal input filledBefore;
    signal input siblings[4][8];
    signal output rootBefore;
    signal output rootAfter;

    component nonceBeforeBits = Num2Bits(32);
    nonceBeforeBits.in <== nonceBefore;
    component filledBeforeBits = Num2Bits(32);
    filledBeforeBits.in <== filledBefore;
    component nonceForward = Num2Bits(32);
    nonceForward.in <== nonce - nonceBefore;

    component sameNonce = IsZero();
    sameNonce.in <== nonce - nonceBefore;
    signal filledAfter <== sameNonce.out * filledBefore + lots;
    component room = Num2Bits(32);
    room.in <== maxLots - filledAfter;

    component tree = TreeUpdate(4);
    for (var i = 0; i < 12; i++) {
        tree.bits[i] <== nonceBits[i];
    }
    for (var l = 0; l < 4; l++) {
        for (var i = 0; i < 8; i++) {
            tree.siblings[l][i] <== siblings[l][i];
        }
    }
    tree.leafBefore <== nonceBefore * (1 << 32) + filledBefore;
    tree.leafAfter <== nonce * (1 << 32) + filledAfter;
    rootBefore <== tree.rootBefore;
    rootAfter <== tree.rootAfter;
}
