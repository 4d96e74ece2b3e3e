import { type Address, hexToBytes } from 'viem';
import type { Alarms } from '../alarms.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { RebuildTable } from '../core/machine/machineRules.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { readExchangeDomain } from '../l1/exchangeDomain.ts';
import type { L1 } from '../l1/L1.ts';
import { type CollectedReport, type Collector, createCollector } from '../oracle/collector.ts';
import { createOracleL1 } from '../oracle/oracleL1.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import { spotsOf } from '../replica/rebuildTable.ts';
import type { ReportBound } from './reportBound.ts';
import type { Sequencer } from './sequencer.ts';

export interface OracleFeedConfig {
  readonly urls: readonly string[];
  readonly timeoutMs: number;
  readonly cadenceSec: number;
  readonly l1: L1;
  readonly exchange: Address;
  readonly hasher: Hasher;
  readonly view: MachineView;
  readonly sequencer: Sequencer;
  readonly alarms: Alarms;
  readonly rebuildTable: RebuildTable;
  readonly bound: ReportBound;
  readonly nowSec: () => number;
}

export interface OracleFeed {
  /** Asks the signers for the report of the current slot, if there is none yet. Raises an alarm instead of throwing. */
  readonly step: () => Promise<void>;
}

const COMMITTEE_KEPT_SEC = 60;

/** Brings signed reports into the log. The committee is L1's, read again every minute; while L1 is down the last one serves. */
export const createOracleFeed = (config: OracleFeedConfig): OracleFeed => {
  let collector: { readonly collect: Collector['collect']; readonly quorum: number } | null = null;
  let readAtSec = Number.NEGATIVE_INFINITY;

  const readCollector = async () => {
    const { exchange, l1, urls, timeoutMs } = config;
    const [domain, prices] = await Promise.all([
      readExchangeDomain(l1, exchange),
      createOracleL1(l1, exchange).prices(),
    ]);
    await config.bound.rebase(prices);
    const { committee, quorum } = prices;
    return { quorum, ...createCollector({ urls, committee, quorum, domain, timeoutMs }) };
  };

  const currentCollector = async () => {
    const now = config.nowSec();
    if (collector !== null && now - readAtSec < COMMITTEE_KEPT_SEC) return collector;
    try {
      collector = await readCollector();
      readAtSec = now;
    } catch (error) {
      if (collector === null) throw error;
    }
    return collector;
  };

  /** As few signatures as L1 needs for this report: each costs gas. */
  const signaturesFor = async ({ report, signatures }: CollectedReport, quorum: number) => {
    const refusal = await config.bound.refusal({ ...report, signatures: quorum });
    if (refusal === null) return signatures.slice(0, quorum);
    if ((await config.bound.refusal({ ...report, signatures: signatures.length })) === null) return signatures;
    throw new Error(
      `L1 would refuse the report of ${report.timeSec}: ${refusal}; it is left out until time widens the bound or more oracles sign`,
    );
  };

  const bringReport = async (timeSec: number): Promise<void> => {
    const listed = config.view.instruments();
    const ids = listed.map(({ instrument }) => instrument).sort((a, b) => a - b);
    if (ids.length === 0) return;
    const { collect, quorum } = await currentCollector();
    const collected = await collect({ timeSec, instruments: ids });
    const { report } = collected;
    const inputs = hexToBytes(report.inputs);
    const decoded = decodeReportInputs(inputs);
    const said = { timeSec, spots: spotsOf(decoded) };
    if (riskTableHash(config.hasher, config.rebuildTable(inputs, listed, said)) !== report.riskTableHash) {
      throw new Error('the oracles signed another risk table than their inputs give here; are all versions equal?');
    }
    if (shownPrices(decoded).join() !== report.prices.join()) {
      throw new Error('the oracles show L1 other prices than their inputs hold; are all versions equal?');
    }
    const signatures = await signaturesFor(collected, quorum);
    const entry = { ...said, inputs, signatures: signatures.map((s) => hexToBytes(s)) };
    const [applied] = await config.sequencer.submitOwn([{ type: 'report', ...entry }]);
    const rejection = applied?.result.rejections[0] ?? null;
    if (rejection !== null) throw new Error(`the report of ${timeSec} was refused: ${rejection.message}`);
  };

  return {
    step: async () => {
      const now = config.nowSec();
      const slot = now - (now % config.cadenceSec);
      if (config.urls.length === 0 || slot <= (config.view.reportTimeSec() ?? 0)) return;
      try {
        await bringReport(slot);
        config.alarms.clear('ORACLE_FAILED');
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        config.alarms.raise({ code: 'ORACLE_FAILED', message, data: { slot } });
      }
    },
  };
};
