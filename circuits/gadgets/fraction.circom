pragma circom 2.1.9;

// out = num / den, for the sums of section 6. One constraint. If den is 0 then out would be free; den is always
// challenge minus a value that was absorbed before the challenge, hence 0 with probability below 2^-200.
template Fraction() {
    signal input num;
    signal input den;
    signal output out;

    // out * den === num fixes out, den not being 0.
    out <-- num / den;
    out * den === num;
}
