pragma circom 2.1.9;

include "circomlib/circuits/bitify.circom";
include "boolean.circom";

// The risk rule of section 5 on claimed scenario values L_s = sum q_k V_{k,s} and short charges C, which the
// batch's identity 6 ties to positions and table. E_s = cash + L_s, u_s = E_s - C, W = min_s u_s.
//
//   T (floor): 0 if useInitial, else at least W_before, above it if liquidated, and at most 0; always u_s,after >= T for every
//     s. So W_after >= 0, or W_after >= W_before, or, liquidated, W_after > W_before.
//   not useInitial: 4 (E_0,before - E_0,after) <= min(W_after, 0) - W_before: who ends below initial margin gives up at most a
//     quarter of the risk that goes, nothing for what goes beyond initial margin; and E_0,after >= min(0, E_0,before): no debt
//     comes to be. (W alone would let an account close its risk and give away all that it has and W_before more.)
//   liquidated: E_0 + 3 u_s < 0 before for some s, and not useInitial.
//   bound: some u_s,after < 1,000,000.
//
// "W_before" is worstBefore = u_s,before of the scenario chosen by selectBefore. It is at least the true minimum, so T above it
// is above the minimum, and T - worstBefore <= W_after - W_before: choosing another scenario only hurts the prover.
//
// Widths: |L_s|, C < 128 * 2^31 * 2^40 = 2^78, |cash| <= 2^63, so |E_s|, |u_s| < 2^80. T is 0 or worstBefore + [0, 2^83] and the
// checks below keep every checked difference of true values under 2^86 in size: none wraps in p, and a negative one
// is close to p and fails its bits. liquidated, bound and live ones are boolean (the caller's duty).
template Margin(S) {
    signal input liquidated;
    signal input bound;
    signal input cashBefore;
    signal input cashAfter;
    signal input valuesBefore[S];
    signal input valuesAfter[S];
    signal input shortBefore;
    signal input shortAfter;
    signal input floor;
    signal input useInitial;
    signal input selectBefore[S];
    signal input selectAfter[S];
    // Whether E_0 stays at E_0,before or above, rather than at 0 or above.
    signal input inDebt;
    // u_s,after - T, three to an element: they are what the transcript absorbs of valuesAfter.
    signal output packed[(S + 2) \ 3];

    // u_s,after - T in [0, 2^82): at most 2^81 for a T that the next check allows and honest values.
    component above[S];
    var element[(S + 2) \ 3];
    for (var e = 0; e < (S + 2) \ 3; e++) {
        element[e] = 0;
    }
    for (var s = 0; s < S; s++) {
        above[s] = Num2Bits(82);
        above[s].in <== cashAfter + valuesAfter[s] - shortAfter - floor;
        element[s \ 3] += (cashAfter + valuesAfter[s] - shortAfter - floor) * (1 << (82 * (s % 3)));
    }
    for (var e = 0; e < (S + 2) \ 3; e++) {
        packed[e] <== element[e];
    }

    // The chosen scenario before.
    component oneBefore = OneHot(S);
    oneBefore.total <== 1;
    component chosenBefore = Dot(S);
    for (var s = 0; s < S; s++) {
        oneBefore.in[s] <== selectBefore[s];
        chosenBefore.in[s] <== selectBefore[s];
        chosenBefore.by[s] <== valuesBefore[s];
    }
    signal worstBefore <== cashBefore + chosenBefore.out - shortBefore;

    // T.
    useInitial * (useInitial - 1) === 0;
    useInitial * floor === 0;
    component floorHigh = Num2Bits(83);
    signal rise <== (1 - useInitial) * (floor - worstBefore - liquidated);
    floorHigh.in <== rise;

    // Liquidation.
    liquidated * useInitial === 0;
    signal breach <== liquidated * (0 - (cashBefore + valuesBefore[0]) - 3 * worstBefore - 1);
    component breached = Num2Bits(83);
    breached.in <== breach;

    // What an account that ends below initial margin, or is liquidated, may lose.
    signal costRoom <== (1 - useInitial) * (floor - worstBefore - 4 * (cashBefore + valuesBefore[0] - cashAfter - valuesAfter[0]));
    component cheap = Num2Bits(84);
    cheap.in <== costRoom;
    signal belowInitial <== (1 - useInitial) * (0 - floor);
    component noExcess = Num2Bits(81);
    noExcess.in <== belowInitial;
    // Either bound will do, so the prover may choose: the lower of the two is what the rule says.
    inDebt * (inDebt - 1) === 0;
    signal debt <== inDebt * (cashBefore + valuesBefore[0]);
    signal equityRoom <== (1 - useInitial) * (cashAfter + valuesAfter[0] - debt);
    component noNewDebt = Num2Bits(82);
    noNewDebt.in <== equityRoom;

    // A shaved forced withdrawal.
    component oneAfter = OneHot(S);
    oneAfter.total <== 1;
    component chosenAfter = Dot(S);
    for (var s = 0; s < S; s++) {
        oneAfter.in[s] <== selectAfter[s];
        chosenAfter.in[s] <== selectAfter[s];
        chosenAfter.by[s] <== valuesAfter[s];
    }
    signal shortfall <== bound * (999999 - (cashAfter + chosenAfter.out - shortAfter));
    component binding = Num2Bits(81);
    binding.in <== shortfall;
}
