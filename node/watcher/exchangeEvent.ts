import { decodeEventLog, encodeAbiParameters, encodeEventTopics, type Hex } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { L1Log } from './l1Source.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

export type ExchangeEvent = ReturnType<typeof decode>;

/**
 * What a log of the exchange says. Strict: bytes that say the same in another way are refused too, as no contract emits
 * them.
 *
 * @throws WatcherAlarm WATCH_LOG_UNREADABLE
 */
export function decodeExchangeLog(log: L1Log): ExchangeEvent {
  let event: ExchangeEvent;
  let canonical: string;
  try {
    event = decode(log);
    canonical = encode(event);
  } catch (cause) {
    throw unreadable(log, 'does not decode', cause);
  }
  if (canonical === [...log.topics, log.data].join().toLowerCase()) return event;
  throw unreadable(log, `is no canonical ${event.eventName}`);
}

export function unreadable({ blockNumber, logIndex, topics }: L1Log, why: string, cause?: unknown): WatcherAlarm {
  const message = `Log ${logIndex} of L1 block ${blockNumber} ${why}. Check that this watcher is as new as the contract; then ask a second L1 endpoint.`;
  return new WatcherAlarm('WATCH_LOG_UNREADABLE', message, { block: blockNumber, logIndex, topics }, cause);
}

function decode({ data, topics }: L1Log) {
  return decodeEventLog({ abi: straddleExchangeAbi, data, topics: topics as [Hex, ...Hex[]], strict: true });
}

function encode({ args, eventName }: ExchangeEvent): string {
  const values = args as unknown as Readonly<Record<string, unknown>>;
  const topics = encodeEventTopics({ abi: straddleExchangeAbi, eventName, args: values } as never) as readonly Hex[];
  const item = straddleExchangeAbi.find((one) => one.type === 'event' && one.name === eventName);
  const inputs = item?.type === 'event' ? item.inputs.filter((input) => !('indexed' in input && input.indexed)) : [];
  const data = encodeAbiParameters(inputs as never, inputs.map(({ name }) => values[name]) as never);
  return [...topics, data].join().toLowerCase();
}
