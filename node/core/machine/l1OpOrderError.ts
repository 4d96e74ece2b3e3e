export type L1OpOrderErrorCode = 'L1_OP_INDEX' | 'L1_OP_ACCOUNT';

/** What feeds L1 ops to the machine is broken: they come out of order, or contradict the accounts that L1 opened. */
export class L1OpOrderError extends Error {
  readonly code: L1OpOrderErrorCode;
  readonly index: number;
  readonly expectedIndex: number;

  constructor(code: L1OpOrderErrorCode, index: number, expectedIndex: number, detail: string) {
    super(`L1 op ${index}: ${detail}. Stop the node and compare its L1 reader with the contract's queue.`);
    this.name = 'L1OpOrderError';
    this.code = code;
    this.index = index;
    this.expectedIndex = expectedIndex;
  }
}
