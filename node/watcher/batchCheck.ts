import type { ProverBackend, VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { decodeProof } from '../../prover/prove/proofEncoding.ts';
import { batchSignals, decodeRows } from '../core/codec/words.ts';
import { publicSignals } from '../core/protocol/publicSignals.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';
import type { BatchRows } from '../core/protocol/rows.ts';
import type { SubmittedBatch, SubmittedReport } from '../l1/submitCall.ts';
import type { OpQueue } from './opQueue.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import type { NextState, WatchedLedger } from './watchedLedger.ts';

/** One accepted batch with everything that it is judged by. */
export interface BatchCase {
  readonly batch: SubmittedBatch;
  readonly report: SubmittedReport;
  readonly table: RiskTable;
  readonly key: VerifyingKey;
}

/** A batch that was found right, with the state that it leads to. */
export interface JudgedBatch {
  readonly rows: BatchRows;
  readonly next: NextState;
}

/**
 * Replays a batch on the rebuilt state and verifies its proof against it: the public signals are the watcher's own,
 * only `dataCommit` and the proof are the prover's. Changes nothing: the caller takes the state over.
 *
 * @throws WatcherAlarm WATCH_ROWS_INVALID, WATCH_OPS_DISAGREE, WATCH_ROOT_DISAGREES, WATCH_PROOF_REFUSED,
 * WATCH_VERIFIER_FAILED
 */
export async function checkBatch(
  { batch, key, report, table }: BatchCase,
  ledger: WatchedLedger,
  ops: OpQueue,
  verify: ProverBackend['verify'],
): Promise<JudgedBatch> {
  const number = ledger.batchCount();
  const judged = replay(number, batch, table, ledger, ops);
  const { stateRoot } = judged.next;
  if (stateRoot !== batch.stateRootAfter) {
    const message = `Batch ${number} claims the root ${batch.stateRootAfter}; its rows give ${stateRoot}.`;
    throw new WatcherAlarm('WATCH_ROOT_DISAGREES', message, { batchNumber: number });
  }
  const { dataCommit, stateRootAfter, time: timeSec, words } = batch;
  const { riskTableHash } = report;
  const stateRootBefore = ledger.stateRoot();
  const stated = batchSignals({ stateRootBefore, stateRootAfter, timeSec, riskTableHash, dataCommit, words });
  const { a, b, c } = batch.proof;
  const proof = decodeProof([...a, ...b[0], ...b[1], ...c]);
  if (await tryVerify(verify, number, [key, publicSignals(stated).map(String), proof])) return judged;
  const message = `The proof of batch ${number} does not verify, though the contract accepted it.`;
  throw new WatcherAlarm('WATCH_PROOF_REFUSED', message, { batchNumber: number });
}

/** A verifier that fails leaves the batch unjudged, which is as bad as a refusal. */
async function tryVerify(
  verify: ProverBackend['verify'],
  number: number,
  args: Parameters<ProverBackend['verify']>,
): Promise<boolean> {
  try {
    return await verify(...args);
  } catch (cause) {
    const message = `The proof of batch ${number} could not be checked: ${messageOf(cause)}`;
    throw new WatcherAlarm('WATCH_VERIFIER_FAILED', message, { batchNumber: number }, cause);
  }
}

function replay(
  number: number,
  batch: SubmittedBatch,
  table: RiskTable,
  ledger: WatchedLedger,
  ops: OpQueue,
): JudgedBatch {
  try {
    const rows = decodeRows(batch.words);
    ops.check(rows.l1Ops);
    return { rows, next: ledger.next(rows, batch.time, table) };
  } catch (cause) {
    if (cause instanceof WatcherAlarm) throw cause;
    const message = `The rows of batch ${number} are no valid batch: ${messageOf(cause)}.`;
    throw new WatcherAlarm('WATCH_ROWS_INVALID', message, { batchNumber: number }, cause);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
