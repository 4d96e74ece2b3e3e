import { CodedError } from '../core/codedError.ts';

export type WatcherAlarmCode =
  | 'WATCH_CONFIG_INVALID'
  | 'WATCH_LOG_UNREADABLE'
  | 'WATCH_REORG_TOO_DEEP'
  | 'WATCH_OP_CHAIN_BROKEN'
  | 'WATCH_OPS_DISAGREE'
  | 'WATCH_SUBMISSION_UNREADABLE'
  | 'WATCH_REPORT_UNSIGNED'
  | 'WATCH_TABLE_DISAGREES'
  | 'WATCH_LISTING_DISAGREES'
  | 'WATCH_ROWS_INVALID'
  | 'WATCH_ROOT_DISAGREES'
  | 'WATCH_SHAPE_UNKNOWN'
  | 'WATCH_KEY_REFUSED'
  | 'WATCH_KEY_UNKNOWN'
  | 'WATCH_PROOF_REFUSED'
  | 'WATCH_VERIFIER_FAILED'
  | 'WATCH_MONEY_MISSING';

/**
 * L1 says something that does not follow from L1, and said it again when it was asked afresh. Whoever runs the watcher
 * must look: what the contract accepted is not what the protocol allows, or the L1 endpoint lies. Codes are stable.
 */
export class WatcherAlarm extends CodedError<WatcherAlarmCode> {
  override readonly name = 'WatcherAlarm';
}
