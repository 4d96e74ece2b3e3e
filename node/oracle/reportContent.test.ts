import { hexToBytes } from 'viem';
import { describe, expect, it } from 'vitest';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { buildRiskTable } from '../core/pricing/riskTable.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { DEVELOPMENT_RISK_PRESET } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';
import { createReportContent } from './reportContent.ts';
import { unpackShownPrice } from './shownPrices.ts';

const INSTRUMENTS = [
  { instrument: 0x10001, kind: 'call', expirySec: 2_000, strike: 29_000_000n },
  { instrument: 0x10002, kind: 'put', expirySec: 2_000, strike: 29_000_000n },
  { instrument: 0x10003, kind: 'future', expirySec: 2_592_000, strike: 0n },
] as const;

/** 3000 up to second 1995, 3100 from then on. */
const source = { description: 'step', priceAt: (second: number) => (second < 1_995 ? 30_000_000n : 31_000_000n) };

function contentOf(timeSec: number) {
  const tables: RiskTable[] = [];
  const content = createReportContent({
    market: 1,
    source,
    deployment: DEVELOPMENT_PRESET,
    settlementWindowSec: 10,
    hashTable: (table) => BigInt(tables.push(table)),
  });
  return { report: content(timeSec, INSTRUMENTS), table: tables[0], content };
}

describe('createReportContent', () => {
  it('gives inputs from which the hashed table is rebuilt', () => {
    const { report, table } = contentOf(1_000);
    expect(report.riskTableHash).toBe(1n);
    // Spot and two expiries: forwards a hundredth of a percent a day above it, 65% volatility floored twice on its way.
    expect(report.prices.map(unpackShownPrice)).toEqual([
      { market: 1, expirySec: 0, price: 30_000_000n, volatilityPpm: 0n },
      { market: 1, expirySec: 2_000, price: 30_000_034n, volatilityPpm: 649_999n },
      { market: 1, expirySec: 2_592_000, price: 30_089_965n, volatilityPpm: 649_999n },
    ]);
    expect(buildRiskTable(DEVELOPMENT_RISK_PRESET, decodeReportInputs(hexToBytes(report.inputs)))).toEqual(table);
    expect(table?.map(({ status }) => status)).toEqual([0, 0, 0]);
  });

  it('settles an expiry, from its own second on, at the average of its last ten seconds', () => {
    // Seconds 1991 to 1994 at 3000, 1995 to 2000 at 3100: 3060.
    for (const timeSec of [2_000, 2_500]) {
      const { table } = contentOf(timeSec);
      expect(table?.map(({ status }) => status)).toEqual([1, 1, 0]);
      expect(table?.slice(0, 2).map(({ values }) => values[0])).toEqual([1_600_000n, 0n]);
    }
    expect(contentOf(1_999).table?.map(({ status }) => status)).toEqual([0, 0, 0]);
  });

  it("refuses another market's instrument", () => {
    const foreign = { instrument: 0x20001, kind: 'future', expirySec: 2_000, strike: 0n } as const;
    const ask = () => contentOf(1_000).content(1_000, [foreign]);
    expect(ask).toThrow(expect.objectContaining({ code: 'ORACLE_REQUEST_INVALID' }));
  });
});
