pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";
include "gadgets/constants.circom";
include "gadgets/fraction.circom";
include "gadgets/signature.circom";
include "gadgets/slotMove.circom";

// The legs of a trade as the protocol writes them (section 4): used ones first, of distinct instruments of the account's market,
// none of instrument 0 or ratio 0; an unused leg is instrument 0, ratio 0. A live row has a first leg.
//
// instrument (20 bits), instrumentMarket (its upper 4), ratio (signed 8 bits), market (4 bits) and live (boolean) are in their
// widths, the caller's duty: |ratio * instrument| < 2^28, and the factors of `distinct` are below 2^21 in size, so neither
// product of integers is 0 mod p without a factor that is 0.
template CanonicalLegs() {
    signal input live;
    signal input market;
    signal input instrument[4];
    signal input instrumentMarket[4];
    signal input ratio[4];
    signal output used[4];

    signal product[4];
    signal inverse[4];
    var standIn[4];
    for (var i = 0; i < 4; i++) {
        // used = 1 needs a product with an inverse, so both not 0; used = 0 forces both to 0: used is what they are.
        product[i] <== ratio[i] * instrument[i];
        used[i] <-- product[i] != 0 ? 1 : 0;
        used[i] * (used[i] - 1) === 0;
        inverse[i] <-- product[i] == 0 ? 0 : 1 / product[i];
        product[i] * inverse[i] === used[i];
        (1 - used[i]) * ratio[i] === 0;
        (1 - used[i]) * instrument[i] === 0;
        if (i > 0) {
            used[i] * (1 - used[i - 1]) === 0;
        }
        used[i] * (instrumentMarket[i] - market) === 0;
        // Unused legs stand in with numbers of their own above all instruments.
        standIn[i] = instrument[i] + (1 - used[i]) * ((1 << 20) + i);
    }
    used[0] === live;

    // Pairwise distinct: no factor is 0, as their product has an inverse.
    signal distinct[7];
    distinct[0] <== 1;
    var pair = 0;
    for (var i = 1; i < 4; i++) {
        for (var j = 0; j < i; j++) {
            distinct[pair + 1] <== distinct[pair] * (standIn[i] - standIn[j]);
            pair++;
        }
    }
    signal distinctInverse;
    distinctInverse <-- distinct[6] == 0 ? 0 : 1 / distinct[6];
    distinctInverse * distinct[6] === 1;
}

// One executed intent, or one liquidation, of up to four legs.
//
// Widths: account 24, nonce, lots, maxLots 32, net signed 64, fee 56, liquidation 1, instrument 20, ratio signed 8,
// expiry 40, maxFeePerLot 24, limit signed 48, flags 16 bits. All are range-checked, so both data words (209 and 112 bits) and the
// message's head (220 bits) have one reading. Products: limit * lots < 2^79, maxFeePerLot * lots < 2^56.
// account 0 means unused: both words are 0 and lots, net, fee and legs with them.
template TradeRow() {
    signal input domain;
    signal input time;
    signal input account;
    signal input nonce;
    signal input lots;
    signal input net;
    signal input fee;
    signal input liquidation;
    signal input instrument[4];
    signal input ratio[4];
    signal input expiry;
    signal input maxLots;
    signal input maxFeePerLot;
    signal input limit;
    signal input flags;
    signal input ax;
    signal input ay;
    signal input rx;
    signal input ry;
    signal input s;
    signal input nonceBefore;
    signal input filledBefore;
    signal input siblings[4][8];

    signal output live;
    signal output authorised;
    signal output word[2];
    signal output h;
    signal output rootBefore;
    signal output rootAfter;
    // Which legs are used.
    signal output used[4];

    component unused = IsZero();
    unused.in <== account;
    live <== 1 - unused.out;

    // Data words. The offsets of net and ratio are left out of an unused row, whose words are 0.
    component accountBits = Num2Bits(24);
    accountBits.in <== account;
    component nonceBits = Num2Bits(32);
    nonceBits.in <== nonce;
    component lotsBits = Num2Bits(32);
    lotsBits.in <== lots;
    component netBits = Num2Bits(64);
    netBits.in <== net + live * (1 << 63);
    component feeBits = Num2Bits(56);
    feeBits.in <== fee;
    liquidation * (liquidation - 1) === 0;
    word[0] <== account + (1 << 24) * nonce + (1 << 56) * lots + (1 << 88) * (net + live * (1 << 63))
        + (1 << 152) * fee + (1 << 208) * liquidation;
    component instrumentBits[4];
    component ratioBits[4];
    var legs = 0;
    for (var i = 0; i < 4; i++) {
        instrumentBits[i] = Num2Bits(20);
        instrumentBits[i].in <== instrument[i];
        ratioBits[i] = Num2Bits(8);
        ratioBits[i].in <== ratio[i] + live * 128;
        legs += (instrument[i] + (1 << 20) * (ratio[i] + live * 128)) * (1 << (28 * i));
    }
    word[1] <== legs;
    word[0] * (1 - live) === 0;
    word[1] * (1 - live) === 0;

    component canonical = CanonicalLegs();
    canonical.live <== live;
    canonical.market <== accountBits.out[20] + 2 * accountBits.out[21] + 4 * accountBits.out[22] + 8 * accountBits.out[23];
    for (var i = 0; i < 4; i++) {
        canonical.instrument[i] <== instrument[i];
        canonical.instrumentMarket[i] <== instrumentBits[i].out[16] + 2 * instrumentBits[i].out[17]
            + 4 * instrumentBits[i].out[18] + 8 * instrumentBits[i].out[19];
        canonical.ratio[i] <== ratio[i];
    }
    for (var i = 0; i < 4; i++) {
        used[i] <== canonical.used[i];
    }

    component noLots = IsZero();
    noLots.in <== lots;
    noLots.out * live === 0;
    liquidation * nonce === 0;
    // Nobody signed for a fee.
    liquidation * fee === 0;
    // Boolean: liquidation = 1 needs live = 1, as word[0] is 0 otherwise.
    authorised <== live - liquidation;

    // The message. An unsigned row brings any that passes; only its signature, limit and fee are waived.
    component expiryBits = Num2Bits(40);
    expiryBits.in <== expiry;
    component maxLotsBits = Num2Bits(32);
    maxLotsBits.in <== maxLots;
    component maxFeeBits = Num2Bits(24);
    maxFeeBits.in <== maxFeePerLot;
    component limitBits = Num2Bits(48);
    limitBits.in <== limit + (1 << 47);
    component flagsBits = Num2Bits(16);
    flagsBits.in <== flags;
    component message = Poseidon(3);
    message.inputs[0] <== domain;
    message.inputs[1] <== account + (1 << 24) + (1 << 28) * nonce + (1 << 60) * expiry + (1 << 100) * maxLots
        + (1 << 132) * maxFeePerLot + (1 << 156) * (limit + (1 << 47)) + (1 << 204) * flags;
    message.inputs[2] <== word[1];

    component signature = SignatureCheck();
    signature.enabled <== authorised;
    signature.ax <== ax;
    signature.ay <== ay;
    signature.rx <== rx;
    signature.ry <== ry;
    signature.s <== s;
    signature.message <== message.out;
    h <== signature.h;

    // expiry >= time; time is the contract's 40-bit number.
    component inTime = Num2Bits(40);
    inTime.in <== expiry - time;

    // limit * lots - net lies in (-2^80, 2^80).
    signal premiumCap <== limit * lots;
    signal premiumRoom <== authorised * (premiumCap - net);
    component premiumBits = Num2Bits(81);
    premiumBits.in <== premiumRoom;

    // maxFeePerLot * lots - fee lies in (-2^56, 2^56).
    signal feeCap <== maxFeePerLot * lots;
    signal feeRoom <== authorised * (feeCap - fee);
    component feeRoomBits = Num2Bits(56);
    feeRoomBits.in <== feeRoom;

    component slot = SlotMove();
    slot.nonce <== nonce;
    for (var i = 0; i < 12; i++) {
        slot.nonceBits[i] <== nonceBits.out[i];
    }
    slot.lots <== lots;
    slot.maxLots <== maxLots;
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

// What a signed row contributes to identities 3 and 5: it looks up its account with its key, or, a liquidation, its
// liquidated account, and moves a root. The key was absorbed with h, the roots by themselves.
template SignedArguments() {
    signal input live;
    signal input authorised;
    signal input liquidation;
    signal input account;
    signal input ax;
    signal input ay;
    signal input rootBefore;
    signal input rootAfter;
    signal input g;
    signal input y[4];
    signal output authority;
    signal output slots;

    signal keyTerm <== ax * y[1];
    signal keyTerm2 <== ay * y[2];
    signal key <== authorised * (keyTerm + keyTerm2);
    component lookup = Fraction();
    lookup.num <== live;
    lookup.den <== g - (account + key + liquidation * LIQUIDATED_TAG());
    authority <== lookup.out;

    signal rootTermBefore <== rootBefore * y[1];
    signal rootTermAfter <== rootAfter * y[1];
    component from = Fraction();
    from.num <== authorised;
    from.den <== g - (account + rootTermBefore);
    component to = Fraction();
    to.num <== authorised;
    to.den <== g - (account + rootTermAfter);
    slots <== from.out - to.out;
}

// Postings of a trade to the ledger (identity 1), its legs to the instruments' balance (identity 2), and a look-up of each
// used leg's instrument among those that trade (weighted by y, a power of its own in the same sum: amounts and uses were fixed
// before y). |ratio * lots| < 2^39, |net + fee| < 2^65: sums over rows stay far below p.
template TradePostings() {
    signal input account;
    signal input lots;
    signal input net;
    signal input fee;
    signal input instrument[4];
    signal input ratio[4];
    signal input used[4];
    signal input g;
    signal input y;
    signal output ledger;
    signal output balance;

    component cash = Fraction();
    cash.num <== 0 - net - fee;
    cash.den <== g - (account * (1 << 21) + CASH_ASSET());
    component posting[4];
    component leg[4];
    signal amount[4];
    signal lookup[4];
    var postings = cash.out;
    var legs = 0;
    for (var i = 0; i < 4; i++) {
        amount[i] <== ratio[i] * lots;
        posting[i] = Fraction();
        posting[i].num <== amount[i];
        posting[i].den <== g - (account * (1 << 21) + instrument[i]);
        lookup[i] <== used[i] * y;
        leg[i] = Fraction();
        leg[i].num <== amount[i] + lookup[i];
        leg[i].den <== g - instrument[i];
        postings += posting[i].out;
        legs += leg[i].out;
    }
    ledger <== postings;
    balance <== legs;
}
