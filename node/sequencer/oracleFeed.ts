import { hexToBytes } from 'viem';
import type { Alarms } from '../alarms.ts';
import { type Clock, nowSec } from '../clock.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { RebuildTable } from '../core/machine/machineRules.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import type { CollectedReport, Collector, CollectorConfig } from '../oracle/collector.ts';
import { inForceAt } from '../oracle/inForce.ts';
import type { L1Prices } from '../oracle/oracleL1.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import { spotsOf } from '../replica/rebuildTable.ts';
import type { ReportBound } from './reportBound.ts';
import type { Sequencer } from './sequencer.ts';

export interface OracleFeedConfig {
  /** How the signers of a committee are asked; null: there are none to ask, and the node never trades. */
  readonly openCollector: ((committee: Committee) => Collector) | null;
  /** A report is asked for at every multiple of this. */
  readonly cadenceSec: number;
  /** What L1 judges reports by, now. */
  readonly readL1: () => Promise<{ readonly domain: ExchangeDomain; readonly prices: L1Prices }>;
  readonly hasher: Hasher;
  readonly view: Pick<MachineView, 'instruments' | 'reportTimeSec'>;
  readonly sequencer: Pick<Sequencer, 'submitOwn'>;
  readonly alarms: Alarms;
  readonly rebuildTable: RebuildTable;
  readonly bound: ReportBound;
  readonly clock: Clock;
}

/** Whose reports L1 takes. */
export type Committee = Pick<CollectorConfig, 'committee' | 'quorum' | 'domain'>;

export interface OracleFeed {
  /** Asks the signers for the report of the current slot, if there is none yet. Raises an alarm instead of throwing. */
  readonly step: () => Promise<void>;
}

interface KnownL1 {
  readonly domain: ExchangeDomain;
  readonly committee: L1Prices['committee'];
  readonly readAtSec: number;
}

const L1_KEPT_SEC = 60;

/**
 * Brings signed reports into the log. Committee and bound are L1's, read again every minute; while L1 is down the last ones
 * serve, for as long as they must hold (reportBound.ts).
 */
export const createOracleFeed = (config: OracleFeedConfig): OracleFeed => {
  const { alarms, cadenceSec, clock, openCollector, view } = config;
  let known: KnownL1 | null = null;
  if (openCollector === null) return { step: async () => undefined };
  return {
    step: async () => {
      const now = nowSec(clock);
      const slot = now - (now % cadenceSec);
      if (slot <= (view.reportTimeSec() ?? 0)) return;
      const ids = view
        .instruments()
        .map(({ instrument }) => instrument)
        .sort((a, b) => a - b);
      try {
        known = await currentL1(config, known);
        // Of the committee that signs reports of that time.
        const { oracles, quorum } = inForceAt(known.committee, slot);
        const collector = openCollector({ committee: oracles, quorum, domain: known.domain });
        await takeReport(config, slot, quorum, await collector.collect({ timeSec: slot, instruments: ids }));
        alarms.clear('ORACLE_FAILED');
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        alarms.raise({ code: 'ORACLE_FAILED', message, data: { slot } });
      }
    },
  };
};

const currentL1 = async ({ bound, clock, readL1 }: OracleFeedConfig, last: KnownL1 | null): Promise<KnownL1> => {
  const readAtSec = nowSec(clock);
  if (last !== null && readAtSec - last.readAtSec < L1_KEPT_SEC) return last;
  try {
    const { domain, prices } = await readL1();
    await bound.rebase(prices);
    return { domain, committee: prices.committee, readAtSec };
  } catch (error) {
    if (last === null) throw error;
    return last;
  }
};

/** Judges a report as L1 and every replica will, and logs it. @throws Error saying why it is left out */
const takeReport = async (
  config: OracleFeedConfig,
  timeSec: number,
  quorum: number,
  collected: CollectedReport,
): Promise<void> => {
  const { report } = collected;
  const inputs = hexToBytes(report.inputs);
  const decoded = decodeReportInputs(inputs);
  const said = { timeSec, spots: spotsOf(decoded) };
  const table = config.rebuildTable(inputs, config.view.instruments(), said);
  if (riskTableHash(config.hasher, table) !== report.riskTableHash) {
    throw new Error('the oracles signed another risk table than their inputs give here; are all versions equal?');
  }
  if (shownPrices(decoded).join() !== report.prices.join()) {
    throw new Error('the oracles show L1 other prices than their inputs hold; are all versions equal?');
  }
  const signatures = await signaturesFor(config.bound, collected, quorum);
  const entry = { ...said, inputs, signatures: signatures.map((s) => hexToBytes(s)) };
  const [applied] = await config.sequencer.submitOwn([{ type: 'report', ...entry }]);
  const rejection = applied?.result.rejections[0] ?? null;
  if (rejection !== null) throw new Error(`the report of ${timeSec} was refused: ${rejection.message}`);
};

/** As few signatures as L1 needs for this report: each costs gas. */
const signaturesFor = async (bound: ReportBound, { report, signatures }: CollectedReport, quorum: number) => {
  const refusal = await bound.refusal({ ...report, signatures: quorum });
  if (refusal === null) return signatures.slice(0, quorum);
  if ((await bound.refusal({ ...report, signatures: signatures.length })) === null) return signatures;
  throw new Error(
    `L1 would refuse the report of ${report.timeSec}: ${refusal}; it is left out until time widens the bound or more oracles sign`,
  );
};
