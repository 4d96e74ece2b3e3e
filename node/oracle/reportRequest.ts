/** What the node asks a signer for: a report of one cadence slot on these instruments, strictly increasing. */
export interface ReportRequest {
  readonly timeSec: number;
  readonly instruments: readonly number[];
}
