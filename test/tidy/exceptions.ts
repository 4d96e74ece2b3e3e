/**
 * What the tidy test lets be, with reasons. These lists may only shrink: one that is no longer needed fails the test, and
 * a function that got shorter must be listed with its new length.
 */

/** Functions of more than 70 lines, with their lengths. */
export const LONG_FUNCTIONS: Readonly<Record<string, number>> = {};

/** `rule path: text`, and why it is safe. */
export const CORE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'float node/core/machine/accountSums.ts: Float64Array':
    'holds integers below 2^53, which add up exactly; no fractions',
  'float node/core/machine/instrumentState.ts: Float64Array': 'holds integers below 2^53, as the sums made of them do',
  'float node/core/machine/instrumentState.ts: k / 2': 'k is even: its loop goes by twos',
  'float node/core/machine/accountState.ts: (this.sums.length - SCENARIOS) / 2':
    'the length is SCENARIOS and twice the columns',
  'float node/core/ledger/accountLeaf.ts: POSITIONS_PER_CHUNK / POSITIONS_PER_ELEMENT':
    '16 / 4, both fixed by the protocol',
  'float node/core/risk/tableHash.ts: Math.max(0, ...rows.map(({ values }) => values.length)) / VALUES_PER_CALL':
    'the invariant above it says that 15 divides every length',
};

/** Exports that nobody imports. */
export const DEAD_EXPORTS: Readonly<Record<string, string>> = {};

/** Codes that no test says, and why none can. */
export const UNASSERTED_CODES: Readonly<Record<string, string>> = {};

/** Codes without a row in docs/FAILURES.md. */
export const UNEXPLAINED_CODES: Readonly<Record<string, string>> = {};
