/** What every deployment has in common (protocol, sections 2 to 4). */

export const POSITIONS_PER_CHUNK = 16;
export const CHUNKS_PER_ACCOUNT = 8;
export const ACCOUNT_TREE_DEPTH = 8;
export const INTENT_TREE_DEPTH = 4;
export const INTENT_SLOTS = 4096;
export const LEGS_PER_INTENT = 4;

/** The slot that an intent nonce lives in. */
export const intentSlot = (nonce: number): number => nonce % INTENT_SLOTS;
