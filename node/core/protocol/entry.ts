import type { Genesis } from './genesis.ts';
import type { Instrument } from './instrument.ts';
import type { L1Op, Signature, SignedIntent, SignedWithdrawIntent } from './rows.ts';

/** The log's entries: the only inputs of the state machine (protocol, sections 8 and 10 of the design). */
export type Entry =
  /** Entry 0 of every log, and no other. */
  | { readonly type: 'genesis'; readonly genesis: Genesis }
  /** `nodeKey`: 160-bit address of the key that signs heads from here on. */
  | { readonly type: 'epoch'; readonly epoch: number; readonly nodeKey: bigint }
  | { readonly type: 'tick'; readonly timeSec: number }
  | { readonly type: 'l1Op'; readonly index: number; readonly op: L1Op }
  | { readonly type: 'list'; readonly instruments: readonly Instrument[] }
  | { readonly type: 'delist'; readonly instruments: readonly number[] }
  /** `inputs`: the canonical encoding of the report's inputs, from which the risk table is rebuilt. */
  | {
      readonly type: 'report';
      readonly timeSec: number;
      readonly inputs: Uint8Array;
      readonly spots: readonly bigint[];
      /** Committee signatures over the report; checked at the door, carried for settlement. */
      readonly signatures: readonly Uint8Array[];
    }
  | { readonly type: 'intent'; readonly signed: SignedIntent }
  | { readonly type: 'massQuote'; readonly quotes: readonly SignedIntent[] }
  | {
      readonly type: 'cancel';
      readonly account: number;
      readonly nonce: number;
      readonly expirySec: number;
      readonly signature: Signature;
    }
  | {
      readonly type: 'cancelAll';
      readonly account: number;
      readonly nonce: number;
      readonly expirySec: number;
      readonly signature: Signature;
    }
  | { readonly type: 'withdraw'; readonly signed: SignedWithdrawIntent }
  | { readonly type: 'seal' };

/** Type bytes of entries; numbers are never reused. */
export const ENTRY_KIND = {
  tick: 1,
  l1Op: 2,
  list: 3,
  delist: 4,
  report: 5,
  intent: 6,
  massQuote: 7,
  cancel: 8,
  cancelAll: 9,
  withdraw: 10,
  seal: 11,
  genesis: 12,
  epoch: 13,
} as const satisfies Record<Entry['type'], number>;

/** Bounds on what one entry may hold; the gateway refuses more before it gets here. */
export const ENTRY_LIMITS = {
  quotes: 256,
  instruments: 1024,
  reportBytes: 65_536,
  spots: 16,
  signatures: 64,
  signatureBytes: 65,
  nameBytes: 32,
} as const;
