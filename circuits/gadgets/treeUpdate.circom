pragma circom 2.1.9;

include "circomlib/circuits/poseidon.circom";

// Three boolean digits bits (least significant first) to one-hot of eight. Booleanness is the caller's.
template OneHot8() {
    signal input bits[3];
    signal output out[8];

    signal both <== bits[0] * bits[1];
    var quarter[4] = [1 - bits[0] - bits[1] + both, bits[0] - both, bits[1] - both, both];
    for (var i = 0; i < 4; i++) {
        out[4 + i] <== quarter[i] * bits[2];
        out[i] <== quarter[i] - out[4 + i];
    }
}

// One leaf of an 8-ary tree changes: both roots over the same siblings.
//
// bits[3*depth] is the leaf's index, booleans, least significant first (the caller's duty); digit 0 chooses at the
// leaf level. siblings[l][i] is child i at level l; the child on the path is ignored. A root is a
// collision-resistant function of leaf and siblings, so who matches rootBefore with a known root has opened that
// leaf, and rootAfter is the same tree with that one leaf replaced.
template TreeUpdate(depth) {
    signal input bits[3 * depth];
    signal input siblings[depth][8];
    signal input leafBefore;
    signal input leafAfter;
    signal output rootBefore;
    signal output rootAfter;

    component digit[depth];
    component hashBefore[depth];
    component hashAfter[depth];
    signal childBefore[depth][8];
    signal before[depth + 1];
    signal after[depth + 1];
    before[0] <== leafBefore;
    after[0] <== leafAfter;
    for (var l = 0; l < depth; l++) {
        digit[l] = OneHot8();
        for (var j = 0; j < 3; j++) {
            digit[l].bits[j] <== bits[3 * l + j];
        }
        hashBefore[l] = Poseidon(8);
        hashAfter[l] = Poseidon(8);
        for (var i = 0; i < 8; i++) {
            childBefore[l][i] <== siblings[l][i] + digit[l].out[i] * (before[l] - siblings[l][i]);
            hashBefore[l].inputs[i] <== childBefore[l][i];
            hashAfter[l].inputs[i] <== childBefore[l][i] + digit[l].out[i] * (after[l] - before[l]);
        }
        before[l + 1] <== hashBefore[l].out;
        after[l + 1] <== hashAfter[l].out;
    }
    rootBefore <== before[depth];
    rootAfter <== after[depth];
}
