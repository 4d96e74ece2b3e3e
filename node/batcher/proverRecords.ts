/** What a prover has done since the node started. */
export interface ProverRecord {
  readonly proverId: string;
  readonly proofs: number;
  /** Leases that it reported as failed. */
  readonly failures: number;
  /** Proofs of it that the node did not take: they do not verify, or state another batch. */
  readonly refused: number;
  /** Leases that it did not renew, and that went to somebody else. */
  readonly lapsed: number;
  /** Refused proofs since its last good one. */
  readonly refusedInARow: number;
  /** It gets no lease, and no proof of it is looked at, until then; 0: it may work. */
  readonly pausedUntilMs: number;
}

export interface ProverRecords {
  readonly proved: (proverId: string) => void;
  readonly failed: (proverId: string) => void;
  readonly lapsed: (proverId: string) => void;
  /** @returns for how long it is paused: twice as long as the time before, milliseconds */
  readonly refused: (proverId: string, nowMs: number) => number;
  /** Milliseconds; 0: it may work. */
  readonly pausedFor: (proverId: string, nowMs: number) => number;
  readonly list: () => readonly ProverRecord[];
}

/** Names are the provers' own, often new at each start: the least recently seen are forgotten. */
const MOST_PROVERS = 256;
const LONGEST_PAUSE = 64;

const none = (proverId: string): ProverRecord => ({
  proverId,
  proofs: 0,
  failures: 0,
  refused: 0,
  lapsed: 0,
  refusedInARow: 0,
  pausedUntilMs: 0,
});

/** @param pauseMs the pause after a first refused proof; at most 64 times as long after many */
export const createProverRecords = (pauseMs: number): ProverRecords => {
  const records = new Map<string, ProverRecord>();

  const change = (proverId: string, changed: (record: ProverRecord) => Partial<ProverRecord>): void => {
    const record = records.get(proverId) ?? none(proverId);
    records.delete(proverId);
    records.set(proverId, { ...record, ...changed(record) });
    const [oldest] = records.keys();
    if (records.size > MOST_PROVERS && oldest !== undefined) records.delete(oldest);
  };

  return {
    proved: (proverId) =>
      change(proverId, ({ proofs }) => ({ proofs: proofs + 1, refusedInARow: 0, pausedUntilMs: 0 })),
    failed: (proverId) => change(proverId, ({ failures }) => ({ failures: failures + 1 })),
    lapsed: (proverId) => change(proverId, ({ lapsed }) => ({ lapsed: lapsed + 1 })),
    refused: (proverId, nowMs) => {
      const inARow = (records.get(proverId)?.refusedInARow ?? 0) + 1;
      const ms = pauseMs * Math.min(2 ** (inARow - 1), LONGEST_PAUSE);
      change(proverId, ({ refused }) => ({ refused: refused + 1, refusedInARow: inARow, pausedUntilMs: nowMs + ms }));
      return ms;
    },
    pausedFor: (proverId, nowMs) => Math.max(0, (records.get(proverId)?.pausedUntilMs ?? 0) - nowMs),
    list: () => [...records.values()],
  };
};
