import { type Address, decodeFunctionData, encodeFunctionData, type Hex, isAddressEqual, size } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { SubmittedBatch, SubmittedReport } from '../settlement/provedBatch.ts';
import type { L1Transaction } from './l1Source.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** One `submit` call, as the transaction's own input has it. */
export interface Submission {
  readonly shapeId: number;
  readonly batches: readonly SubmittedBatch[];
  readonly reports: readonly SubmittedReport[];
}

/**
 * The call in a transaction that accepted batches.
 *
 * @throws WatcherAlarm WATCH_SUBMISSION_UNREADABLE if it is no direct `submit`, so that the words are not on L1, or none
 * that the contract would have taken
 */
export function readSubmission({ input, to }: L1Transaction, exchange: Address, hash: Hex): Submission {
  if (to === null || !isAddressEqual(to, exchange)) throw unreadable(hash, 'is not sent to the exchange');
  return decodeSubmission(input, hash);
}

/** @throws WatcherAlarm WATCH_SUBMISSION_UNREADABLE */
export function decodeSubmission(input: Hex, hash: Hex): Submission {
  const call = decode(input, hash);
  if (call.functionName !== 'submit') throw unreadable(hash, `calls ${call.functionName}`);
  const [shapeId, batches, reports] = call.args;
  const canonical = encode(call.args, hash);
  if (size(canonical) !== size(input)) {
    throw unreadable(hash, `has ${size(input)} bytes, where its own content takes ${size(canonical)}`);
  }
  return { shapeId, batches, reports };
}

function decode(input: Hex, hash: Hex) {
  try {
    return decodeFunctionData({ abi: straddleExchangeAbi, data: input });
  } catch (cause) {
    throw unreadable(hash, `does not decode (${firstLine(cause)})`, cause);
  }
}

/** Also refuses numbers beyond their types, which decoding lets pass and Solidity does not. */
function encode(args: Parameters<typeof encodeSubmit>[0], hash: Hex): Hex {
  try {
    return encodeSubmit(args);
  } catch (cause) {
    throw unreadable(hash, `carries a value beyond its type (${firstLine(cause)})`, cause);
  }
}

const encodeSubmit = (args: readonly [number, readonly SubmittedBatch[], readonly SubmittedReport[]]): Hex =>
  encodeFunctionData({ abi: straddleExchangeAbi, functionName: 'submit', args });

const firstLine = (cause: unknown): string => (cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '');

/** What the contract takes is readable; so the endpoint lies, the watcher is too old, or the contract has a hole. */
function unreadable(hash: Hex, what: string, cause?: unknown): WatcherAlarm {
  const message = `Transaction ${hash} accepted batches but ${what}: the state cannot be rebuilt from L1. Fetch it from a second L1 endpoint; if it is the same there, let the guardian pause the exchange and publish the batch's words.`;
  return new WatcherAlarm('WATCH_SUBMISSION_UNREADABLE', message, { hash }, cause);
}
