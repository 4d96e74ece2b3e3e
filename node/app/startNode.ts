import { type Logger, pino } from 'pino';
import { createAlarms } from '../alarms.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { createFeeds } from '../gateway/feeds.ts';
import { cursorIn } from '../l1/cursorStore.ts';
import { repeat } from '../repeat.ts';
import { rebuildTable } from '../replica/rebuildTable.ts';
import { openReplica } from '../replica/replica.ts';
import { startLeader } from '../sequencer/leader.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { type NodeConfig, type NodeConfigInput, parseNodeConfig } from './config.ts';
import { openInternalDoor, openPublicDoor } from './doors.ts';
import { createHealth } from './health.ts';
import { createNodeMetrics } from './nodeMetrics.ts';
import { leaderPart, replicaPart } from './nodeParts.ts';
import { watchNode } from './watchNode.ts';

export interface RunningNode {
  /** JSON-RPC over HTTP (POST /), /health and /metrics. */
  readonly rpcUrl: string;
  readonly wsUrl: string;
  /** For provers; loopback. */
  readonly internalUrl: string;
  readonly health: () => unknown;
  /** Resolves with the failure that stopped the node from accepting, if ever. */
  readonly failed: Promise<unknown>;
  /** Answers what was taken, writes a snapshot, lets go of everything. */
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  readonly logger?: Logger;
  readonly clock?: Clock;
}

const TEND_EVERY_MS = 1000;

/**
 * A sequencer node in this process.
 * @throws ConfigError, LogError, BatcherError, ListenError: each says what to do
 */
export const startNode = async (input: NodeConfigInput, options: StartOptions = {}): Promise<RunningNode> => {
  const config = parseNodeConfig(input);
  const opened = new AsyncDisposableStack();
  try {
    return await assemble(config, options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
};

const assemble = async (
  config: NodeConfig,
  { logger = pino({ level: config.logLevel }), clock = SYSTEM_CLOCK }: StartOptions,
  opened: AsyncDisposableStack,
): Promise<RunningNode> => {
  const cryptography = await createCryptography();
  logger.info({ hashesAndSignatures: cryptography.path }, 'cryptography');
  const alarms = createAlarms(({ code, message, data }) => logger.error({ code, ...data }, message));
  const domain = stateDomain(BigInt(config.l1.chainId), BigInt(config.l1.exchange));
  const onJobError = (error: unknown): void => logger.error({ err: error }, 'a periodic job failed; it runs again');

  const warn = (message: string): void => logger.warn(message);
  const storage = diskStorage(config.dataDir);

  const replica = await openReplica({
    storage,
    clock,
    cryptography,
    domain,
    ...replicaPart(config, opened),
    alarms,
    warn,
  });
  opened.defer(replica.close);
  const leader = startLeader({
    replica,
    clock,
    hasher: cryptography.hasher,
    rebuildTable,
    alarms,
    ...leaderPart(config, cursorIn(await storage.openFolder('l1'))),
    warn,
    onJobError,
  });
  opened.defer(leader.stop);
  const feeds = createFeeds(replica.view);
  const metrics = createNodeMetrics(replica, leader, alarms);
  watchNode({ replica, leader, feeds, metrics, logger });
  const health = createHealth(replica, leader, alarms);
  const onInternal = (method: string, error: unknown): void => logger.error({ method, err: error }, 'internal error');
  const doors = { config, clock, cryptography, domain, replica, leader, feeds, metrics, health, onInternal };
  const internal = await openInternalDoor(doors);
  opened.defer(internal.close);
  const rpc = await openPublicDoor(doors);
  opened.defer(rpc.close);
  const tending = repeat(clock, TEND_EVERY_MS, replica.tend, onJobError);
  logger.info({ rpc: rpc.url, internal: internal.url }, 'node runs');
  const stop = once(async () => {
    await Promise.all([tending.stop(), leader.stop()]);
    await replica.batcher.idle();
    await replica.save();
    await opened.disposeAsync();
    logger.info('node stopped');
  });
  const wsUrl = rpc.url.replace('http', 'ws');
  return { rpcUrl: rpc.url, wsUrl, internalUrl: internal.url, health, failed: leader.failed, stop };
};

/** Whoever calls again waits for the first call's end. */
const once = (run: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | null = null;
  return () => {
    running ??= run();
    return running;
  };
};
