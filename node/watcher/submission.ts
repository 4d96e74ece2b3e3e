import { type Address, decodeFunctionData, type Hex, isAddressEqual, type PublicClient } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { SubmittedBatch, SubmittedReport } from '../settlement/provedBatch.ts';
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
 * @throws WatcherAlarm WATCH_SUBMISSION_UNREADABLE if it is no direct `submit`, so that the words are not on L1
 */
export async function readSubmission(client: PublicClient, exchange: Address, hash: Hex): Promise<Submission> {
  const { input, to } = await client.getTransaction({ hash });
  if (to === null || !isAddressEqual(to, exchange)) throw unreadable(hash, 'is not sent to the exchange');
  return decodeSubmission(input, hash);
}

/** @throws WatcherAlarm WATCH_SUBMISSION_UNREADABLE */
export function decodeSubmission(input: Hex, hash: Hex): Submission {
  const call = decode(input, hash);
  if (call.functionName !== 'submit') throw unreadable(hash, `calls ${call.functionName}`);
  const [shapeId, batches, reports] = call.args;
  return { shapeId, batches, reports };
}

function decode(input: Hex, hash: Hex) {
  try {
    return decodeFunctionData({ abi: straddleExchangeAbi, data: input });
  } catch (cause) {
    throw unreadable(hash, 'does not decode', cause);
  }
}

function unreadable(hash: Hex, what: string, cause?: unknown): WatcherAlarm {
  const message = `Transaction ${hash} accepted batches but ${what}: the state cannot be rebuilt from L1.`;
  return new WatcherAlarm('WATCH_SUBMISSION_UNREADABLE', message, { hash }, cause);
}
