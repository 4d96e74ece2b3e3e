import type { Address } from 'viem';
import type { Alarms } from '../alarms.ts';
import { type Clock, nowSec } from '../clock.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { RebuildTable } from '../core/machine/machineRules.ts';
import type { RiskPreset } from '../core/protocol/riskPreset.ts';
import type { CursorStore } from '../l1/cursorStore.ts';
import { readExchangeDomain } from '../l1/exchangeDomain.ts';
import { createFollower } from '../l1/follower.ts';
import type { L1, L1Account } from '../l1/L1.ts';
import { LogError } from '../log/LogError.ts';
import { createOracleL1 } from '../oracle/oracleL1.ts';
import { repeat } from '../repeat.ts';
import type { Replica } from '../replica/replica.ts';
import { createSealRecord } from '../settlement/sealRecord.ts';
import { type Settlement, startSettlement } from '../settlement/settlement.ts';
import { createSubmitter } from '../settlement/submitter.ts';
import { createHeads, type Heads, type HeadsConfig } from './heads.ts';
import { createL1Feed, type L1Feed } from './l1Feed.ts';
import { createOracleFeed, type OracleFeed, type OracleFeedConfig } from './oracleFeed.ts';
import { createReportBound } from './reportBound.ts';
import { reportsOnRecord } from './reportsOnRecord.ts';
import { sealIfOld } from './sealClock.ts';
import { type Applied, createSequencer, type Sequencer } from './sequencer.ts';

export interface LeaderOptions {
  readonly replica: Replica;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly rebuildTable: (risk: RiskPreset) => RebuildTable;
  readonly alarms: Alarms;
  readonly l1: LeaderL1;
  readonly heads: Pick<HeadsConfig, 'domain' | 'signDigest'>;
  readonly limits: {
    readonly maxQueue: number;
    readonly maxGroup: number;
  };
  readonly tickMs: number;
  /** The open batch is sealed when its first row is this old. */
  readonly batchMaxAgeMs: number;
  readonly oracle: Pick<OracleFeedConfig, 'openCollector' | 'cadenceSec'>;
  readonly warn: (message: string) => void;
  /** A periodic job threw; it runs again. */
  readonly onJobError: (error: unknown) => void;
}

export interface LeaderL1 {
  readonly endpoint: L1;
  /** The sequencer's. */
  readonly account: L1Account;
  /** Where it is kept how far L1 was read. */
  readonly cursor: CursorStore;
  readonly chainId: number;
  readonly exchange: Address;
  readonly fromBlock: number;
  readonly confirmations: number;
  readonly pollMs: number;
  readonly maxBackoffMs: number;
  readonly replaceAfterMs: number;
  readonly maxFeePerGasWei: bigint;
  readonly maxBatchesPerCall: number;
}

/** Of logs; fewer where the endpoint gives fewer. */
const BLOCKS_PER_CALL = 2000;

/** The one node that orders: writer, feeds of L1 and oracles, seal clock, settlement. */
export interface Leader {
  readonly sequencer: Sequencer;
  readonly heads: Heads;
  readonly settlement: Settlement;
  readonly isAccepting: () => boolean;
  /** Shows every entry from now on once, in order, before its submitter is answered. */
  readonly observe: (onApplied: (applied: Applied) => void) => void;
  /** Resolves with the failure that stopped it from accepting, if ever. */
  readonly failed: Promise<unknown>;
  /** Answers what was taken. */
  readonly stop: () => Promise<void>;
}

export const startLeader = (options: LeaderOptions): Leader => {
  const { replica, clock } = options;
  let stopping = false;
  const { promise: failed, resolve: markFailed } = Promise.withResolvers<unknown>();
  const observers: ((applied: Applied) => void)[] = [];
  const onApplied = (applied: Applied): void => {
    for (const observer of observers) observer(applied);
  };
  const heads = createHeads({ log: replica.log, ...options.heads });
  const sequencer = openSequencer(options, heads, onApplied, markFailed);
  beginEpoch(options, sequencer);
  const l1Feed = createL1Feed(replica, sequencer, options.alarms);
  const settlement = openSettlement(options, l1Feed, () => stopping);
  replica.observe({
    onBatch: ({ state }) => {
      if (state === 'proved') settlement.wake();
    },
  });
  const oracle = openOracleFeed(options, sequencer);
  const seal = { clock, view: replica.view, sequencer, maxAgeMs: options.batchMaxAgeMs };
  const jobs = [
    repeat(
      clock,
      options.tickMs,
      async () => {
        if (sequencer.failure() !== null) return;
        await sequencer.tick();
        if (await sealIfOld(seal)) await l1Feed.retryListings();
      },
      options.onJobError,
    ),
    repeat(
      clock,
      Math.min(1000, options.oracle.cadenceSec * 250),
      async () => {
        if (sequencer.failure() === null) await oracle.step();
      },
      options.onJobError,
    ),
  ];
  return {
    sequencer,
    heads,
    settlement,
    isAccepting: () => sequencer.failure() === null && !stopping,
    observe: (observer) => {
      observers.push(observer);
    },
    failed,
    stop: async () => {
      stopping = true;
      await Promise.all([...jobs.map((job) => job.stop()), settlement.stop()]);
      await sequencer.stop();
    },
  };
};

/** A key that the log does not name yet begins an epoch of its own, before anything else is ordered. */
const beginEpoch = ({ l1, replica }: LeaderOptions, sequencer: Sequencer): void => {
  const nodeKey = BigInt(l1.account.address);
  if (replica.view.nodeKey() === nodeKey) return;
  const entry = { type: 'epoch', epoch: replica.view.epoch() + 1, nodeKey } as const;
  // Whatever keeps it out of the log has stopped the sequencer, which says so itself.
  sequencer.submitOwn([entry]).catch(() => undefined);
};

const openSequencer = (
  options: LeaderOptions,
  heads: Heads,
  onApplied: (applied: Applied) => void,
  markFailed: (error: unknown) => void,
): Sequencer => {
  const { replica, alarms, clock, limits } = options;
  return createSequencer({
    ...limits,
    maxReportAgeSec: replica.view.genesis().reportMaxAgeSec,
    log: replica.log,
    heads,
    apply: replica.apply,
    keyOf: replica.view.tradingKey,
    nowSec: () => nowSec(clock),
    onApplied,
    onFailure: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      alarms.raise({ code: error instanceof LogError ? error.code : 'MACHINE_FAILED', message, data: {} });
      markFailed(error);
    },
  });
};

const openSettlement = (options: LeaderOptions, l1Feed: L1Feed, isStopping: () => boolean): Settlement => {
  const { alarms, clock, l1, replica, warn } = options;
  const { account, endpoint, exchange, maxBackoffMs, pollMs } = l1;
  const follower = createFollower({
    l1: endpoint,
    clock,
    chainId: l1.chainId,
    exchange,
    fromBlock: BigInt(l1.fromBlock),
    confirmations: l1.confirmations,
    blocksPerCall: BLOCKS_PER_CALL,
    pauseMs: pollMs,
    cursor: l1.cursor,
    logEntries: () => replica.log.length,
    onEvents: l1Feed.onEvents,
    isPending: l1Feed.isPending,
    warn,
  });
  const transactor = {
    l1: endpoint,
    account,
    clock,
    replaceAfterMs: l1.replaceAfterMs,
    receiptPollMs: Math.min(pollMs, 1000),
    maxFeePerGasWei: l1.maxFeePerGasWei,
    isStopping,
  };
  const submitter = createSubmitter({
    ...transactor,
    exchange,
    queue: replica.batcher.queue,
    seals: createSealRecord(transactor, exchange),
    maxBatchesPerCall: l1.maxBatchesPerCall,
  });
  return startSettlement({ follower, submitter, alarms, clock, pollMs, maxBackoffMs });
};

const openOracleFeed = (options: LeaderOptions, sequencer: Sequencer): OracleFeed => {
  const { alarms, clock, hasher, l1, rebuildTable, replica } = options;
  return createOracleFeed({
    ...options.oracle,
    readL1: async () => {
      const [domain, prices] = await Promise.all([
        readExchangeDomain(l1.endpoint, l1.exchange),
        createOracleL1(l1.endpoint, l1.exchange).prices(),
      ]);
      return { domain, prices };
    },
    hasher,
    view: replica.view,
    sequencer,
    alarms,
    rebuildTable: rebuildTable(replica.view.deployment().risk),
    bound: createReportBound(reportsOnRecord(replica)),
    clock,
  });
};
