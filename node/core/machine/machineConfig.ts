import type { Deployment } from '../protocol/deployment.ts';
import type { Instrument } from '../protocol/instrument.ts';
import type { RiskTable } from '../protocol/riskRow.ts';

/** What a report's entry says beside its inputs. */
export interface SaidOfReport {
  readonly timeSec: number;
  /** price 40 @0 | market 4 @40, ascending by market. */
  readonly spots: readonly bigint[];
}

/** What a deployment fixes of the machine. Log, snapshot and config belong together. */
export interface MachineConfig {
  readonly preset: Deployment;
  /** Fee per contract in parts per million of the spot, for options capped at 12.5% of the premium. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  /** The contract's maximum age of a report when a batch is made, seconds: no row is made on an older one. */
  readonly reportMaxAgeSec: number;
  /**
   * Builds the risk table from a report's inputs (pure). `instruments` are those listed or held, ascending by id.
   * Throws when the inputs do not decode, or hold another time or other spots than the entry says beside them: L1 and the
   * prover go by the inputs. The report is then rejected.
   */
  readonly rebuildTable: (inputs: Uint8Array, instruments: readonly Instrument[], said: SaidOfReport) => RiskTable;
}
