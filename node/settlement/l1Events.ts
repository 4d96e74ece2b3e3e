import { decodeEventLog, type Log } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import { instrumentKindOf } from '../core/protocol/instrument.ts';
import { type L1Op, type L1OpKind, l1OpKindOf } from '../core/protocol/rows.ts';
import { SettlementError } from './SettlementError.ts';

/** What the sequencer needs to know of L1, in L1's order. */
export type L1Event =
  | { readonly type: 'l1Op'; readonly index: number; readonly op: L1Op }
  | { readonly type: 'list'; readonly instrument: Instrument }
  | { readonly type: 'delist'; readonly instrument: number };

const unreadable = (log: Log, why: string, cause?: unknown): SettlementError =>
  new SettlementError(
    'L1_LOG_UNREADABLE',
    `log ${log.logIndex} of L1 block ${log.blockNumber} ${why}; settlement stopped: is this node as new as the contract?`,
    { blockNumber: String(log.blockNumber), logIndex: log.logIndex, topics: log.topics },
    cause,
  );

const decode = (log: Log) => {
  try {
    return decodeEventLog({ abi: straddleExchangeAbi, data: log.data, topics: log.topics, strict: true });
  } catch (cause) {
    throw unreadable(log, 'does not decode', cause);
  }
};

const toKind = (log: Log, kind: number): L1OpKind => {
  const known = l1OpKindOf(kind);
  if (known !== undefined) return known;
  throw unreadable(log, `names the unknown L1 op kind ${kind}`);
};

/**
 * One log of the exchange; null for those that order nothing (accepted batches, claims, governance).
 * @throws SettlementError L1_LOG_UNREADABLE for anything that is not in the contract's ABI.
 */
export const decodeL1Log = (log: Log): L1Event | null => {
  const event = decode(log);
  switch (event.eventName) {
    case 'L1OpQueued': {
      const { index, kind, account, owner, amount, keyX, keyY } = event.args;
      const op = { kind: toKind(log, kind), account, amount, owner: BigInt(owner), keyX, keyY };
      return { type: 'l1Op', index: Number(index), op };
    }
    case 'InstrumentListed': {
      const kind = instrumentKindOf(event.args.kind);
      if (kind === undefined) throw unreadable(log, `lists the unknown kind ${event.args.kind}`);
      const instrument = event.args.id;
      return {
        type: 'list',
        instrument: { instrument, kind, expirySec: event.args.expiry, strike: BigInt(event.args.strike) },
      };
    }
    case 'InstrumentDelisted':
      return { type: 'delist', instrument: event.args.id };
    default:
      return null;
  }
};
