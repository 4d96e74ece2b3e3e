import type { Hasher } from '../crypto/hasher.ts';

/** What the state root holds beside domain and accounts (protocol, section 3); all 0 at genesis. */
export interface StateHead {
  readonly feePool: bigint;
  readonly l1OpIndex: number;
  /** Number of the next batch. */
  readonly batchNumber: number;
  readonly lastTimeSec: number;
}

export const GENESIS_HEAD: StateHead = { feePool: 0n, l1OpIndex: 0, batchNumber: 0, lastTimeSec: 0 };

export const stateRoot = (hasher: Hasher, domain: bigint, accountsRoot: bigint, head: StateHead): bigint =>
  hasher.poseidon([
    domain,
    accountsRoot,
    head.feePool,
    BigInt(head.l1OpIndex),
    BigInt(head.batchNumber),
    BigInt(head.lastTimeSec),
  ]);
