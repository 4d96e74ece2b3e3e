import type { Address } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '../core/protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { DEVELOPMENT_RISK_PRESET } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import { type OracleReport, reportTypedData } from '../l1/reportTypedData.ts';
import type { SubmittedReport } from '../l1/submitCall.ts';
import { unchanged } from '../oracle/inForce.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { createReportCheck } from './reportCheck.ts';

const domain: ExchangeDomain = {
  name: 'Straddle',
  version: '1',
  chainId: 31_337,
  verifyingContract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
};
const FUTURE: Instrument = { instrument: 0x10001, kind: 'future', expirySec: 9_000, strike: 0n };
const listed = new Map([[FUTURE.instrument, FUTURE]]);
/** Not Poseidon: any function of the table serves to compare. */
const hashTable = (table: RiskTable): bigint =>
  table.reduce((sum, row) => row.values.reduce((all, value) => all * 3n + value, sum), 1n);
const keys = [1, 2, 3].map(() => privateKeyToAccount(generatePrivateKey()));
const members = { oracles: keys.map(({ address }) => address), quorum: 2 };
const committee = unchanged(members);

const content = createReportContent({
  market: 1,
  source: { description: 'still', priceAt: () => 30_000_000n },
  deployment: DEVELOPMENT_PRESET,
  settlementWindowSec: 10,
  hashTable,
});
const honest = content(1_000, [FUTURE]);

async function submitted(report: OracleReport, signers: readonly number[]): Promise<SubmittedReport> {
  const sign = (index: number) => (keys[index] as (typeof keys)[number]).signTypedData(reportTypedData(domain, report));
  return {
    time: report.timeSec,
    riskTableHash: report.riskTableHash,
    prices: report.prices,
    inputs: report.inputs,
    signatures: await Promise.all(signers.map(sign)),
  };
}

const checker = () => createReportCheck({ domain, risk: DEVELOPMENT_RISK_PRESET, hashTable });

describe('createReportCheck', () => {
  it('gives the table of a report that a quorum signed, and takes it again without signatures', async () => {
    const check = checker();
    const table = await check.check(await submitted(honest, [0, 2]), committee, listed);
    expect(hashTable(table)).toBe(honest.riskTableHash);
    expect(await check.check(await submitted(honest, []), committee, listed)).toBe(table);
  });

  it.each([
    ['no quorum', honest, [1]],
    ['one oracle twice', honest, [1, 1]],
  ])('refuses %s', async (_, report, signers) => {
    const refused = checker().check(await submitted(report, signers), committee, listed);
    await expect(refused).rejects.toMatchObject({ code: 'WATCH_REPORT_UNSIGNED' });
  });

  it('refuses signatures of another report', async () => {
    const other = await submitted(content(1_001, [FUTURE]), [0, 1]);
    const forged = { ...(await submitted(honest, [])), signatures: other.signatures };
    await expect(checker().check(forged, committee, listed)).rejects.toMatchObject({ code: 'WATCH_REPORT_UNSIGNED' });
  });

  it.each([
    ['another table', { ...honest, riskTableHash: honest.riskTableHash + 1n }],
    ['another spot than its inputs', { ...honest, prices: [(honest.prices[0] ?? 0n) + 1n, ...honest.prices.slice(1)] }],
    [
      'another forward than its inputs',
      { ...honest, prices: [...honest.prices.slice(0, 1), (honest.prices[1] ?? 0n) + 1n] },
    ],
    [
      'another volatility',
      { ...honest, prices: [...honest.prices.slice(0, 1), (honest.prices[1] ?? 0n) + (1n << 40n)] },
    ],
    ['a spot alone', { ...honest, prices: honest.prices.slice(0, 1) }],
    ['another time than its inputs', { ...honest, timeSec: 1_001 }],
    ['inputs that do not decode', { ...honest, inputs: `${honest.inputs}00` as const }],
  ])('refuses %s, though signed', async (_, report) => {
    const refused = checker().check(await submitted(report, [0, 1]), committee, listed);
    await expect(refused).rejects.toMatchObject({ code: 'WATCH_TABLE_DISAGREES' });
  });

  it('refuses inputs that this watcher makes no table of, though signed', async () => {
    const { bounds } = DEVELOPMENT_RISK_PRESET;
    const other = { ...DEVELOPMENT_RISK_PRESET, bounds: { ...bounds, spotRangePpm: { low: 0n, high: 0n } } };
    const check = createReportCheck({ domain, risk: other, hashTable });
    const refused = check.check(await submitted(honest, [0, 1]), committee, listed);
    await expect(refused).rejects.toMatchObject({ code: 'WATCH_TABLE_DISAGREES', name: 'WatcherAlarm' });
  });

  it('takes a quorum of the committee of its time, and no mixed one', async () => {
    const [old = '', one = '', two = ''] = members.oracles;
    const before = { oracles: [old, one] as Address[], quorum: 2 };
    const latest = { oracles: [one, two] as Address[], quorum: 2 };
    const soon = { before, sinceSec: 1_001, latest };
    const changed = { before, sinceSec: 1_000, latest };
    await checker().check(await submitted(honest, [0, 1]), soon, listed);
    await checker().check(await submitted(honest, [1, 2]), changed, listed);
    for (const [signers, of] of [
      [[1, 2], soon],
      [[0, 2], soon],
      [[0, 1], changed],
      [[0, 2], changed],
    ] as const) {
      const refused = checker().check(await submitted(honest, signers), of, listed);
      await expect(refused).rejects.toMatchObject({ code: 'WATCH_REPORT_UNSIGNED' });
    }
  });

  it('refuses instruments that L1 does not list so', async () => {
    for (const other of [[], [{ ...FUTURE, expirySec: 9_001 }]]) {
      const listing = new Map(other.map((one) => [one.instrument, one]));
      const refused = checker().check(await submitted(honest, [0, 1]), committee, listing);
      await expect(refused).rejects.toMatchObject({ code: 'WATCH_LISTING_DISAGREES' });
    }
  });
});
