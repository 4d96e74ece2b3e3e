import type { SubmittedProof } from '../l1/submitCall.ts';
import { type BatcherState, updateRecord } from './batcherState.ts';
import { checkStatement, wrongSignal } from './checkStatement.ts';
import type { JobRecord } from './jobRecord.ts';
import type { LeaseHolder } from './leases.ts';
import { clearProved, raiseRefused } from './provingAlarms.ts';

export interface ProofDelivery extends LeaseHolder {
  readonly batchNumber: number;
  readonly proof: SubmittedProof;
  /** In the circuit's order. */
  readonly publicSignals: readonly bigint[];
  readonly provingMs: number;
}

export type RefusedProofCode =
  | 'BATCH_UNKNOWN'
  | 'PROOF_OF_ANOTHER_BATCH'
  | 'PROOF_DOES_NOT_VERIFY'
  /** An earlier proof of this prover was refused, and its pause is not over. */
  | 'PROVER_PAUSED';

export type Delivered =
  | { readonly type: 'taken' }
  /** The batch has a proof already: this one is not looked at. */
  | { readonly type: 'known' }
  | { readonly type: 'refused'; readonly code: RefusedProofCode; readonly message: string }
  /** It could not be verified now: the prover keeps it and comes again. */
  | { readonly type: 'unchecked'; readonly message: string };

/** Position of `dataCommit` among the public signals: the only one that is the prover's. */
const DATA_COMMIT = 4;

/**
 * Takes a proof that verifies as a statement of its batch, by the key that L1 has, and no other. Whose lease it was made
 * under does not matter: a proof is as good from a prover that lost its lease, and whoever has the lease now hears that it is
 * lost. A proof that is refused ends the lease it was made under, and pauses its prover.
 *
 * @throws BatcherError JOBS_WRITE_FAILED
 */
export const deliverProof = async (state: BatcherState, delivery: ProofDelivery): Promise<Delivered> => {
  const { config, provers } = state;
  const { batchNumber, proof, proverId, publicSignals } = delivery;
  const pausedMs = provers.pausedFor(proverId, config.nowMs());
  if (pausedMs > 0)
    return refused('PROVER_PAUSED', `${proverId} is paused for ${pausedMs} ms: its last proof was refused`);
  const record = await config.jobs.get(batchNumber);
  if (record === null) return refused('BATCH_UNKNOWN', `there is no batch ${batchNumber}`);
  if (!isUnproved(record)) return { type: 'known' };
  const dataCommit = publicSignals[DATA_COMMIT] ?? 0n;
  const wrong = wrongSignal(record, dataCommit, publicSignals);
  if (wrong !== null) return refuse(state, delivery, 'PROOF_OF_ANOTHER_BATCH', `public signal ${wrong} differs`);
  const checked = await checkStatement(state, record, dataCommit, proof);
  if (checked.type === 'unchecked') return checked;
  if (checked.type === 'sound') return store(state, delivery, dataCommit);
  return refuse(state, delivery, 'PROOF_DOES_NOT_VERIFY', 'it does not verify by the key that L1 has for its shape');
};

const isUnproved = ({ state }: JobRecord): boolean => state === 'sealed' || state === 'failed';

const refused = (code: RefusedProofCode, message: string): Delivered => ({ type: 'refused', code, message });

const refuse = (state: BatcherState, delivery: ProofDelivery, code: RefusedProofCode, why: string): Delivered => {
  const { config, leases, provers } = state;
  const { batchNumber, proverId } = delivery;
  const pausedMs = provers.refused(proverId, config.nowMs());
  if (leases.held(delivery)?.batchNumber === batchNumber) leases.end(batchNumber);
  const message = `a proof of batch ${batchNumber} by ${proverId} was refused (${code}: ${why})`;
  raiseRefused(state, batchNumber, `${message}; the prover is paused for ${pausedMs} ms`);
  return refused(code, message);
};

const store = async (state: BatcherState, delivery: ProofDelivery, dataCommit: bigint): Promise<Delivered> => {
  const { config, leases, provers, sound } = state;
  const { batchNumber, proof, proverId, provingMs } = delivery;
  const stored = await updateRecord(state, batchNumber, (record) => {
    if (!isUnproved(record)) return null;
    return { ...record, state: 'proved', failure: null, proof: { dataCommit, proof: toTuples(proof), provingMs } };
  });
  provers.proved(proverId);
  if (stored === null) return { type: 'known' };
  sound.add(batchNumber);
  leases.end(batchNumber);
  clearProved(state, batchNumber);
  config.onProvingSeconds(provingMs / 1000);
  return { type: 'taken' };
};

const toTuples = ({ a, b, c }: SubmittedProof) => ({
  a: [...a] as [bigint, bigint],
  b: [[...b[0]], [...b[1]]] as [[bigint, bigint], [bigint, bigint]],
  c: [...c] as [bigint, bigint],
});
