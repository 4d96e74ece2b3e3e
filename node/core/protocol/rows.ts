/** The rows of a batch (protocol, section 6): all that L1 data carries, and all that changes state. */

export const L1_OP_KIND = { OPEN: 1, DEPOSIT: 2, CHANGE_KEY: 3, FORCED_WITHDRAWAL: 4 } as const;
export type L1OpKind = (typeof L1_OP_KIND)[keyof typeof L1_OP_KIND];

const L1_OP_KINDS: readonly L1OpKind[] = Object.values(L1_OP_KIND);

/** The kind of that number; undefined: there is none. */
export const l1OpKindOf = (number: number): L1OpKind | undefined => L1_OP_KINDS.find((kind) => kind === number);

/** One operation of the L1 queue, as the contract recorded it. Amounts in cash units (1e-6 USDC). */
export interface L1Op {
  readonly kind: L1OpKind;
  readonly account: number;
  readonly amount: bigint;
  /** 160-bit address of the account's owner. */
  readonly owner: bigint;
  /** Baby Jubjub point for OPEN and CHANGE_KEY, else 0. */
  readonly keyX: bigint;
  readonly keyY: bigint;
}

export interface L1OpRow extends L1Op {
  /** What a forced withdrawal was paid; 0 for other kinds. */
  readonly paid: bigint;
}

/** Limit, legs and the rest of a TRADE message (protocol, section 4). */
export interface Leg {
  readonly instrument: number;
  /** Lots of this leg per lot of the intent, -128..127, never 0 in a used leg. */
  readonly ratio: number;
}

export interface Intent {
  readonly account: number;
  readonly nonce: number;
  /** Seconds; the intent may fill while the batch's time is at most this. */
  readonly expirySec: number;
  readonly maxLots: number;
  /** Price units (1e-4 USDC per contract), as many cash units per lot. */
  readonly maxFeePerLot: number;
  /** Most net premium per package unit, price units, signed 48 bits. */
  readonly limit: bigint;
  /** Packed order flags, 16 bits. */
  readonly flags: number;
  /** One to four legs. */
  readonly legs: readonly Leg[];
}

export interface Signature {
  readonly rX: bigint;
  readonly rY: bigint;
  readonly s: bigint;
}

export interface SignedIntent {
  readonly intent: Intent;
  readonly signature: Signature;
}

export interface WithdrawIntent {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
  /** Cash units. */
  readonly amount: bigint;
}

export interface SignedWithdrawIntent {
  readonly intent: WithdrawIntent;
  readonly signature: Signature;
}

/** What L1 data says of a withdrawal. */
export interface WithdrawalRow {
  readonly account: number;
  readonly nonce: number;
  readonly amount: bigint;
}

/** What L1 data says of a trade. */
export interface TradeRow {
  readonly account: number;
  /** 0 in a liquidation row. */
  readonly nonce: number;
  readonly lots: number;
  /** Premium paid in total, signed, cash units. */
  readonly net: bigint;
  /** Fee in total, cash units. */
  readonly fee: bigint;
  readonly liquidation: boolean;
  readonly legs: readonly Leg[];
}

export interface SettlementRow {
  readonly account: number;
  readonly instrument: number;
  /** The position that is closed, signed: all of it. */
  readonly lots: number;
  /** What a contract pays: V_0 of the instrument's expired row. L1 takes one payoff of an instrument and no other. */
  readonly payoff: bigint;
}

/** Everything that L1 data says of a batch. */
export interface BatchRows {
  readonly batchNumber: number;
  readonly l1Ops: readonly L1OpRow[];
  readonly withdrawals: readonly WithdrawalRow[];
  readonly trades: readonly TradeRow[];
  readonly settlements: readonly SettlementRow[];
}

/** What the prover needs beside the rows: the signed messages behind them, index by index (null: liquidation). */
export interface BatchAuthorisations {
  readonly withdrawals: readonly SignedWithdrawIntent[];
  readonly trades: readonly (SignedIntent | null)[];
}
