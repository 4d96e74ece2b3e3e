import { type Address, type Hex, isAddressEqual, size, slice, toFunctionSelector } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { L1Transaction } from '../l1/L1.ts';
import type { SubmittedBatch, SubmittedReport } from '../l1/submitCall.ts';
import { CalldataRefused, readSubmitCalldata } from './submitCalldata.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** One `submit` call, as the transaction's own input has it. */
export interface Submission {
  readonly shapeId: number;
  readonly batches: readonly SubmittedBatch[];
  readonly reports: readonly SubmittedReport[];
}

const SELECTORS = new Map(
  straddleExchangeAbi.flatMap((item) => (item.type === 'function' ? [[toFunctionSelector(item), item.name]] : [])),
);

/**
 * The call in a transaction that accepted batches.
 *
 * @throws WatcherAlarm WATCH_SUBMISSION_UNREADABLE if it is no direct `submit`, so that the words are not on L1, or none
 * that the contract could have read
 */
export function readSubmission({ input, to }: L1Transaction, exchange: Address, hash: Hex): Submission {
  if (to === null || !isAddressEqual(to, exchange)) throw unreadable(hash, 'is not sent to the exchange');
  return decodeSubmission(input, hash);
}

/** @throws WatcherAlarm WATCH_SUBMISSION_UNREADABLE */
function decodeSubmission(input: Hex, hash: Hex): Submission {
  const selector = size(input) < 4 ? input : slice(input, 0, 4);
  const called = SELECTORS.get(selector);
  if (called !== 'submit') throw unreadable(hash, `calls ${called ?? `the unknown function ${selector}`}`);
  try {
    const [shapeId, batches, reports] = readSubmitCalldata(input);
    return { shapeId, batches, reports };
  } catch (cause) {
    if (!(cause instanceof CalldataRefused)) throw cause;
    throw unreadable(hash, `cannot be read by Solidity: ${cause.message}`, cause);
  }
}

/** What the contract takes is read as it reads it; so the endpoint lies, or this is another contract. */
function unreadable(hash: Hex, what: string, cause?: unknown): WatcherAlarm {
  const message = `Transaction ${hash} accepted batches but ${what}: the state cannot be rebuilt from L1. Fetch it from a second L1 endpoint; if it is the same there, let the guardian pause the exchange and the sequencer publish the batch's words.`;
  return new WatcherAlarm('WATCH_SUBMISSION_UNREADABLE', message, { hash }, cause);
}
