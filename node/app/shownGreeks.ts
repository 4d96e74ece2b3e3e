import { type InstrumentGreeks, reportGreeks } from '../core/pricing/greeks.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import type { ReportEntry } from '../replica/logFollower.ts';

/** Sensitivities by instrument at the report in force, computed once a report; null where it has none. */
export const createShownGreeks = (reportInForce: () => ReportEntry | null) => {
  let of: ReportEntry | null = null;
  let greeks = new Map<number, InstrumentGreeks>();
  return (instrument: number): InstrumentGreeks | null => {
    const report = reportInForce();
    if (report !== of && report !== null) {
      greeks = new Map(reportGreeks(decodeReportInputs(report.inputs)).map((each) => [each.instrument, each]));
    }
    of = report;
    return greeks.get(instrument) ?? null;
  };
};
