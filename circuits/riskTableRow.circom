pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";
include "gadgets/boolean.circom";
include "gadgets/fraction.circom";

// One row of the risk table, S columns (15 or 30).
//
// Widths: id 20, status 4, shortCharge 40, trades 16 bits: the head (64 bits) has one reading. Values are as the oracle signed
// them (40 bits). id 0 means unused: the head is 0, the row hashes to nothing and holds no quantity. `trades`, how many legs
// trade the instrument in this batch, is 0 unless the row is used and live (status 0).
template RiskTableRow(S) {
    signal input id;
    signal input status;
    signal input shortCharge;
    signal input trades;
    signal input values[S];
    signal output live;
    signal output hash;
    signal output idAndStatus;

    component unused = IsZero();
    unused.in <== id;
    live <== 1 - unused.out;

    component idBits = Num2Bits(20);
    idBits.in <== id;
    component statusBits = Num2Bits(4);
    statusBits.in <== status;
    component chargeBits = Num2Bits(40);
    chargeBits.in <== shortCharge;
    signal head <== id + (1 << 20) * status + (1 << 24) * shortCharge;
    head * (1 - live) === 0;
    idAndStatus <== id + (1 << 20) * status;
    component tradesBits = Num2Bits(16);
    tradesBits.in <== trades;
    // The second factor is 0 for live 1, status 0 alone: a sum of numbers below 2^4 that are not negative.
    trades * (1 - live + status) === 0;

    var rounds = S \ 15;
    component part[rounds];
    for (var r = 0; r < rounds; r++) {
        part[r] = Poseidon(16);
        if (r == 0) {
            part[r].inputs[0] <== head;
        } else {
            part[r].inputs[0] <== part[r - 1].out;
        }
        for (var s = 0; s < 15; s++) {
            part[r].inputs[s + 1] <== values[15 * r + s];
        }
    }
    hash <== live * part[rounds - 1].out;
}

// Identity 2, the table's side: the instrument is offered to the legs that look it up, as often as `trades` says.
// Identity 6, the table's side: Gq and Gs (weighted quantities, absorbed before g2 and x) at the row's pole, times its values
// and its short charge. An unused row must hold none: two of them would share the pole 0.
template RiskTableArguments(S) {
    signal input live;
    signal input id;
    signal input shortCharge;
    signal input trades;
    signal input values[S];
    signal input quantity;
    signal input shortQuantity;
    signal input g;
    signal input y;
    signal input g2;
    signal input x[S];
    signal output balance;
    signal output poles;
    signal output valueSum;
    signal output shortSum;

    component offer = Fraction();
    offer.num <== trades;
    offer.den <== g - id;
    balance <== offer.out * y;

    quantity * (1 - live) === 0;
    shortQuantity * (1 - live) === 0;
    component pole = Fraction();
    pole.num <== quantity + shortQuantity * x[1];
    pole.den <== g2 - id;
    poles <== pole.out;

    component eval = Dot(S);
    for (var s = 0; s < S; s++) {
        eval.in[s] <== values[s];
        eval.by[s] <== x[s];
    }
    valueSum <== quantity * eval.out;
    shortSum <== shortQuantity * shortCharge;
}
