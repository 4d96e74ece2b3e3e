import type { BatchView } from './batchView.ts';

/** Tells each step of each batch once: sealed, proving, proved, accepted, checked. */
export interface BatchDisplay {
  readonly onBatches: (batches: readonly BatchView[]) => void;
  readonly onProving: (batchNumber: number) => void;
  readonly onChecked: (batchNumber: number) => void;
}

const KINDS = {
  l1Ops: 'L1 ops',
  withdrawals: 'withdrawals',
  trades: 'trade rows',
  settlements: 'settlements',
} as const;

export function createBatchDisplay(print: (line: string) => void): BatchDisplay {
  const shown = new Map<number, Set<string>>();
  // Prover and watcher often speak before the node's list of batches is read: their word waits for its turn.
  const [proving, checked] = [new Set<number>(), new Set<number>()];
  const once = (number: number, step: string, what: string): void => {
    const steps = shown.get(number) ?? new Set<string>();
    if (steps.has(step)) return;
    shown.set(number, steps.add(step));
    print(`batch ${number}: ${what}`);
  };
  return {
    onBatches: (batches) => {
      for (const { acceptance, batchNumber, counts, failure, proof, state } of batches) {
        once(batchNumber, 'sealed', `sealed: ${contents(counts)}`);
        if (proving.has(batchNumber)) once(batchNumber, 'proving', 'proving');
        if (proof !== null) once(batchNumber, 'proved', `proved in ${(proof.provingMs / 1000).toFixed(1)} s`);
        if (state === 'failed') once(batchNumber, 'failed', `NOT PROVABLE: ${failure?.code}: ${failure?.message}`);
        if (acceptance === null) continue;
        const { batchesInCall, gasUsed } = acceptance;
        const shared = batchesInCall > 1 ? ` for ${batchesInCall} batches in one call` : '';
        once(batchNumber, 'accepted', `accepted on L1, ${Number(gasUsed).toLocaleString('en')} gas${shared}`);
        if (checked.has(batchNumber)) once(batchNumber, 'checked', 'checked by the watcher');
      }
    },
    onProving: (batchNumber) => proving.add(batchNumber),
    onChecked: (batchNumber) => checked.add(batchNumber),
  };
}

function contents(counts: BatchView['counts']): string {
  const parts = Object.entries(KINDS).flatMap(([kind, name]) => {
    const count = counts[kind as keyof typeof KINDS];
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return [...parts, `${counts.accounts} accounts`].join(', ');
}
