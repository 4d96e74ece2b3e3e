pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/compconstant.circom";
include "circomlib/circuits/poseidon.circom";
include "circomlib/circuits/babyjub.circom";
include "circomlib/circuits/escalarmulany.circom";
include "circomlib/circuits/escalarmulfix.circom";

// EdDSA-Poseidon over Baby Jubjub (section 2): if enabled, S*B8 = R + 8*h*A with h = Poseidon5(R, A, message).
//
// circomlib's EdDSAPoseidonVerifier shows neither h, which the transcript absorbs, nor that R is a point of the curve.
// Enabled or not, A and R are points of the curve (a disabled row brings Base8 for both), h is Poseidon5 of what was brought,
// and the arithmetic holds; `enabled` (boolean, the caller's duty) gates three statements: S is below the
// subgroup's order, 8A is not the identity, and both sides are equal. With R on the curve and 8hA and S*B8 in the subgroup,
// the equation puts R in the subgroup too.
//
// Widths: S has 253 bits, h is read as its one canonical 254-bit number; neither wraps in p.
template SignatureCheck() {
    signal input enabled;
    signal input ax;
    signal input ay;
    signal input rx;
    signal input ry;
    signal input s;
    signal input message;
    signal output h;

    component onCurveA = BabyCheck();
    onCurveA.x <== ax;
    onCurveA.y <== ay;
    component onCurveR = BabyCheck();
    onCurveR.x <== rx;
    onCurveR.y <== ry;

    component sBits = Num2Bits(253);
    sBits.in <== s;
    // The subgroup's order less 1.
    component sTooBig = CompConstant(2736030358979909402780800718157159386076813972158567259200215660948447373040);
    for (var i = 0; i < 253; i++) {
        sTooBig.in[i] <== sBits.out[i];
    }
    sTooBig.in[253] <== 0;
    sTooBig.out * enabled === 0;

    component hash = Poseidon(5);
    hash.inputs[0] <== rx;
    hash.inputs[1] <== ry;
    hash.inputs[2] <== ax;
    hash.inputs[3] <== ay;
    hash.inputs[4] <== message;
    h <== hash.out;
    component hBits = Num2Bits_strict();
    hBits.in <== h;

    component twice = BabyDbl();
    twice.x <== ax;
    twice.y <== ay;
    component fourTimes = BabyDbl();
    fourTimes.x <== twice.xout;
    fourTimes.y <== twice.yout;
    component eightTimes = BabyDbl();
    eightTimes.x <== fourTimes.xout;
    eightTimes.y <== fourTimes.yout;
    // Of the prime-order subgroup only the identity has x = 0.
    component identity = IsZero();
    identity.in <== eightTimes.xout;
    identity.out * enabled === 0;

    component hTimes = EscalarMulAny(254);
    for (var i = 0; i < 254; i++) {
        hTimes.e[i] <== hBits.out[i];
    }
    hTimes.p[0] <== eightTimes.xout;
    hTimes.p[1] <== eightTimes.yout;
    component right = BabyAdd();
    right.x1 <== rx;
    right.y1 <== ry;
    right.x2 <== hTimes.out[0];
    right.y2 <== hTimes.out[1];

    var BASE8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];
    component left = EscalarMulFix(253, BASE8);
    for (var i = 0; i < 253; i++) {
        left.e[i] <== sBits.out[i];
    }
    (left.out[0] - right.xout) * enabled === 0;
    (left.out[1] - right.yout) * enabled === 0;
}
