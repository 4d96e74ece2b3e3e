import type { JobRecord } from '../batcher/jobRecord.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReportBoundConfig, ReportOnRecord } from './reportBound.ts';

/** The reports that a replica has used and may still use, as L1 sees them: their prices are what their inputs say. */
export const reportsOnRecord = ({ batcher, jobs, reportInForce }: Replica): ReportBoundConfig => ({
  inForce: () => {
    const report = reportInForce();
    if (report === null) return null;
    const { inputs, signatures, timeSec } = report;
    return { timeSec, prices: shownPrices(decodeReportInputs(inputs)), signatures: signatures.length };
  },
  sealed: {
    count: async () => {
      await batcher.idle();
      return jobs.count();
    },
    at: async (batchNumber) => {
      const record = await jobs.get(batchNumber);
      if (record === null) throw new Error(`assertion: there is no batch ${batchNumber}`);
      return ofBatch(record);
    },
  },
});

const ofBatch = ({ report }: JobRecord): ReportOnRecord => {
  const { prices, signatures, time } = report;
  return { timeSec: time, prices, signatures: signatures.length };
};
