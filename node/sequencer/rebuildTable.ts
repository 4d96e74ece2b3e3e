import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { buildRiskTable } from '../core/pricing/riskTable.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { RiskPreset } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';

/**
 * The machine's way from a report's bytes to its risk table.
 * @throws PricingInputError, or Error when the report means another instrument by a listed id.
 */
export const rebuildTable =
  (preset: RiskPreset) =>
  (bytes: Uint8Array, instruments: readonly Instrument[]): RiskTable => {
    const inputs = decodeReportInputs(bytes);
    const listed = new Map(instruments.map((one) => [one.instrument, one]));
    for (const { instrumentId, kind, strike, expirySec } of inputs.instruments) {
      const one = listed.get(instrumentId);
      if (one === undefined) continue;
      if (one.kind !== kind || one.strike !== strike || BigInt(one.expirySec) !== expirySec) {
        throw new Error(`the report prices another instrument than the listed ${instrumentId}`);
      }
    }
    return buildRiskTable(preset, inputs);
  };
