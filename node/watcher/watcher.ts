import { type Address, decodeEventLog, type Hex, type Log, type PublicClient } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { ProverBackend, VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import type { BatchRows, L1OpKind } from '../core/ledger/rows.ts';
import type { Instrument } from '../core/machine/entry.ts';
import { checkBatch } from './batchCheck.ts';
import { createOpQueue } from './opQueue.ts';
import { readRegisteredKey } from './registeredKey.ts';
import type { Committee, ReportCheck } from './reportCheck.ts';
import { readSubmission, type Submission } from './submission.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import type { WatchedLedger } from './watchedLedger.ts';

export interface WatcherConfig {
  readonly client: PublicClient;
  readonly exchange: Address;
  /** The block of the deployment. */
  readonly fromBlock: bigint;
  /** Blocks on top of one before it is read. */
  readonly confirmations: number;
  readonly ledger: WatchedLedger;
  readonly reports: ReportCheck;
  readonly verify: ProverBackend['verify'];
  readonly onBatch: (batch: CheckedBatch) => void;
}

export interface CheckedBatch {
  readonly batchNumber: number;
  readonly stateRoot: bigint;
  readonly block: bigint;
  readonly rows: BatchRows;
}

/** What the watcher knows at a block; every figure is rebuilt from L1 and equal to the contract's own. */
export interface WatchedHead {
  readonly block: bigint;
  /** Batches accepted. */
  readonly batchCount: number;
  readonly stateRoot: bigint;
  /** Cash units: what the exchange's token balance is, and what it owes. */
  readonly tokenBalance: bigint;
  readonly owedToClaims: bigint;
  readonly owedToAccounts: bigint;
}

export interface Watcher {
  /** Reads and checks up to the confirmed head. @throws WatcherAlarm; viem's error when L1 does not answer */
  readonly step: () => Promise<WatchedHead>;
}

const BLOCKS_PER_CALL = 2_000n;
const KINDS = [null, 'call', 'put', 'future'] as const;
const TOKEN_ABI = [
  {
    type: 'function',
    name: 'balanceOf',
    stateMutability: 'view',
    inputs: [{ name: 'account', type: 'address' }],
    outputs: [{ name: '', type: 'uint256' }],
  },
] as const;

type Event = ReturnType<typeof decodeLog>;

/** Rebuilds the exchange from L1 alone and compares it with what the contract says, batch by batch. */
export function createWatcher(config: WatcherConfig): Watcher {
  const { client, exchange, ledger } = config;
  const contract = { address: exchange, abi: straddleExchangeAbi } as const;
  const ops = createOpQueue();
  const listed = new Map<number, Instrument>();
  const keys = new Map<number, VerifyingKey>();
  let committee: Committee = { oracles: [], quorum: 1 };
  let owedToClaims = 0n;
  const pending: Log<bigint, number, false>[] = [];
  let nextBlock = config.fromBlock;
  let lastRead: { readonly number: bigint; readonly hash: Hex } | null = null;
  let current: { readonly hash: Hex; readonly submission: Submission; taken: number } | null = null;

  async function acceptBatch(event: Event & { eventName: 'BatchAccepted' }, log: Log<bigint, number, false>) {
    if (current?.hash !== log.transactionHash) {
      const submission = await readSubmission(client, exchange, log.transactionHash);
      current = { hash: log.transactionHash, submission, taken: 0 };
    }
    const { batches, reports, shapeId } = current.submission;
    const batch = batches[current.taken];
    const report = batch === undefined ? undefined : reports[batch.reportIndex];
    const key = keys.get(shapeId);
    if (batch === undefined || report === undefined) {
      const message = `Transaction ${log.transactionHash} accepted more batches than it carries.`;
      throw new WatcherAlarm('WATCH_SUBMISSION_UNREADABLE', message, { hash: log.transactionHash });
    }
    if (key === undefined) {
      throw new WatcherAlarm('WATCH_SHAPE_UNKNOWN', `A batch of the unregistered shape ${shapeId} was accepted.`, {
        shapeId,
      });
    }
    current.taken += 1;
    const table = await config.reports.check(report, committee, listed);
    const rows = await checkBatch({ batch, report, table, key }, ledger, ops, config.verify);
    if (event.args.stateRoot !== ledger.stateRoot() || event.args.batchNumber + 1n !== BigInt(ledger.batchCount())) {
      const message = `L1 announced header ${event.args.batchNumber} with root ${event.args.stateRoot}; rebuilt: ${ledger.batchCount()} batches, ${ledger.stateRoot()}.`;
      throw new WatcherAlarm('WATCH_ROOT_DISAGREES', message, { batchNumber: event.args.batchNumber });
    }
    config.onBatch({
      batchNumber: ledger.batchCount() - 1,
      stateRoot: ledger.stateRoot(),
      block: log.blockNumber,
      rows,
    });
  }

  async function take(log: Log<bigint, number, false>): Promise<void> {
    const event = decodeLog(log);
    switch (event.eventName) {
      case 'L1OpQueued': {
        const { index, opHash, owner, kind, ...rest } = event.args;
        ops.push(Number(index), { ...rest, kind: kind as L1OpKind, owner: BigInt(owner) }, opHash);
        return;
      }
      case 'InstrumentListed': {
        const { id, expiry, strike } = event.args;
        const kind = KINDS[event.args.kind];
        if (kind === null || kind === undefined) throw unreadable(log);
        listed.set(id, { instrument: id, kind, expirySec: expiry, strike: BigInt(strike) });
        return;
      }
      case 'OracleCommitteeSet':
        committee = event.args;
        return;
      case 'ShapeRegistered':
        keys.set(event.args.shapeId, await readRegisteredKey(client, event.args.verifier));
        return;
      case 'WithdrawalCredited':
        owedToClaims += event.args.amount;
        return;
      case 'Claimed':
        owedToClaims -= event.args.amount;
        return;
      case 'BatchAccepted':
        await acceptBatch(event, log);
        return;
      default:
        return;
    }
  }

  /** A log leaves the list once it is taken, so that L1 failing to answer in between loses and repeats nothing. */
  async function takePending(): Promise<void> {
    for (let log = pending[0]; log !== undefined; log = pending[0]) {
      await take(log);
      pending.shift();
    }
  }

  async function checkUnchanged(): Promise<void> {
    if (lastRead === null) return;
    const { hash } = await client.getBlock({ blockNumber: lastRead.number });
    if (hash === lastRead.hash) return;
    const message = `L1 replaced block ${lastRead.number}, already read. Start the watcher again with more confirmations.`;
    throw new WatcherAlarm('WATCH_REORG_TOO_DEEP', message, { block: lastRead.number, read: lastRead.hash, now: hash });
  }

  async function compare(blockNumber: bigint): Promise<WatchedHead> {
    const at = { ...contract, blockNumber } as const;
    const [stateRoot, batchNumber, lastTime, l1OpIndex, conservation, token] = await Promise.all([
      client.readContract({ ...at, functionName: 'stateRoot' }),
      client.readContract({ ...at, functionName: 'batchNumber' }),
      client.readContract({ ...at, functionName: 'lastTime' }),
      client.readContract({ ...at, functionName: 'l1OpIndex' }),
      client.readContract({ ...at, functionName: 'conservation' }),
      client.readContract({ ...at, functionName: 'token' }),
    ]);
    const own = [ledger.stateRoot(), ledger.batchCount(), ledger.lastTimeSec(), ledger.l1OpIndex()].join();
    const theirs = [stateRoot, batchNumber, lastTime, l1OpIndex].join();
    if (own !== theirs) {
      const message = `At L1 block ${blockNumber} the contract has root, batch, time and op index ${theirs}; rebuilt: ${own}.`;
      throw new WatcherAlarm('WATCH_ROOT_DISAGREES', message, { block: blockNumber });
    }
    const owedToAccounts = ledger.held() + ops.pendingDeposits();
    const tokenBalance = await client.readContract({
      address: token,
      abi: TOKEN_ABI,
      functionName: 'balanceOf',
      args: [exchange],
      blockNumber,
    });
    if (
      // Where bad debt has been withdrawn, the books call what is missing by its name.
      tokenBalance < owedToClaims + owedToAccounts ||
      conservation[1] !== owedToClaims ||
      conservation[2] - conservation[3] !== owedToAccounts
    ) {
      const message = `The exchange holds ${tokenBalance} and owes ${owedToClaims} to claims and ${owedToAccounts} to accounts; by its own books ${conservation.join(', ')}.`;
      throw new WatcherAlarm('WATCH_MONEY_MISSING', message, { block: blockNumber });
    }
    return {
      block: blockNumber,
      batchCount: ledger.batchCount(),
      stateRoot,
      tokenBalance,
      owedToClaims,
      owedToAccounts,
    };
  }

  return {
    step: async () => {
      await checkUnchanged();
      await takePending();
      const head = await client.getBlockNumber({ cacheTime: 0 });
      const confirmed = head - BigInt(config.confirmations);
      while (nextBlock <= confirmed) {
        const last = nextBlock + BLOCKS_PER_CALL - 1n;
        const toBlock = last < confirmed ? last : confirmed;
        const block = await client.getBlock({ blockNumber: toBlock });
        pending.push(...(await client.getLogs({ address: exchange, fromBlock: nextBlock, toBlock })));
        nextBlock = toBlock + 1n;
        lastRead = { number: toBlock, hash: block.hash };
        await takePending();
      }
      return compare(nextBlock - 1n);
    },
  };
}

function decodeLog(log: Log<bigint, number, false>) {
  try {
    return decodeEventLog({ abi: straddleExchangeAbi, data: log.data, topics: log.topics, strict: true });
  } catch (cause) {
    throw unreadable(log, cause);
  }
}

function unreadable(log: Log, cause?: unknown): WatcherAlarm {
  const message = `Log ${log.logIndex} of L1 block ${log.blockNumber} does not decode: is this watcher as new as the contract?`;
  return new WatcherAlarm('WATCH_LOG_UNREADABLE', message, { block: log.blockNumber, logIndex: log.logIndex }, cause);
}
