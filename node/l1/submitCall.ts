import { encodeFunctionData, type Hex } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';

/** An oracle report as the contract takes it (protocol, section 7). */
export interface SubmittedReport {
  readonly time: number;
  readonly riskTableHash: bigint;
  readonly prices: readonly bigint[];
  readonly inputs: Hex;
  /** 65 bytes each, signers' addresses increasing. */
  readonly signatures: readonly Hex[];
}

/** Groth16, coordinates in EVM order. */
export interface SubmittedProof {
  readonly a: readonly [bigint, bigint];
  readonly b: readonly [readonly [bigint, bigint], readonly [bigint, bigint]];
  readonly c: readonly [bigint, bigint];
}

export interface SubmittedBatch {
  readonly stateRootAfter: bigint;
  readonly time: number;
  readonly dataCommit: bigint;
  /** Of the call's reports. */
  readonly reportIndex: number;
  readonly logChainHash: bigint;
  readonly words: readonly bigint[];
  readonly proof: SubmittedProof;
}

/** Shape, batches and reports of one `submit`. */
export type SubmitArgs = readonly [number, readonly SubmittedBatch[], readonly SubmittedReport[]];

/** Calldata as the contract takes it: the ABI encoder's, to the byte. */
export const encodeSubmit = (args: SubmitArgs): Hex =>
  encodeFunctionData({ abi: straddleExchangeAbi, functionName: 'submit', args });

/** Calldata that puts sealed batches on record, from the number `first` on. */
export const encodeSealBatches = (first: number, stateRoots: readonly bigint[]): Hex =>
  encodeFunctionData({ abi: straddleExchangeAbi, functionName: 'sealBatches', args: [BigInt(first), stateRoots] });
