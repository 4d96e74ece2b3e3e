import { batchSignals } from '../core/codec/words.ts';
import { publicSignals } from '../core/protocol/publicSignals.ts';
import type { SubmittedProof } from '../l1/submitCall.ts';
import type { BatcherState } from './batcherState.ts';
import type { JobRecord } from './jobRecord.ts';
import { clearUnchecked, raiseUnchecked } from './provingAlarms.ts';

/** What a proof of this batch must state (protocol, section 6); all but `dataCommit` is the batch's own. */
const signalsOf = (record: JobRecord, dataCommit: bigint): readonly bigint[] => {
  const { riskTableHash, stateRootAfter, stateRootBefore, timeSec, words } = record;
  return publicSignals(batchSignals({ stateRootBefore, stateRootAfter, timeSec, riskTableHash, dataCommit, words }));
};

/** Position of the first public signal that is not this batch's, or null. */
export const wrongSignal = (record: JobRecord, dataCommit: bigint, signals: readonly bigint[]): number | null => {
  const expected = signalsOf(record, dataCommit);
  if (signals.length !== expected.length) return Math.min(signals.length, expected.length);
  const at = expected.findIndex((signal, position) => signal !== signals[position]);
  return at === -1 ? null : at;
};

export type Checked =
  | { readonly type: 'sound' }
  | { readonly type: 'unsound' }
  /** It is not known, by no fault of the proof. */
  | { readonly type: 'unchecked'; readonly message: string };

/** Proofs verified at a time: more wait at the provers. */
const MOST_CHECKS = 8;

/** Verifies a proof as the statement of a batch. */
export const checkStatement = async (
  state: BatcherState,
  record: JobRecord,
  dataCommit: bigint,
  proof: SubmittedProof,
): Promise<Checked> => {
  const { batchNumber, shapeId, shapeName } = record;
  if (state.checking >= MOST_CHECKS) return { type: 'unchecked', message: 'too many proofs are verified at a time' };
  state.checking += 1;
  try {
    const statement = { shapeId, shapeName, publicSignals: signalsOf(record, dataCommit), proof };
    const isSound = await state.config.checkProof(statement);
    clearUnchecked(state);
    return { type: isSound ? 'sound' : 'unsound' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    raiseUnchecked(state, batchNumber, message);
    return { type: 'unchecked', message };
  } finally {
    state.checking -= 1;
  }
};
