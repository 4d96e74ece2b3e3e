pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "gadgets/boolean.circom";
include "gadgets/constants.circom";
include "gadgets/fraction.circom";

// Closes a position in an expired instrument at its payoff, column 0 of its row. M rows of the risk table. That lots are the
// whole position before the batch is the batch's identity 7.
//
// Widths: account 24, instrument 20, lots signed 32, payoff 40 bits: the word (116 bits) has one reading. The row is selected
// one-hot; id + 2^20 * status is compared at once, id having 20 bits. |lots * payoff| < 2^71. account 0 means unused: the word
// is 0, nothing is selected, lots and payoff are 0.
template SettlementRow(M) {
    signal input account;
    signal input instrument;
    signal input lots;
    signal input select[M];
    // Of the table's rows: id + 2^20 * status, and V_0.
    signal input idAndStatus[M];
    signal input payoff[M];

    signal output live;
    signal output word;
    signal output cash;

    component unused = IsZero();
    unused.in <== account;
    live <== 1 - unused.out;

    component accountBits = Num2Bits(24);
    accountBits.in <== account;
    component instrumentBits = Num2Bits(20);
    instrumentBits.in <== instrument;
    component lotsBits = Num2Bits(32);
    lotsBits.in <== lots + live * (1 << 31);

    component one = OneHot(M);
    one.total <== live;
    component row = Dot(M);
    component value = Dot(M);
    for (var m = 0; m < M; m++) {
        one.in[m] <== select[m];
        row.in[m] <== select[m];
        row.by[m] <== idAndStatus[m];
        value.in[m] <== select[m];
        value.by[m] <== payoff[m];
    }
    // Status 1: expired.
    row.out === instrument + live * (1 << 20);
    component payoffBits = Num2Bits(40);
    payoffBits.in <== value.out;
    cash <== lots * value.out;
    // L1 keeps the payoff of every instrument that was ever settled, and refuses another.
    word <== account + (1 << 24) * instrument + (1 << 44) * (lots + live * (1 << 31)) + (1 << 76) * value.out;
    word * (1 - live) === 0;
}

// Identity 1: instrument - lots; cash + lots * payoff. Identity 7: the whole position before, which its account's row has marked
// as settled.
template SettlementPostings() {
    signal input live;
    signal input account;
    signal input instrument;
    signal input lots;
    signal input cash;
    signal input g;
    signal input y;
    signal output ledger;
    signal output settled;

    component position = Fraction();
    position.num <== 0 - lots;
    position.den <== g - (account * (1 << 21) + instrument);
    component posting = Fraction();
    posting.num <== cash;
    posting.den <== g - (account * (1 << 21) + CASH_ASSET());
    ledger <== position.out + posting.out;

    signal lotsTerm <== lots * y;
    component lookup = Fraction();
    lookup.num <== live;
    lookup.den <== g - (account * (1 << 21) + instrument + lotsTerm);
    settled <== lookup.out;
}
