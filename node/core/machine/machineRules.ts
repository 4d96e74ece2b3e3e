import type { Deployment } from '../protocol/deployment.ts';
import type { Instrument } from '../protocol/instrument.ts';
import type { RiskPreset } from '../protocol/riskPreset.ts';
import type { RiskTable } from '../protocol/riskRow.ts';

/** What a report's entry says beside its inputs. */
export interface SaidOfReport {
  readonly timeSec: number;
  /** price 40 @0 | market 4 @40, ascending by market. */
  readonly spots: readonly bigint[];
}

/**
 * Builds the risk table from a report's inputs (pure). `instruments` are those listed or held, ascending by id.
 * Throws when the inputs do not decode, or hold another time or other spots than the entry says beside them: L1 and the
 * prover go by the inputs. The report is then rejected.
 */
export type RebuildTable = (inputs: Uint8Array, instruments: readonly Instrument[], said: SaidOfReport) => RiskTable;

/** What a program brings to every log alike. All that may differ between logs is in their genesis entries. */
export interface MachineRules {
  /** Those it knows; a genesis entry names one by its hash. */
  readonly deployments: readonly Deployment[];
  readonly rebuildTable: (risk: RiskPreset) => RebuildTable;
}
