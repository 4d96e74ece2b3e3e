/**
 * What governance sets on L1 waits so long before reports go by it, and an expiry so long after its listing
 * (contracts/src/libraries/Notice.sol): longer than a node goes on without having read L1.
 */
export const NOTICE_SEC = 3_600;

/** Something that L1 changes by time of reports, with what was before. */
export interface Changing<Value> {
  readonly before: Value;
  /** The first report time that goes by `latest`; 0: nothing was before. */
  readonly sinceSec: number;
  readonly latest: Value;
}

export const unchanged = <Value>(value: Value): Changing<Value> => ({ before: value, sinceSec: 0, latest: value });

/** What a report of that time goes by, and every batch that uses it. */
export const inForceAt = <Value>({ before, latest, sinceSec }: Changing<Value>, reportSec: number): Value =>
  reportSec < sinceSec ? before : latest;
