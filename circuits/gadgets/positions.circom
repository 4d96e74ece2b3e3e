pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/poseidon.circom";
include "constants.circom";

// Hashes of c chunks of 16 positions each: Poseidon4 of elements that pack four positions of 52 bits,
// instrument 20 @0, lots + 2^31 32 @20. The caller has range-checked instrument and lots, so that an element (208 bits,
// below p) has one reading only.
template ChunkHashes(c) {
    signal input instrument[16 * c];
    signal input lots[16 * c];
    signal output out[c];

    component hash[c];
    for (var k = 0; k < c; k++) {
        hash[k] = Poseidon(4);
        for (var e = 0; e < 4; e++) {
            var element = 0;
            for (var j = 0; j < 4; j++) {
                var i = 16 * k + 4 * e + j;
                element += (instrument[i] + (lots[i] + (1 << 31)) * (1 << 20)) * (1 << (52 * j));
            }
            hash[k].inputs[e] <== element;
        }
        out[k] <== hash[k].out;
    }
}

// lots in [-2^31, 2^31), negative = 1 if below 0.
template SignedLots() {
    signal input lots;
    signal output negative;

    component bits = Num2Bits(32);
    bits.in <== lots + (1 << 31);
    negative <== 1 - bits.out[31];
}

// Positions as the leaf before the batch holds them: every field in its width, so that the chunk hashes pin them.
// Their order was proven by the batch that wrote the leaf.
template PositionsBefore(c) {
    signal input instrument[16 * c];
    signal input lots[16 * c];
    signal output hash[c];
    signal output negative[16 * c];

    component idBits[16 * c];
    component sign[16 * c];
    component chunks = ChunkHashes(c);
    for (var i = 0; i < 16 * c; i++) {
        idBits[i] = Num2Bits(20);
        idBits[i].in <== instrument[i];
        sign[i] = SignedLots();
        sign[i].lots <== lots[i];
        negative[i] <== sign[i].negative;
        chunks.instrument[i] <== instrument[i];
        chunks.lots[i] <== lots[i];
    }
    for (var k = 0; k < c; k++) {
        hash[k] <== chunks.out[k];
    }
}

// Positions as the batch leaves them: strictly increasing by instrument, not 0 in lots, of the account's market
// (4 bits, the caller's duty), empty ones (0, 0) last.
//
// The serial within the market is a running sum of steps of 16 bits, the last sum below 2^16, so every partial sum
// is (128 steps of 16 bits stay below 2^23, far from p), and instrument = market * 2^16 + serial has 20 bits. A used
// position has a step of at least 1: step * lots is not 0 (|product| < 2^47, so not 0 mod p either). So serial 0, which
// instrument 0 has, is never held.
template PositionsAfter(c) {
    var n = 16 * c;
    signal input market;
    signal input instrument[n];
    signal input lots[n];
    signal output hash[c];
    signal output negative[n];

    signal used[n];
    signal step[n];
    signal product[n];
    signal inverse[n];
    component stepBits[n];
    component sign[n];
    component chunks = ChunkHashes(c);
    var serial = 0;
    for (var i = 0; i < n; i++) {
        // used is boolean; used = 0 forces lots and instrument to 0; used = 1 forces lots not 0: so it is (lots != 0).
        used[i] <-- lots[i] != 0 ? 1 : 0;
        used[i] * (used[i] - 1) === 0;
        (1 - used[i]) * lots[i] === 0;
        if (i > 0) {
            used[i] * (1 - used[i - 1]) === 0;
        }

        // Any step that passes is fine: instrument is tied to the sum below, and the steps of unused positions only
        // lessen the room.
        step[i] <-- used[i] == 0 ? 0 : (i == 0 ? instrument[0] - market * 65536 : instrument[i] - instrument[i == 0 ? 0 : i - 1]);
        stepBits[i] = Num2Bits(16);
        stepBits[i].in <== step[i];
        serial += step[i];
        instrument[i] === used[i] * (serial + market * (1 << 16));

        // The product has an inverse exactly if it is not 0: used = 1 needs one.
        product[i] <== step[i] * lots[i];
        inverse[i] <-- product[i] == 0 ? 0 : 1 / product[i];
        product[i] * inverse[i] === used[i];

        sign[i] = SignedLots();
        sign[i].lots <== lots[i];
        negative[i] <== sign[i].negative;
        chunks.instrument[i] <== instrument[i];
        chunks.lots[i] <== lots[i];
    }
    component last = Num2Bits(16);
    last.in <== serial;
    for (var k = 0; k < c; k++) {
        hash[k] <== chunks.out[k];
    }
}
