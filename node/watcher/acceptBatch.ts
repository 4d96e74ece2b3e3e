import type { EventArgs } from '../l1/exchangeEvent.ts';
import type { L1Log } from '../l1/L1.ts';
import { checkBatch } from './batchCheck.ts';
import type { CheckedBatch } from './checkedBatch.ts';
import { checkCredits, paymentsOf } from './credits.ts';
import type { RebuiltState } from './rebuiltState.ts';
import { readSubmission, type Submission } from './submission.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/**
 * Judges the batch that a log says was accepted, and takes it over: wholly, or nothing is changed.
 *
 * @throws WatcherAlarm; WatchFailure when L1 does not answer
 */
export async function acceptBatch(
  state: RebuiltState,
  announced: EventArgs<'BatchAccepted'>,
  log: L1Log,
): Promise<CheckedBatch> {
  const { config, keys, ops, owners } = state;
  const { ledger, reports, verify } = config;
  const hash = log.transactionHash;
  const batchNumber = ledger.batchCount();
  checkAnnounced({ batchNumber: announced.batchNumber }, { batchNumber: BigInt(batchNumber) });
  const { batches, reports: submitted, shapeId } = await submissionOf(state, log);
  const at = state.taken?.hash === hash ? state.taken.batches : 0;
  const batch = batches[at];
  const report = batch === undefined ? undefined : submitted[batch.reportIndex];
  if (batch === undefined || report === undefined) {
    const message = `Transaction ${hash} accepted more batches than it carries. Fetch it from a second L1 endpoint.`;
    throw new WatcherAlarm('WATCH_SUBMISSION_UNREADABLE', message, { hash });
  }
  const key = keys.get(shapeId);
  if (key === undefined) {
    const message = `A batch of the unregistered shape ${shapeId} was accepted.`;
    throw new WatcherAlarm('WATCH_SHAPE_UNKNOWN', message, { shapeId });
  }
  const table = await reports.check(report, state.committee, state.listed);
  const { next, rows } = await checkBatch({ batch, report, table, key }, ledger, ops, verify);
  checkAnnounced(announced, {
    batchNumber: BigInt(batchNumber),
    shapeId,
    stateRoot: next.stateRoot,
    time: batch.time,
    riskTableHash: report.riskTableHash,
    logChainHash: batch.logChainHash,
    l1OpIndex: BigInt(ledger.l1OpIndex() + rows.l1Ops.length),
  });
  checkCredits(batchNumber, state.credits, paymentsOf(rows, owners));
  state.credits = [];
  next.commit();
  ops.take(rows.l1Ops);
  state.taken = { hash, batches: at + 1 };
  return { batchNumber, stateRoot: next.stateRoot, block: log.blockNumber, rows };
}

async function submissionOf(state: RebuiltState, log: L1Log): Promise<Submission> {
  const { exchange, source } = state.config;
  const hash = log.transactionHash;
  if (state.call?.hash === hash) return state.call.submission;
  const submission = readSubmission(await source.transaction(log), exchange, hash);
  state.call = { hash, submission };
  return submission;
}

/** What the contract announced of a batch must be what the batch itself says and leads to. */
function checkAnnounced(
  announced: Partial<EventArgs<'BatchAccepted'>>,
  rebuilt: Partial<EventArgs<'BatchAccepted'>>,
): void {
  for (const field of Object.keys(rebuilt) as (keyof typeof rebuilt)[]) {
    if (announced[field] === rebuilt[field]) continue;
    const message = `L1 announced batch ${announced.batchNumber} with ${field} ${announced[field]}; rebuilt: batch ${rebuilt.batchNumber} with ${rebuilt[field]}.`;
    throw new WatcherAlarm('WATCH_ROOT_DISAGREES', message, { batchNumber: announced.batchNumber, field });
  }
}
