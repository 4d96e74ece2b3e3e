pragma circom 2.1.9;

include "circomlib/circuits/poseidon.circom";

// Phase C: a state root (docs/PROTOCOL.md, section 6).
template StateRoot() {
    signal input domain;
    signal input accountsRoot;
    signal input feePool;
    signal input l1OpIndex;
    signal input batchNumber;
    signal input time;
    signal output out;

    component hash = Poseidon(6);
    hash.inputs[0] <== domain;
    hash.inputs[1] <== accountsRoot;
    hash.inputs[2] <== feePool;
    hash.inputs[3] <== l1OpIndex;
    hash.inputs[4] <== batchNumber;
    hash.inputs[5] <== time;
    out <== hash.out;
}
