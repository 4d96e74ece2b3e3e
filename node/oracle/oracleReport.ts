import { type Address, type Hex, hashTypedData, keccak256, type PublicClient, parseAbi } from 'viem';

/** What the committee signs (protocol, section 7). */
export interface OracleReport {
  readonly timeSec: number;
  readonly riskTableHash: bigint;
  /** Canonical bytes from which anyone rebuilds the risk table; signed by their keccak256. */
  readonly inputs: Hex;
  /** What L1 bounds, packed (shownPrices.ts), strictly increasing by market and expiry. */
  readonly prices: readonly bigint[];
}

/** Name and version are the contract's own, so that nothing here has to be kept equal to them by hand. */
export interface ReportDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: number;
  readonly verifyingContract: Address;
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
export const reportTypedData = (domain: ReportDomain, report: OracleReport) =>
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
export const reportDigest = (domain: ReportDomain, report: OracleReport): Hex =>
  hashTypedData(reportTypedData(domain, report));

const EIP_5267 = parseAbi([
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
]);

/** Reads the contract's own EIP-712 domain (EIP-5267). @throws viem's error when L1 does not answer */
export async function readReportDomain(client: PublicClient, exchange: Address): Promise<ReportDomain> {
  const [, name, version, chainId, verifyingContract] = await client.readContract({
    address: exchange,
    abi: EIP_5267,
    functionName: 'eip712Domain',
  });
  return { name, version, chainId: Number(chainId), verifyingContract };
}
