pragma circom 2.1.0;
include "circomlib/circuits/pointbits.circom";

// A square root by a loop that the inputs end, and the bits of a point.
component main = Bits2Point_Strict();
