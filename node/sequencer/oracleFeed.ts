import { type Address, hexToBytes, type PublicClient } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Instrument } from '../core/machine/entry.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import type { RiskTable } from '../core/risk/riskRow.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { type Collector, createCollector } from '../oracle/collector.ts';
import type { DeviationBound } from '../oracle/deviation.ts';
import { createOracleL1 } from '../oracle/oracleL1.ts';
import { readReportDomain } from '../oracle/oracleReport.ts';
import type { Alarms } from './alarms.ts';
import { findLeap, type ReportedSpots } from './reportBound.ts';
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
  readonly rebuildTable: (inputs: Uint8Array, instruments: readonly Instrument[]) => RiskTable;
  /** Reports that a batch before the next one may be proved with: the one in force, and the last batch's. */
  readonly predecessors: () => Promise<readonly ReportedSpots[]>;
  readonly nowSec: () => number;
}

export interface OracleFeed {
  /** Asks the signers for the report of the current slot, if there is none yet. Raises an alarm instead of throwing. */
  readonly step: () => Promise<void>;
}

const COMMITTEE_KEPT_SEC = 60;

/** Brings signed reports into the log. The committee is L1's, read again every minute; while L1 is down the last one serves. */
export const createOracleFeed = (config: OracleFeedConfig): OracleFeed => {
  let collector: Collector | null = null;
  let bound: DeviationBound | null = null;
  let readAtSec = Number.NEGATIVE_INFINITY;

  const readCollector = async (): Promise<Collector> => {
    const { client, exchange: address, urls, timeoutMs } = config;
    const contract = { address, abi: straddleExchangeAbi } as const;
    const [domain, [committee, quorum]] = await Promise.all([
      readReportDomain(client, address),
      client.readContract({ ...contract, functionName: 'oracleCommittee' }),
    ]);
    bound = await createOracleL1(client, address).deviationBound();
    return createCollector({ urls, committee, quorum, domain, timeoutMs });
  };

  const currentCollector = async (): Promise<Collector> => {
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

  const bringReport = async (timeSec: number): Promise<void> => {
    const listed = config.view.instruments();
    const ids = listed.map(({ instrument }) => instrument).sort((a, b) => a - b);
    if (ids.length === 0) return;
    const { report, signatures } = await (await currentCollector()).collect({ timeSec, instruments: ids });
    const inputs = hexToBytes(report.inputs);
    if (riskTableHash(config.hasher, config.rebuildTable(inputs, listed)) !== report.riskTableHash) {
      throw new Error('the oracles signed another risk table than their inputs give here; are all versions equal?');
    }
    const leap = bound === null ? null : findLeap(bound, { timeSec, spots: report.spots }, await config.predecessors());
    if (leap !== null) {
      const { market, price, pastPrice, pastTimeSec } = leap;
      throw new Error(
        `market ${market}'s price ${price} is too far from ${pastPrice} of time ${pastTimeSec} for L1; the report is left out until time widens the bound`,
      );
    }
    const entry = {
      type: 'report',
      timeSec,
      inputs,
      spots: report.spots,
      signatures: signatures.map((s) => hexToBytes(s)),
    };
    const [applied] = await config.sequencer.submitOwn([{ ...entry, type: 'report' }]);
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
