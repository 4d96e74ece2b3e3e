import { type Address, hexToBytes, type PublicClient } from 'viem';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { MachineConfig } from '../core/machine/machineConfig.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { type CollectedReport, createCollector } from '../oracle/collector.ts';
import { inForceAt } from '../oracle/inForce.ts';
import { createOracleL1, type L1Prices } from '../oracle/oracleL1.ts';
import { type ReportDomain, readReportDomain } from '../oracle/oracleReport.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import type { Alarms } from './alarms.ts';
import { spotsOf } from './rebuildTable.ts';
import type { ReportBound } from './reportBound.ts';
import type { Sequencer } from './sequencer.ts';

export interface OracleFeedConfig {
  readonly urls: readonly string[];
  readonly timeoutMs: number;
  readonly cadenceSec: number;
  readonly client: PublicClient;
  readonly exchange: Address;
  readonly hasher: Hasher;
  readonly view: MachineView;
  readonly sequencer: Sequencer;
  readonly alarms: Alarms;
  readonly rebuildTable: MachineConfig['rebuildTable'];
  readonly bound: ReportBound;
  readonly nowSec: () => number;
}

export interface OracleFeed {
  /** Asks the signers for the report of the current slot, if there is none yet. Raises an alarm instead of throwing. */
  readonly step: () => Promise<void>;
}

const L1_KEPT_SEC = 60;

/**
 * Brings signed reports into the log. Committee and bound are L1's, read again every minute; while L1 is down the last ones
 * serve, for as long as they must hold (reportBound.ts).
 */
export const createOracleFeed = (config: OracleFeedConfig): OracleFeed => {
  let known: { readonly domain: ReportDomain; readonly committee: L1Prices['committee'] } | null = null;
  let readAtSec = Number.NEGATIVE_INFINITY;

  const readL1 = async () => {
    const { client, exchange } = config;
    const [domain, l1] = await Promise.all([
      readReportDomain(client, exchange),
      createOracleL1(client, exchange).prices(),
    ]);
    await config.bound.rebase(l1);
    return { domain, committee: l1.committee };
  };

  const currentL1 = async () => {
    const now = config.nowSec();
    if (known !== null && now - readAtSec < L1_KEPT_SEC) return known;
    try {
      known = await readL1();
      readAtSec = now;
    } catch (error) {
      if (known === null) throw error;
    }
    return known;
  };

  /** Of the committee that signs reports of that time. */
  const collectorFor = async (timeSec: number) => {
    const { committee, domain } = await currentL1();
    const { oracles, quorum } = inForceAt(committee, timeSec);
    const { timeoutMs, urls } = config;
    return { quorum, ...createCollector({ urls, committee: oracles, quorum, domain, timeoutMs }) };
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
    const { collect, quorum } = await collectorFor(timeSec);
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
