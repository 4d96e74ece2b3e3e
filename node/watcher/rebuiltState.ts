import type { Address, Hex } from 'viem';
import type { ProverBackend, VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { EventArgs } from '../l1/exchangeEvent.ts';
import type { Changing } from '../oracle/inForce.ts';
import type { ExpectedKeys } from './expectedKeys.ts';
import type { L1Source } from './l1Source.ts';
import type { OpQueue } from './opQueue.ts';
import type { Committee, ReportCheck } from './reportCheck.ts';
import type { Submission } from './submission.ts';
import type { WatchedLedger } from './watchedLedger.ts';

export interface RebuiltExchangeConfig {
  readonly source: L1Source;
  readonly exchange: Address;
  readonly ledger: WatchedLedger;
  readonly reports: ReportCheck;
  readonly expectedKeys: ExpectedKeys;
  readonly verify: ProverBackend['verify'];
}

/** What the logs taken so far tell. */
export interface RebuiltState {
  readonly config: RebuiltExchangeConfig;
  readonly ops: OpQueue;
  readonly listed: Map<number, Instrument>;
  /** By shape. */
  readonly keys: Map<number, VerifyingKey>;
  /** By account. */
  readonly owners: Map<number, string>;
  committee: Changing<Committee>;
  owedToClaims: bigint;
  /** What L1 credited since the last batch, which must be what the next one pays. */
  credits: readonly EventArgs<'WithdrawalCredited'>[];
  /** How many batches of the transaction taken last are taken. */
  taken: { readonly hash: Hex; readonly batches: number } | null;
  /** The call read last. */
  call: { readonly hash: Hex; readonly submission: Submission } | null;
}
