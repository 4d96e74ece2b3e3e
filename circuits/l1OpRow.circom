pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "gadgets/constants.circom";
include "gadgets/fraction.circom";

// One operation of the L1 queue: 1 OPEN, 2 DEPOSIT, 3 CHANGE_KEY, 4 FORCED_WITHDRAWAL; 0 means unused.
//
// Widths: kind is one of five, account 24, amount and paid 64 bits: the head (156 bits) has one reading. Owner and key are the
// contract's own words, bound by data point and transcript. A forced withdrawal pays at most its amount.
template L1OpRow() {
    signal input kind;
    signal input account;
    signal input amount;
    signal input paid;
    signal input owner;
    signal input keyX;
    signal input keyY;

    signal output live;
    signal output shaved;
    signal output keyOp;
    signal output opens;
    signal output cash;
    signal output word[4];

    component kindBits = Num2Bits(3);
    kindBits.in <== kind;
    signal isForced <== kindBits.out[2];
    isForced * (kindBits.out[0] + kindBits.out[1]) === 0;
    signal isChangeKey <== kindBits.out[0] * kindBits.out[1];
    signal isOpen <== kindBits.out[0] - isChangeKey;
    signal isDeposit <== kindBits.out[1] - isChangeKey;
    live <== isOpen + isDeposit + isChangeKey + isForced;
    keyOp <== isOpen + isChangeKey;
    opens <== isOpen;

    component accountBits = Num2Bits(24);
    accountBits.in <== account;
    component amountBits = Num2Bits(64);
    amountBits.in <== amount;
    component paidBits = Num2Bits(64);
    paidBits.in <== paid;
    paid * (1 - isForced) === 0;
    component unpaid = Num2Bits(64);
    unpaid.in <== amount - paid;
    component full = IsZero();
    full.in <== amount - paid;
    shaved <== isForced * (1 - full.out);

    signal credit <== amount * (isOpen + isDeposit);
    cash <== credit - paid;

    word[0] <== kind + (1 << 4) * account + (1 << 28) * amount + (1 << 92) * paid;
    word[1] <== owner;
    word[2] <== keyX;
    word[3] <== keyY;
    for (var i = 0; i < 4; i++) {
        word[i] * (1 - live) === 0;
    }
}

// Identities 1 (cash, |amount| < 2^64), 3 (an account that is not liquidated; for a shaved withdrawal one whose
// margin binds) and 4 (key ops, an OPEN told from a CHANGE_KEY).
template L1OpArguments() {
    signal input live;
    signal input shaved;
    signal input keyOp;
    signal input opens;
    signal input account;
    signal input cash;
    signal input owner;
    signal input keyX;
    signal input keyY;
    signal input g;
    signal input y[4];
    signal output ledger;
    signal output authority;
    signal output keys;

    component posting = Fraction();
    posting.num <== cash;
    posting.den <== g - (account * (1 << 21) + CASH_ASSET());
    ledger <== posting.out;

    component lookup = Fraction();
    lookup.num <== live;
    lookup.den <== g - (account + L1_OP_TAG() + shaved * (BOUND_TAG() - L1_OP_TAG()));
    authority <== lookup.out;

    signal keyTerm <== keyX * y[1];
    signal keyTerm2 <== keyY * y[2];
    signal ownerTerm <== owner * y[3];
    component change = Fraction();
    change.num <== keyOp;
    change.den <== g - (account + opens * OPENED_TAG() + keyTerm + keyTerm2 + ownerTerm);
    keys <== change.out;
}
