import type { AccountRecord } from '../protocol/account.ts';
import type { NodeReader } from '../tree/nodeStore.ts';
import type { StateHead } from './stateRoot.ts';

/** The state between two batches. Memory, recording and sparse stores differ only in where it comes from. */
export interface LedgerStore {
  readonly head: () => StateHead;
  /** null: never opened. A sparse store throws LedgerError LEDGER_OPENING for an account outside its opening. */
  readonly account: (id: number) => AccountRecord | null;
  readonly accountNodes: NodeReader;
  /** The intent-slot tree of an account. */
  readonly slotNodes: (id: number) => NodeReader;
}
