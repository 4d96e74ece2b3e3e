import type { Instrument } from '../../node/core/protocol/instrument.ts';
import { INSTRUMENT_STATUS, type RiskRow, type RiskTable } from '../../node/core/protocol/riskRow.ts';

/** Test reports carry their table as text: what machine tests need is any valid table, not a pricing model. */
export function tableBytes(table: RiskTable): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(table, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v)));
}

export function tableFromBytes(bytes: Uint8Array): RiskTable {
  const revive = (_: string, v: unknown): unknown =>
    typeof v === 'string' && /^\d+n$/.test(v) ? BigInt(v.slice(0, -1)) : v;
  return JSON.parse(new TextDecoder().decode(bytes), revive) as RiskTable;
}

/** Spot moves of the columns, percent. Column 0 is the mark. */
const MOVES = [0, 10, 10, -10, -10, 5, 5, -5, -5, 0, 0, 8, -8, 15, -15];

function payoff({ kind, strike }: Instrument, spot: bigint): bigint {
  if (kind === 'future') return spot;
  const value = kind === 'call' ? spot - strike : strike - spot;
  return value > 0n ? value : 0n;
}

/** What an expiry settles at: the same in every report, as the protocol wants it; 28.5 to 31.5 million by the clock. */
export const settlementPrice = (expirySec: number): bigint => 28_500_000n + 500_000n * BigInt(expirySec % 7);

/** Intrinsic values under spot moves plus a flat time value: convex enough to make spreads cheaper than naked shorts. */
export function simpleTable(
  instruments: readonly Instrument[],
  spot: bigint,
  timeSec: number,
  columns: number,
): RiskTable {
  const sorted = [...instruments].sort((a, b) => a.instrument - b.instrument);
  return sorted.map((instrument): RiskRow => {
    const expired = instrument.expirySec <= timeSec;
    const values = Array.from({ length: columns }, (_, s) => {
      if (expired) return payoff(instrument, settlementPrice(instrument.expirySec));
      const moved = (spot * BigInt(100 + (MOVES[s % 15] ?? 0))) / 100n;
      const extra = instrument.kind === 'future' ? 0n : spot / BigInt(40 + s);
      return payoff(instrument, moved) + extra;
    });
    const shortCharge = expired ? 0n : spot / 100n;
    return {
      instrument: instrument.instrument,
      status: expired ? INSTRUMENT_STATUS.EXPIRED : INSTRUMENT_STATUS.LIVE,
      shortCharge,
      values,
    };
  });
}
