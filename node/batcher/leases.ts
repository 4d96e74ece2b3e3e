/** The right to prove one batch, until its term has passed. */
export interface Lease {
  /** Never given twice, over restarts of the node too. */
  readonly id: string;
  readonly batchNumber: number;
  readonly proverId: string;
  readonly grantedAtMs: number;
  /** End of its term; a renewal begins the term anew. */
  readonly untilMs: number;
}

/** Who names a lease: its id alone is not enough to end somebody else's. */
export interface LeaseHolder {
  readonly proverId: string;
  readonly leaseId: string;
}

/**
 * One lease a batch, by construction. In memory alone: a restart of the node ends all leases, and since no id comes twice
 * a prover of before hears that its lease is lost.
 */
export interface Leases {
  /** A batch is free when nobody has a lease on it, or one whose term has passed. */
  readonly isFree: (batchNumber: number, nowMs: number) => boolean;
  /** @returns the lease that was overdue and ends with this one, or null. The batch must be free. */
  readonly grant: (lease: Lease) => Lease | null;
  /** Null: lost. An overdue lease is held until somebody else gets the batch. */
  readonly held: (holder: LeaseHolder) => Lease | null;
  readonly renew: (lease: Lease, untilMs: number) => void;
  /** Whoever has it: the batch is proved, or the lease has failed or was given back. */
  readonly end: (batchNumber: number) => void;
  readonly list: () => readonly Lease[];
}

export const createLeases = (): Leases => {
  const byBatch = new Map<number, Lease>();
  return {
    isFree: (batchNumber, nowMs) => (byBatch.get(batchNumber)?.untilMs ?? 0) <= nowMs,
    grant: (lease) => {
      const overdue = byBatch.get(lease.batchNumber) ?? null;
      if (overdue !== null && overdue.untilMs > lease.grantedAtMs)
        throw new Error(`assertion: batch ${lease.batchNumber} was leased twice at a time`);
      byBatch.set(lease.batchNumber, lease);
      return overdue;
    },
    held: ({ leaseId, proverId }) => {
      for (const lease of byBatch.values()) if (lease.id === leaseId) return lease.proverId === proverId ? lease : null;
      return null;
    },
    renew: (lease, untilMs) => byBatch.set(lease.batchNumber, { ...lease, untilMs }),
    end: (batchNumber) => byBatch.delete(batchNumber),
    list: () => [...byBatch.values()],
  };
};
