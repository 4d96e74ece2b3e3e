import { type Address, type Hex, hexToBytes, recoverAddress } from 'viem';
import type { ReportInputs } from '../core/pricing/reportInputs.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { buildRiskTable } from '../core/pricing/riskTable.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { RiskPreset } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import { reportDigest } from '../l1/reportTypedData.ts';
import type { SubmittedReport } from '../l1/submitCall.ts';
import { type Changing, inForceAt } from '../oracle/inForce.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

export interface Committee {
  readonly oracles: readonly Address[];
  readonly quorum: number;
}

export interface ReportCheckConfig {
  readonly domain: ExchangeDomain;
  readonly risk: RiskPreset;
  /** Hash of a risk table (protocol, section 5). */
  readonly hashTable: (table: RiskTable) => bigint;
}

export interface ReportCheck {
  /**
   * Everything about a report that L1 itself cannot check or did check: its signatures, its prices, its listing, and the
   * risk table that its inputs give, which is returned.
   *
   * @throws WatcherAlarm WATCH_REPORT_UNSIGNED, WATCH_TABLE_DISAGREES, WATCH_LISTING_DISAGREES
   */
  readonly check: (
    report: SubmittedReport,
    committee: Changing<Committee>,
    listed: ReadonlyMap<number, Instrument>,
  ) => Promise<RiskTable>;
}

export function createReportCheck({ domain, hashTable, risk }: ReportCheckConfig): ReportCheck {
  let last: { readonly digest: Hex; readonly table: RiskTable } | null = null;

  return {
    check: async (report, committee, listed) => {
      const digest = reportDigest(domain, { ...report, timeSec: report.time });
      // The report accepted last may come again, without its signatures.
      if (digest === last?.digest) return last.table;
      await checkSignatures(digest, report, inForceAt(committee, report.time));
      const inputs = readInputs(report);
      checkPrices(report, inputs);
      checkListing(report, inputs, listed);
      const table = tableOf(report, risk, inputs);
      const hash = hashTable(table);
      if (hash !== report.riskTableHash) {
        throw disagrees(report, `its inputs give the risk table ${hash}, it names ${report.riskTableHash}`);
      }
      last = { digest, table };
      return table;
    },
  };
}

async function checkSignatures(digest: Hex, report: SubmittedReport, committee: Committee): Promise<void> {
  const { oracles, quorum } = committee;
  const signers = new Set<string>();
  for (const signature of report.signatures) {
    const signer = await recoverAddress({ hash: digest, signature }).catch(() => null);
    if (signer !== null) signers.add(signer.toLowerCase());
  }
  const count = new Set(oracles.map((oracle) => oracle.toLowerCase())).intersection(signers).size;
  if (count >= quorum) return;
  const message = `The report of ${report.time} carries ${count} oracles' signatures; ${quorum} of the committee of that time must sign.`;
  throw new WatcherAlarm('WATCH_REPORT_UNSIGNED', message, { time: report.time, signers: [...signers], quorum });
}

function readInputs(report: SubmittedReport): ReportInputs {
  try {
    return decodeReportInputs(hexToBytes(report.inputs));
  } catch (cause) {
    throw disagrees(report, 'its inputs do not decode', cause);
  }
}

/** What L1 bounded is what the table rests on. */
function checkPrices(report: SubmittedReport, inputs: ReportInputs): void {
  if (inputs.timeSec !== BigInt(report.time)) throw disagrees(report, `its inputs are of ${inputs.timeSec}`);
  const prices = shownPrices(inputs);
  if (prices.join() !== report.prices.join()) {
    throw disagrees(report, `its inputs hold the prices ${prices.join()}, it shows L1 ${report.prices.join()}`);
  }
}

function checkListing(report: SubmittedReport, inputs: ReportInputs, listed: ReadonlyMap<number, Instrument>): void {
  for (const { instrumentId, kind, expirySec, strike } of inputs.instruments) {
    const found = listed.get(instrumentId);
    if (found?.kind === kind && BigInt(found.expirySec) === expirySec && found.strike === strike) continue;
    const message = `The report of ${report.time} prices instrument ${instrumentId} as a ${kind} of ${expirySec} at ${strike}, which is not what L1 lists.`;
    throw new WatcherAlarm('WATCH_LISTING_DISAGREES', message, { time: report.time, instrument: instrumentId });
  }
}

function tableOf(report: SubmittedReport, risk: RiskPreset, inputs: ReportInputs): RiskTable {
  try {
    return buildRiskTable(risk, inputs);
  } catch (cause) {
    throw disagrees(report, `its inputs give no risk table: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

function disagrees(report: SubmittedReport, what: string, cause?: unknown): WatcherAlarm {
  const message = `The report of ${report.time} is signed but ${what}.`;
  return new WatcherAlarm('WATCH_TABLE_DISAGREES', message, { time: report.time }, cause);
}
