import { Gauge, type Registry } from 'prom-client';
import type { ProverRecord } from './proverRecords.ts';
import type { ProvingStatus } from './provingStatus.ts';

const OF_A_PROVER = {
  proofs: 'Proofs taken, by prover, since the node started',
  failures: 'Leases reported as failed, by prover, since the node started',
  refused: 'Proofs refused, by prover, since the node started',
  lapsed: 'Leases not renewed and given to another, by prover, since the node started',
} as const satisfies Partial<Record<keyof ProverRecord, string>>;

/** Proving in Prometheus' text format. */
export const addProvingMetrics = (registry: Registry, status: () => ProvingStatus): void => {
  const registers = [registry];
  const plain = (name: string, help: string, value: (status: ProvingStatus) => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(value(status())) });
  };
  const states: Gauge = new Gauge({
    name: 'straddle_batches',
    help: 'Batches by state',
    labelNames: ['state'],
    registers,
    collect: () => {
      for (const [state, count] of Object.entries(status().jobs)) states.set({ state }, count);
    },
  });
  plain(
    'straddle_oldest_unproved_seconds',
    'Age of the oldest batch without a proof',
    (now) => now.oldestUnprovedSec ?? 0,
  );
  plain('straddle_leases', 'Batches under a lease', ({ leases }) => leases.length);
  plain('straddle_lease_age_seconds', 'Age of the oldest lease', ({ leases }) =>
    Math.max(0, ...leases.map(({ ageMs }) => ageMs / 1000)),
  );
  plain(
    'straddle_provers_paused',
    'Provers that wait because a proof was refused',
    ({ pausedProvers }) => pausedProvers,
  );
  for (const [what, help] of Object.entries(OF_A_PROVER) as [keyof typeof OF_A_PROVER, string][]) {
    const made: Gauge = new Gauge({
      name: `straddle_prover_${what}`,
      help,
      labelNames: ['prover'],
      registers,
      collect: () => {
        made.reset();
        for (const record of status().provers) made.set({ prover: record.proverId }, record[what]);
      },
    });
  }
};
