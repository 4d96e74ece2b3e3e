import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { createReferenceVerifier, type SignatureVerifier } from '../../node/core/crypto/signatureVerifier.ts';
import { applyRows } from '../../node/core/ledger/applyRows.ts';
import { type BatchJob, decodeBatchJob } from '../../node/core/ledger/batchJob.ts';
import { createSparseStore } from '../../node/core/ledger/sparseStore.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import { buildFromOpening, type WitnessInput } from '../witness/buildInput.ts';
import { QueueError } from './QueueError.ts';

export interface ReplayedJob extends WitnessInput {
  readonly shape: Shape;
}

function findShape(job: BatchJob, presets: readonly Deployment[]): { deployment: Deployment; shape: Shape } {
  const deployment = presets.find(({ name }) => name === job.preset);
  const shape = deployment?.shapes.find(({ name }) => name === job.shape);
  if (deployment !== undefined && shape !== undefined) return { deployment, shape };
  const message = `this prover knows no shape ${job.shape} of preset ${job.preset}: run the node's own release`;
  throw new QueueError('SHAPE_UNKNOWN', message, { preset: job.preset, shape: job.shape });
}

/**
 * Replays a batch through core over its opening, every rule checked and every signature verified, and makes the circuit's
 * inputs of what it found.
 * @throws LedgerError for an invalid batch, CodecError for a damaged job, QueueError SHAPE_UNKNOWN, JOB_INVALID
 */
export function replayJob(
  hasher: Hasher,
  presets: readonly Deployment[],
  text: string,
  verifier: SignatureVerifier = createReferenceVerifier(hasher),
): ReplayedJob {
  const job = decodeBatchJob(text);
  const { deployment, shape } = findShape(job, presets);
  const { domain, rows, timeSec, riskTable, authorisations, opening } = job;
  const store = createSparseStore(hasher, opening);
  const transition = applyRows({ hasher, verifier, domain, deployment }, store, {
    rows,
    timeSec,
    riskTable,
    authorisations,
  });
  const { headBefore, accounts } = transition;
  const { accountNodes, slotNodes } = store;
  const witness = buildFromOpening(
    hasher,
    { domain, timeSec, rows, authorisations, riskTable, headBefore, accounts, accountNodes, slotNodes },
    deployment.columns,
    shape,
  );
  const replayed = [transition.stateRootBefore, transition.stateRootAfter, BigInt(timeSec), transition.riskTableHash];
  const stated = [job.stateRootBefore, job.stateRootAfter];
  const agrees =
    replayed.every((value, i) => value === witness.publicSignals[i]) && stated.every((root, i) => root === replayed[i]);
  if (agrees) return { ...witness, shape };
  throw new QueueError('JOB_INVALID', 'core, witness and job disagree on the roots of a batch: do not settle it', {
    replayed: replayed.map(String),
    stated: stated.map(String),
    witness: witness.publicSignals.map(String),
  });
}
