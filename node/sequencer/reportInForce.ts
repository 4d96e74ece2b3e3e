import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import type { ReportOnRecord } from './reportBound.ts';

type ReportEntry = Extract<Entry, { type: 'report' }>;

/** A report of the log as L1 sees it: its prices are what its inputs say. */
export const reportOnRecord = ({ inputs, signatures, timeSec }: ReportEntry): ReportOnRecord => ({
  timeSec,
  prices: shownPrices(decodeReportInputs(inputs)),
  signatures: signatures.length,
});

/**
 * The newest report of this time among the first `length` entries of the log: the one that a machine restored there values
 * with. Null: there is none.
 */
export const findReport = async (
  readEntry: (index: number) => Promise<{ readonly entry: Entry }>,
  length: number,
  timeSec: number | null,
): Promise<ReportOnRecord | null> => {
  for (let index = length - 1; timeSec !== null && index >= 0; index -= 1) {
    const { entry } = await readEntry(index);
    if (entry.type === 'report' && entry.timeSec === timeSec) return reportOnRecord(entry);
  }
  return null;
};
