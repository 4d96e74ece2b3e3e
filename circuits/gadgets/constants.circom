pragma circom 2.1.9;

// Fixed numbers of the protocol. `circuits/constants.test.ts` recomputes the two hashes.

function POSITIONS_PER_CHUNK() { return 16; }
function CHUNKS_PER_ACCOUNT() { return 8; }
function ACCOUNT_TREE_DEPTH() { return 8; }
function INTENT_TREE_DEPTH() { return 4; }

// Poseidon4 of four elements of empty positions (instrument 0, lots 0 stored as 2^31).
function EMPTY_CHUNK_HASH() {
    return 6500203915847881617712303477727597166506211451375925707979595502600536324296;
}

// Root of the 8-ary tree of depth 4 with all leaves 0.
function EMPTY_INTENTS_ROOT() {
    return 6190352091218036727882286149423839206305732835518369231577714611527246027376;
}

// Asset of cash in a ledger key: above every 20-bit instrument, so no leg can name it.
function CASH_ASSET() { return 1 << 20; }

// Lookup keys of section 6, identity 3, above every 24-bit account.
function LIQUIDATED_TAG() { return 1 << 24; }
function L1_OP_TAG() { return 1 << 25; }
function BOUND_TAG() { return 1 << 26; }

// Added to an account that is opened, in identity 4.
function OPENED_TAG() { return 1 << 24; }
