import { inForceAt, NOTICE_SEC } from '../oracle/inForce.ts';
import type { L1Prices } from '../oracle/oracleL1.ts';
import {
  describeRefusal,
  type PriceBook,
  type PricedReport,
  type PriceRefusal,
  takeReport,
} from '../oracle/priceBound.ts';

/** A report as the node has it: its prices, and by how many oracles it is signed. */
export interface ReportOnRecord extends PricedReport {
  readonly signatures: number;
}

export interface ReportBoundConfig {
  /** Reports of the sealed batches, by batch number: what L1 will see, in this order. */
  readonly sealed: {
    /** Batches sealed so far; later ones are of the report in force. */
    readonly count: () => Promise<number>;
    readonly at: (batchNumber: number) => Promise<ReportOnRecord>;
  };
  /** The report that the machine values with; null before the first. */
  readonly inForce: () => ReportOnRecord | null;
}

export interface ReportBound {
  /** Takes over what L1 says now. */
  readonly rebase: (l1: L1Prices) => Promise<void>;
  /**
   * Why L1 could refuse a batch that uses this report; null: it cannot. A batch sealed on such a report could never settle.
   * @throws Error before the first rebase, and when L1 will refuse a batch that is sealed already
   */
  readonly refusal: (report: ReportOnRecord) => Promise<string | null>;
}

interface Followed {
  readonly l1: L1Prices;
  book: PriceBook;
  lastReportTimeSec: number;
  nextBatch: number;
}

/**
 * What was read of L1 holds for reports up to so long after its block: whatever L1 is told later waits for the notice. Ten
 * minutes less, for blocks that are replaced.
 */
export const L1_KNOWN_SEC = NOTICE_SEC - 600;

/**
 * L1 measures a report from the ones that batches used, not from the one signed before. Which ones were used is known but
 * for the report in force, which the open batch may still use: so a report must hold both after it and without it.
 */
export const createReportBound = ({ inForce, sealed }: ReportBoundConfig): ReportBound => {
  let followed: Followed | null = null;

  const take = ({ l1 }: Followed, book: PriceBook, report: ReportOnRecord) =>
    takeReport(
      book,
      inForceAt(l1.bound, report.timeSec),
      report,
      report.signatures >= inForceAt(l1.committee, report.timeSec).leapQuorum,
    );

  /** Brings the book up to the last sealed batch. */
  const follow = async (state: Followed): Promise<void> => {
    for (const count = await sealed.count(); state.nextBatch < count; state.nextBatch += 1) {
      const report = await sealed.at(state.nextBatch);
      if (report.timeSec <= state.lastReportTimeSec) continue;
      const verdict = take(state, state.book, report);
      if (!verdict.accepted) throw unsettleable(state.nextBatch, report, verdict.refusal);
      state.book = verdict.book;
      state.lastReportTimeSec = report.timeSec;
    }
  };

  return {
    rebase: async (l1) => {
      let nextBatch = await sealed.count();
      while (nextBatch > 0 && (await sealed.at(nextBatch - 1)).timeSec > l1.lastReportTimeSec) nextBatch -= 1;
      followed = { l1, book: l1.book, lastReportTimeSec: l1.lastReportTimeSec, nextBatch };
    },
    refusal: async (report) => {
      if (followed === null) throw new Error("L1's bound on prices is not known yet");
      const state = followed;
      if (report.timeSec >= state.l1.blockTimeSec + L1_KNOWN_SEC) {
        return `L1 was last read at ${state.l1.blockTimeSec}: what it was told since may bind this report`;
      }
      await follow(state);
      const without = take(state, state.book, report);
      if (!without.accepted) return describeRefusal(without.refusal);
      const current = inForce();
      if (current === null || current.timeSec <= state.lastReportTimeSec) return null;
      const used = take(state, state.book, current);
      // No batch can be proved with it any more: the sooner another one is in force the better.
      if (!used.accepted) return null;
      const after = take(state, used.book, report);
      return after.accepted ? null : describeRefusal(after.refusal);
    },
  };
};

const unsettleable = (batchNumber: number, { timeSec }: ReportOnRecord, refusal: PriceRefusal): Error =>
  new Error(
    `L1 will refuse batch ${batchNumber}: in its report of ${timeSec} ${describeRefusal(refusal)}; no report is taken until governance has mended the bound`,
  );
