import type { SaidOfReport } from '../core/machine/machineRules.ts';
import type { ReportInputs } from '../core/pricing/reportInputs.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { buildRiskTable } from '../core/pricing/riskTable.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { RiskPreset } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';

/** price 40 @0 | market 4 @40: what a report's entry says of its inputs. */
export const spotsOf = ({ markets }: Pick<ReportInputs, 'markets'>): bigint[] =>
  markets.map(({ market, spot }) => spot | (BigInt(market) << 40n));

/**
 * The machine's way from a report's bytes to its risk table.
 * @throws PricingInputError, or Error when the report means another instrument by a listed id, or its entry says another
 * time or other spots than its inputs hold.
 */
export const rebuildTable =
  (preset: RiskPreset) =>
  (bytes: Uint8Array, instruments: readonly Instrument[], said: SaidOfReport): RiskTable => {
    const inputs = decodeReportInputs(bytes);
    if (inputs.timeSec !== BigInt(said.timeSec) || spotsOf(inputs).join() !== said.spots.join()) {
      throw new Error(`the report of ${said.timeSec} says another time or other spots than its inputs hold`);
    }
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
