import { L1_OP_KIND } from '../core/protocol/rows.ts';
import { decodeExchangeLog, type EventArgs, instrumentIn, l1OpIn } from '../l1/exchangeEvent.ts';
import { FollowError } from '../l1/FollowError.ts';
import type { L1Log } from '../l1/L1.ts';
import { type Changing, NOTICE_SEC, unchanged } from '../oracle/inForce.ts';
import { acceptBatch } from './acceptBatch.ts';
import type { CheckedBatch } from './checkedBatch.ts';
import { createOpQueue } from './opQueue.ts';
import type { RebuiltExchangeConfig, RebuiltState } from './rebuiltState.ts';
import { decodeKeyData, keyFingerprint } from './registeredKey.ts';
import type { Committee } from './reportCheck.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** The exchange as its logs tell it. Amounts in cash units. */
export interface RebuiltExchange {
  /**
   * Takes the next log, wholly or not at all: whatever is thrown, the same log may be given again.
   *
   * @returns the batch that it accepted, if it is of one
   * @throws WatcherAlarm; WatchFailure when L1 does not answer
   */
  readonly take: (log: L1Log) => Promise<CheckedBatch | null>;
  /** Forgets what it read of L1 beside the logs, so that it is read afresh. */
  readonly forget: () => void;
  /** @throws WatcherAlarm WATCH_CONFIG_INVALID if the deployment, which names a committee, was not among the logs taken */
  readonly requireDeployed: () => void;
  readonly stateRoot: () => bigint;
  readonly batchCount: () => number;
  readonly lastTimeSec: () => number;
  readonly l1OpIndex: () => number;
  readonly owedToClaims: () => bigint;
  readonly owedToAccounts: () => bigint;
}

/** Events that no exchange emits before its constructor named a committee. */
const LATER: readonly string[] = ['L1OpQueued', 'InstrumentListed', 'BatchAccepted', 'ShapeRegistered'];

export function createRebuiltExchange(config: RebuiltExchangeConfig): RebuiltExchange {
  const { ledger } = config;
  const state: RebuiltState = {
    config,
    ops: createOpQueue(),
    listed: new Map(),
    keys: new Map(),
    owners: new Map(),
    committee: unchanged({ oracles: [], quorum: 1 }),
    owedToClaims: 0n,
    credits: [],
    taken: null,
    call: null,
  };
  return {
    take: (log) => take(state, log),
    forget: () => {
      state.call = null;
    },
    requireDeployed: () => requireDeployed(state),
    stateRoot: ledger.stateRoot,
    batchCount: ledger.batchCount,
    lastTimeSec: ledger.lastTimeSec,
    l1OpIndex: ledger.l1OpIndex,
    owedToClaims: () => state.owedToClaims,
    owedToAccounts: () => ledger.held() + state.ops.pendingDeposits(),
  };
}

/** What fails, fails before anything is changed. */
async function take(state: RebuiltState, log: L1Log): Promise<CheckedBatch | null> {
  const event = orAlarm(() => decodeExchangeLog(log));
  if (LATER.includes(event.eventName)) requireDeployed(state);
  switch (event.eventName) {
    case 'L1OpQueued':
      queueOp(state, event.args, log);
      return null;
    case 'InstrumentListed': {
      const instrument = orAlarm(() => instrumentIn(event.args, log));
      state.listed.set(event.args.id, instrument);
      return null;
    }
    case 'OracleCommitteeSet':
      state.committee = await changedCommittee(state, event.args, log);
      return null;
    case 'ShapeRegistered':
      await registerShape(state, event.args, log);
      return null;
    case 'WithdrawalCredited':
      state.owedToClaims += event.args.amount;
      state.credits = [...state.credits, event.args];
      return null;
    case 'Claimed':
      state.owedToClaims -= event.args.amount;
      return null;
    case 'BatchAccepted':
      return acceptBatch(state, event.args, log);
    default:
      return null;
  }
}

/** @throws WatcherAlarm WATCH_LOG_UNREADABLE */
function orAlarm<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FollowError)) throw cause;
    throw new WatcherAlarm('WATCH_LOG_UNREADABLE', cause.message, cause.data, cause);
  }
}

function requireDeployed({ committee, config: { exchange } }: RebuiltState): void {
  if (committee.latest.oracles.length > 0) return;
  const message = `The logs of ${exchange} that were read do not begin with its deployment: --exchange must be the exchange and --from-block not after its deployment's block. If they are, L1 leaves logs out.`;
  throw new WatcherAlarm('WATCH_CONFIG_INVALID', message, { exchange });
}

function queueOp({ ops, owners }: RebuiltState, args: EventArgs<'L1OpQueued'>, log: L1Log): void {
  ops.push(
    Number(args.index),
    orAlarm(() => l1OpIn(args, log)),
    args.opHash,
  );
  if (args.kind === L1_OP_KIND.OPEN) owners.set(args.account, args.owner);
}

async function changedCommittee(
  { committee, config }: RebuiltState,
  { oracles, quorum }: EventArgs<'OracleCommitteeSet'>,
  log: L1Log,
): Promise<Changing<Committee>> {
  const before = committee.latest;
  const isFirst = before.oracles.length === 0;
  const sinceSec = isFirst ? 0 : (await config.source.timeSec(log)) + NOTICE_SEC;
  return { before, sinceSec, latest: { oracles, quorum } };
}

async function registerShape(
  { config: { expectedKeys, source }, keys }: RebuiltState,
  { shapeId, verifier }: EventArgs<'ShapeRegistered'>,
  log: L1Log,
): Promise<void> {
  const key = decodeKeyData(await source.code(verifier, log), verifier);
  const fingerprint = keyFingerprint(key);
  if (expectedKeys !== null && !expectedKeys.has(fingerprint)) {
    const message = `Shape ${shapeId} is registered with a verifying key that is none of the expected ones (fingerprint ${fingerprint}): whoever made it may be able to prove anything. Derive the shape's key from its circuit and transcript, and compare.`;
    throw new WatcherAlarm('WATCH_KEY_UNKNOWN', message, { shapeId, verifier, fingerprint });
  }
  keys.set(shapeId, key);
}
