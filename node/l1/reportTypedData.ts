import { type Hex, hashTypedData, keccak256 } from 'viem';
import type { ExchangeDomain } from './exchangeDomain.ts';

/** What the committee signs (protocol, section 7). */
export interface OracleReport {
  readonly timeSec: number;
  readonly riskTableHash: bigint;
  /** Canonical bytes from which anyone rebuilds the risk table; signed by their keccak256. */
  readonly inputs: Hex;
  /** What L1 bounds, packed (oracle/shownPrices.ts), strictly increasing by market and expiry. */
  readonly prices: readonly bigint[];
}

const TYPES = {
  OracleReport: [
    { name: 'time', type: 'uint40' },
    { name: 'riskTableHash', type: 'uint256' },
    { name: 'inputsHash', type: 'bytes32' },
    { name: 'prices', type: 'uint128[]' },
  ],
} as const;

/** EIP-712 typed data, as viem's accounts sign it. */
export const reportTypedData = (domain: ExchangeDomain, report: OracleReport) =>
  ({
    domain,
    types: TYPES,
    primaryType: 'OracleReport',
    message: {
      time: report.timeSec,
      riskTableHash: report.riskTableHash,
      inputsHash: keccak256(report.inputs),
      prices: report.prices,
    },
  }) as const;

/** The 32 bytes that an oracle's signature is over. */
export const reportDigest = (domain: ExchangeDomain, report: OracleReport): Hex =>
  hashTypedData(reportTypedData(domain, report));
