import type { ProvedBatch } from '../settlement/provedBatch.ts';
import { type BatcherState, updateRecord } from './batcherState.ts';
import { checkStatement } from './checkStatement.ts';
import { raiseRefused } from './provingAlarms.ts';

/**
 * A batch with its stored proof, for L1; null: there is none yet. A proof that another run of the node stored is verified
 * before it is used: whatever that run checked, and whatever the disk has done to it since. One that fails is dropped, and
 * the batch is proved again.
 */
export const provedBatch = async (state: BatcherState, batchNumber: number): Promise<ProvedBatch | null> => {
  const record = await state.config.jobs.get(batchNumber);
  if (record === null || record.proof === null) return null;
  const { dataCommit, proof } = record.proof;
  if (!state.sound.has(batchNumber)) {
    const { type } = await checkStatement(state, record, dataCommit, proof);
    if (type === 'unsound') await dropProof(state, batchNumber);
    if (type !== 'sound') return null;
    state.sound.add(batchNumber);
  }
  const { logChainHash, report, shapeId, stateRootAfter, timeSec, words } = record;
  return { batchNumber, shapeId, stateRootAfter, timeSec, dataCommit, logChainHash, words, proof, report };
};

const dropProof = async (state: BatcherState, batchNumber: number): Promise<void> => {
  const dropped = await updateRecord(state, batchNumber, (record) => {
    // Another proof may have been delivered and verified meanwhile.
    if (record.state === 'accepted' || state.sound.has(batchNumber)) return null;
    return { ...record, state: 'sealed', proof: null };
  });
  if (dropped === null) return;
  raiseRefused(
    state,
    batchNumber,
    `the stored proof of batch ${batchNumber} does not verify and was dropped: it is proved again`,
  );
};
