import type { Address, Hex } from 'viem';
import type { ProverBackend, VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import { instrumentKindOf } from '../core/protocol/instrument.ts';
import { type BatchRows, L1_OP_KIND, type L1Op, l1OpKindOf } from '../core/protocol/rows.ts';
import { checkBatch } from './batchCheck.ts';
import { decodeExchangeLog, type ExchangeEvent, unreadable } from './exchangeEvent.ts';
import type { ExpectedKeys } from './expectedKeys.ts';
import type { L1Log, L1Source } from './l1Source.ts';
import { createOpQueue } from './opQueue.ts';
import { decodeKeyData, keyFingerprint } from './registeredKey.ts';
import { COMMITTEE_OVERLAP_SEC, type Committee, type ReportCheck } from './reportCheck.ts';
import { readSubmission, type Submission } from './submission.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import type { WatchedLedger } from './watchedLedger.ts';

export interface RebuiltExchangeConfig {
  readonly source: L1Source;
  readonly exchange: Address;
  readonly ledger: WatchedLedger;
  readonly reports: ReportCheck;
  readonly expectedKeys: ExpectedKeys;
  readonly verify: ProverBackend['verify'];
}

export interface CheckedBatch {
  readonly batchNumber: number;
  readonly stateRoot: bigint;
  readonly block: bigint;
  readonly rows: BatchRows;
}

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

type Args<Name extends ExchangeEvent['eventName']> = (ExchangeEvent & { readonly eventName: Name })['args'];

/** Events that no exchange emits before its constructor named a committee. */
const LATER: readonly string[] = ['L1OpQueued', 'InstrumentListed', 'BatchAccepted', 'ShapeRegistered'];
const { FORCED_WITHDRAWAL, OPEN } = L1_OP_KIND;

export function createRebuiltExchange(config: RebuiltExchangeConfig): RebuiltExchange {
  const { exchange, expectedKeys, ledger, reports, source, verify } = config;
  const ops = createOpQueue();
  const listed = new Map<number, Instrument>();
  const keys = new Map<number, VerifyingKey>();
  let committee: Committee = { oracles: [], quorum: 1 };
  const owners = new Map<number, string>();
  let owedToClaims = 0n;
  /** What L1 credited since the last batch, which must be what the next one pays. */
  let credits: readonly Args<'WithdrawalCredited'>[] = [];
  /** How many batches of the transaction taken last are taken. */
  let taken: { readonly hash: Hex; readonly batches: number } | null = null;
  let call: { readonly hash: Hex; readonly submission: Submission } | null = null;

  function requireDeployed(): void {
    if (committee.oracles.length > 0) return;
    const message = `The logs of ${exchange} that were read do not begin with its deployment: --exchange must be the exchange and --from-block not after its deployment's block. If they are, L1 leaves logs out.`;
    throw new WatcherAlarm('WATCH_CONFIG_INVALID', message, { exchange });
  }

  async function changedCommittee({ oracles, quorum }: Args<'OracleCommitteeSet'>, log: L1Log): Promise<Committee> {
    if (committee.oracles.length === 0) return { oracles, quorum };
    const untilSec = (await source.timeSec(log)) + COMMITTEE_OVERLAP_SEC;
    return { oracles, quorum, earlier: { oracles: committee.oracles, quorum: committee.quorum, untilSec } };
  }

  async function submissionOf(log: L1Log): Promise<Submission> {
    const hash = log.transactionHash;
    if (call?.hash !== hash) call = { hash, submission: readSubmission(await source.transaction(log), exchange, hash) };
    return call.submission;
  }

  async function acceptBatch(announced: Args<'BatchAccepted'>, log: L1Log): Promise<CheckedBatch> {
    const hash = log.transactionHash;
    const batchNumber = ledger.batchCount();
    checkAnnounced({ batchNumber: announced.batchNumber }, { batchNumber: BigInt(batchNumber) });
    const { batches, reports: submitted, shapeId } = await submissionOf(log);
    const at = taken?.hash === hash ? taken.batches : 0;
    const batch = batches[at];
    const report = batch === undefined ? undefined : submitted[batch.reportIndex];
    if (batch === undefined || report === undefined) {
      const message = `Transaction ${hash} accepted more batches than it carries. Fetch it from a second L1 endpoint.`;
      throw new WatcherAlarm('WATCH_SUBMISSION_UNREADABLE', message, { hash });
    }
    const key = keys.get(shapeId);
    if (key === undefined) {
      const message = `A batch of the unregistered shape ${shapeId} was accepted.`;
      throw new WatcherAlarm('WATCH_SHAPE_UNKNOWN', message, { shapeId });
    }
    const table = await reports.check(report, committee, listed);
    const { next, rows } = await checkBatch({ batch, report, table, key }, ledger, ops, verify);
    checkAnnounced(announced, {
      batchNumber: BigInt(batchNumber),
      shapeId,
      stateRoot: next.stateRoot,
      time: batch.time,
      riskTableHash: report.riskTableHash,
      logChainHash: batch.logChainHash,
      l1OpIndex: BigInt(ledger.l1OpIndex() + rows.l1Ops.length),
    });
    checkCredits(batchNumber, credits, paymentsOf(rows, owners));
    credits = [];
    next.commit();
    ops.take(rows.l1Ops);
    taken = { hash, batches: at + 1 };
    return { batchNumber, stateRoot: next.stateRoot, block: log.blockNumber, rows };
  }

  async function registerShape({ shapeId, verifier }: Args<'ShapeRegistered'>, log: L1Log): Promise<void> {
    const key = decodeKeyData(await source.code(verifier, log), verifier);
    const fingerprint = keyFingerprint(key);
    if (expectedKeys !== null && !expectedKeys.has(fingerprint)) {
      const message = `Shape ${shapeId} is registered with a verifying key that is none of the expected ones (fingerprint ${fingerprint}): whoever made it may be able to prove anything. Derive the shape's key from its circuit and transcript, and compare.`;
      throw new WatcherAlarm('WATCH_KEY_UNKNOWN', message, { shapeId, verifier, fingerprint });
    }
    keys.set(shapeId, key);
  }

  return {
    take: async (log) => {
      const event = decodeExchangeLog(log);
      if (LATER.includes(event.eventName)) requireDeployed();
      switch (event.eventName) {
        case 'L1OpQueued':
          ops.push(Number(event.args.index), l1OpOf(event.args, log), event.args.opHash);
          if (event.args.kind === OPEN) owners.set(event.args.account, event.args.owner);
          return null;
        case 'InstrumentListed':
          listed.set(event.args.id, instrumentOf(event.args, log));
          return null;
        case 'OracleCommitteeSet':
          committee = await changedCommittee(event.args, log);
          return null;
        case 'ShapeRegistered':
          await registerShape(event.args, log);
          return null;
        case 'WithdrawalCredited':
          owedToClaims += event.args.amount;
          credits = [...credits, event.args];
          return null;
        case 'Claimed':
          owedToClaims -= event.args.amount;
          return null;
        case 'BatchAccepted':
          return acceptBatch(event.args, log);
        default:
          return null;
      }
    },
    forget: () => {
      call = null;
    },
    requireDeployed,
    stateRoot: ledger.stateRoot,
    batchCount: ledger.batchCount,
    lastTimeSec: ledger.lastTimeSec,
    l1OpIndex: ledger.l1OpIndex,
    owedToClaims: () => owedToClaims,
    owedToAccounts: () => ledger.held() + ops.pendingDeposits(),
  };
}

function l1OpOf({ account, amount, keyX, keyY, kind: number, owner }: Args<'L1OpQueued'>, log: L1Log): L1Op {
  const kind = l1OpKindOf(number);
  if (kind === undefined) throw unreadable(log, `names the unknown kind ${number} of L1 op`);
  return { kind, account, amount, owner: BigInt(owner), keyX, keyY };
}

function instrumentOf({ expiry, id, kind: number, strike }: Args<'InstrumentListed'>, log: L1Log): Instrument {
  const kind = instrumentKindOf(number);
  if (kind === undefined) throw unreadable(log, `lists the unknown kind ${number} of instrument`);
  return { instrument: id, kind, expirySec: expiry, strike: BigInt(strike) };
}

/** What the contract announced of a batch must be what the batch itself says and leads to. */
function checkAnnounced(announced: Partial<Args<'BatchAccepted'>>, rebuilt: Partial<Args<'BatchAccepted'>>): void {
  for (const field of Object.keys(rebuilt) as (keyof typeof rebuilt)[]) {
    if (announced[field] === rebuilt[field]) continue;
    const message = `L1 announced batch ${announced.batchNumber} with ${field} ${announced[field]}; rebuilt: batch ${rebuilt.batchNumber} with ${rebuilt[field]}.`;
    throw new WatcherAlarm('WATCH_ROOT_DISAGREES', message, { batchNumber: announced.batchNumber, field });
  }
}

/** Account, owner and amount of each payment of a batch, in the contract's order. */
function paymentsOf({ l1Ops, withdrawals }: BatchRows, owners: ReadonlyMap<number, string>): readonly string[] {
  const forced = l1Ops.filter(({ kind }) => kind === FORCED_WITHDRAWAL).map((op) => ({ ...op, amount: op.paid }));
  const paid = [...forced, ...withdrawals].filter(({ amount }) => amount > 0n);
  return paid.map(({ account, amount }) => `${amount} to ${owners.get(account)} of account ${account}`);
}

/** L1 must credit what the batch pays, to the owner of the account, and nothing else. */
function checkCredits(
  batch: number,
  credits: readonly Args<'WithdrawalCredited'>[],
  payments: readonly string[],
): void {
  const credited = credits
    .filter(({ amount }) => amount > 0n)
    .map(({ account, amount, owner }) => `${amount} to ${owner} of account ${account}`);
  if (credited.join() === payments.join() && credits.every(({ batchNumber }) => batchNumber === BigInt(batch))) return;
  const message = `For batch ${batch} L1 credited ${credited.join(', ') || 'nothing'}; the batch pays ${payments.join(', ') || 'nothing'}.`;
  throw new WatcherAlarm('WATCH_MONEY_MISSING', message, { batchNumber: batch });
}
