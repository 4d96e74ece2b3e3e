import type { Instrument } from './instrument.ts';
import type { L1Op, Signature, SignedIntent, SignedWithdrawIntent } from './rows.ts';

/** The log's entries: the only inputs of the state machine (protocol, sections 8 and 10 of the design). */
export type Entry =
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
