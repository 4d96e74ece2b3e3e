import { decodeEventLog, encodeAbiParameters, encodeEventTopics, type Hex } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { type Instrument, instrumentKindOf } from '../core/protocol/instrument.ts';
import { type L1Op, l1OpKindOf } from '../core/protocol/rows.ts';
import { FollowError } from './FollowError.ts';
import type { L1Log } from './L1.ts';

/** A log of the exchange, wherever it was found. */
export interface ExchangeLog extends Pick<L1Log, 'topics' | 'data'> {
  /** Its place, for messages; null: not in a block. */
  readonly blockNumber: bigint | null;
  readonly logIndex: number | null;
}

export type ExchangeEvent = ReturnType<typeof decode>;
export type EventArgs<Name extends ExchangeEvent['eventName']> = (ExchangeEvent & {
  readonly eventName: Name;
})['args'];

/**
 * What a log of the exchange says. Strict: bytes that say the same in another way are refused too, as no contract emits
 * them.
 *
 * @throws FollowError L1_LOG_UNREADABLE
 */
export function decodeExchangeLog(log: ExchangeLog): ExchangeEvent {
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

function unreadable({ blockNumber, logIndex, topics }: ExchangeLog, why: string, cause?: unknown): FollowError {
  const message = `log ${logIndex} of L1 block ${blockNumber} ${why}; check that this program is as new as the contract, then ask a second L1 endpoint`;
  return new FollowError('L1_LOG_UNREADABLE', message, { block: String(blockNumber), logIndex, topics }, cause);
}

function decode({ data, topics }: ExchangeLog) {
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

/** @throws FollowError L1_LOG_UNREADABLE for a kind that there is not */
export function l1OpIn(args: EventArgs<'L1OpQueued'>, log: ExchangeLog): L1Op {
  const { account, amount, keyX, keyY, kind: number, owner } = args;
  const kind = l1OpKindOf(number);
  if (kind === undefined) throw unreadable(log, `names the unknown kind ${number} of L1 op`);
  return { kind, account, amount, owner: BigInt(owner), keyX, keyY };
}

/** @throws FollowError L1_LOG_UNREADABLE for a kind that there is not */
export function instrumentIn(args: EventArgs<'InstrumentListed'>, log: ExchangeLog): Instrument {
  const { expiry, id, kind: number, strike } = args;
  const kind = instrumentKindOf(number);
  if (kind === undefined) throw unreadable(log, `lists the unknown kind ${number} of instrument`);
  return { instrument: id, kind, expirySec: expiry, strike: BigInt(strike) };
}
