import {
  type Address,
  encodeAbiParameters,
  type Hex,
  hashTypedData,
  isAddressEqual,
  keccak256,
  recoverAddress,
} from 'viem';
import type { ReceiptDomain } from './receipt.ts';

/** A report as oracles hand it in (protocol, section 7). */
export interface ReportSubmission {
  readonly timeSec: number;
  readonly inputs: Uint8Array;
  /** price 40 @0 | market 4 @40 */
  readonly spots: readonly bigint[];
  readonly signatures: readonly Hex[];
}

export interface Committee {
  readonly oracles: readonly Address[];
  readonly quorum: number;
}

const REPORT_TYPES = {
  OracleReport: [
    { name: 'time', type: 'uint40' },
    { name: 'riskTableHash', type: 'uint256' },
    { name: 'inputsHash', type: 'bytes32' },
    { name: 'spots', type: 'uint64[]' },
  ],
} as const;

/** EIP-712 digest that oracles sign. */
export const reportDigest = (domain: ReceiptDomain, report: ReportSubmission, riskTableHash: bigint): Hex =>
  hashTypedData({
    domain: { name: 'Straddle', version: '1', chainId: domain.chainId, verifyingContract: domain.exchange },
    types: REPORT_TYPES,
    primaryType: 'OracleReport',
    message: { time: report.timeSec, riskTableHash, inputsHash: keccak256(report.inputs), spots: report.spots },
  });

/** Signatures of distinct members, in the contract's order (addresses increasing), or why they do not suffice. */
export const committeeSignatures = async (
  committee: Committee,
  digest: Hex,
  signatures: readonly Hex[],
): Promise<readonly Hex[] | string> => {
  const bySigner = new Map<string, Hex>();
  for (const [position, signature] of signatures.entries()) {
    const signer = await recoverAddress({ hash: digest, signature }).catch(() => null);
    if (signer === null) return `signature ${position} is not one`;
    if (!committee.oracles.some((oracle) => isAddressEqual(oracle, signer))) return `${signer} is not an oracle`;
    bySigner.set(signer.toLowerCase(), signature);
  }
  if (bySigner.size < committee.quorum) return `${bySigner.size} oracles signed, ${committee.quorum} must`;
  return [...bySigner].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, signature]) => signature);
};

/** uint256(keccak256(abi.encode("straddle.domain.v1", chainId, exchange))) >> 8 (protocol, section 3). */
export const stateDomain = ({ chainId, exchange }: ReceiptDomain): bigint => {
  const parameters = [{ type: 'string' }, { type: 'uint256' }, { type: 'address' }] as const;
  return BigInt(keccak256(encodeAbiParameters(parameters, ['straddle.domain.v1', BigInt(chainId), exchange]))) >> 8n;
};
