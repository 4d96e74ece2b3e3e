import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { createPublicClient, createWalletClient, defineChain, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createBatcher } from '../batcher/batcher.ts';
import { createCoreLedger } from '../batcher/coreLedger.ts';
import { openJobStore } from '../batcher/jobStore.ts';
import { proverMethods } from '../batcher/proverMethods.ts';
import { type NodeConfig, type NodeConfigInput, parseNodeConfig } from '../config.ts';
import { decodeEntry } from '../core/codec/entry.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import type { ApplyResult } from '../core/machine/machine.ts';
import type { MachineConfig } from '../core/machine/machineConfig.ts';
import { type InstrumentGreeks, reportGreeks } from '../core/pricing/greeks.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import { DEVELOPMENT_RISK_PRESET } from '../core/protocol/riskPreset.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { createDoor } from '../gateway/door.ts';
import { createFeeds } from '../gateway/feeds.ts';
import { OPTIONAL_PREFIX, publicMethods, type Status } from '../gateway/publicMethods.ts';
import { createSignatureQueue } from '../gateway/signatureQueue.ts';
import { openEntryLog } from '../log/entryLog.ts';
import { LogError } from '../log/LogError.ts';
import { openSnapshotStore } from '../log/snapshotStore.ts';
import { shownPrices } from '../oracle/shownPrices.ts';
import { createDispatcher } from '../rpc/dispatcher.ts';
import { toJson } from '../rpc/json.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { type RpcServer, startRpcServer } from '../rpc/server.ts';
import { createL1Reader } from '../settlement/l1Reader.ts';
import { createSealRecord } from '../settlement/sealLate.ts';
import { startSettlement } from '../settlement/settlement.ts';
import { createSubmitter } from '../settlement/submitter.ts';
import { createAlarms } from './alarms.ts';
import { showBatch } from './batchView.ts';
import { createL1Feed } from './l1Feed.ts';
import { createNodeMetrics } from './nodeMetrics.ts';
import { createOracleFeed } from './oracleFeed.ts';
import { rebuildTable } from './rebuildTable.ts';
import { signReceipt } from './receipt.ts';
import { repeat } from './repeat.ts';
import { createReportBound, type ReportOnRecord } from './reportBound.ts';
import { findReport, reportOnRecord } from './reportInForce.ts';
import { restoreState } from './restore.ts';
import { SequencerError } from './SequencerError.ts';
import { type Applied, createSequencer } from './sequencer.ts';
import { createSnapshotter } from './snapshotter.ts';

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
  /** Wall clock, seconds. */
  readonly nowSec?: () => number;
}

/**
 * A sequencer node in this process.
 * @throws ConfigError, LogError, BatcherError, ListenError: each says what to do
 */
export const startNode = async (input: NodeConfigInput, options: StartOptions = {}): Promise<RunningNode> => {
  const config = parseNodeConfig(input);
  const stack: (() => Promise<void>)[] = [];
  const unwind = async (): Promise<void> => {
    for (let close = stack.pop(); close !== undefined; close = stack.pop()) await close();
  };
  try {
    return await assemble(config, options, stack, unwind);
  } catch (error) {
    await unwind();
    throw error;
  }
};

const L1_TIMEOUT_MS = 15_000;
const REPLAY_AHEAD = 8;
const LOOPBACK = '127.0.0.1';

const l1Clients = (config: NodeConfig) => {
  const account = privateKeyToAccount(config.sequencerKey);
  const chain = defineChain({
    id: config.l1.chainId,
    name: 'L1',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [config.l1.url] } },
  });
  const transport = http(config.l1.url, { retryCount: 0, timeout: L1_TIMEOUT_MS });
  return {
    account,
    client: createPublicClient({ chain, transport, cacheTime: 0 }),
    wallet: createWalletClient({ account, chain, transport }),
  };
};

const machineConfig = (config: NodeConfig): MachineConfig => ({
  preset: PRESETS[config.preset],
  makerFeePpm: config.fees.makerFeePpm,
  takerFeePpm: config.fees.takerFeePpm,
  reportMaxAgeSec: config.sequencer.maxReportAgeSec,
  rebuildTable: rebuildTable(DEVELOPMENT_RISK_PRESET),
});

/** Errors of the sequencer and the log as the RPC shows them. */
const toRpcError = (error: unknown): unknown => {
  if (error instanceof SequencerError) return new RpcError(error.code, error.message);
  if (error instanceof LogError) return new RpcError('NOT_ACCEPTING', error.message, { code: error.code });
  return error;
};

const assemble = async (
  config: NodeConfig,
  options: StartOptions,
  stack: (() => Promise<void>)[],
  unwind: () => Promise<void>,
): Promise<RunningNode> => {
  const logger = options.logger ?? pino({ level: config.logLevel });
  const nowSec = options.nowSec ?? (() => Math.floor(Date.now() / 1000));
  const exchange = config.l1.exchange;
  const receiptDomain = { chainId: config.l1.chainId, exchange };
  const domain = stateDomain(BigInt(config.l1.chainId), BigInt(exchange));
  const { hasher, verifier, path } = await createCryptography();
  logger.info({ hashesAndSignatures: path }, 'cryptography');
  const { account, client, wallet } = l1Clients(config);
  const alarms = createAlarms(({ code, message, data }) => logger.error({ code, ...data }, message));

  // Disk.
  const listed = new Set<number>();
  const log = await openEntryLog({
    dir: join(config.dataDir, 'log'),
    hasher,
    domain,
    onEntry: (entry) => {
      if (entry.type === 'list') for (const { instrument } of entry.instruments) listed.add(instrument);
    },
  });
  stack.push(log.close);
  const jobs = await openJobStore(join(config.dataDir, 'jobs'));
  stack.push(jobs.close);
  const snapshots = await openSnapshotStore(join(config.dataDir, 'snapshots'));

  // State.
  const machineOptions = machineConfig(config);
  const warn = (message: string): void => logger.warn(message);
  const restored = await restoreState({ log, snapshots, machine: machineOptions, hasher, batches: jobs.count(), warn });
  const { machine, store } = restored;
  const { view } = machine;
  const ledger = createCoreLedger({ hasher, verifier, domain, deployment: PRESETS[config.preset] }, store);
  const feeds = createFeeds(view);
  const readEntry = async (index: number) => {
    const record = await log.get(index);
    if (record === null) throw new Error(`assertion: there is no log entry ${index}`);
    return { record, entry: decodeEntry(record.bytes) };
  };
  const wakeSettlement = { now: (): void => undefined };
  const batcher = await createBatcher({
    genesisRoot: new MemoryStore(hasher).stateRoot(domain),
    ledger,
    jobs,
    readEntry,
    pricesOf: (inputs) => shownPrices(decodeReportInputs(inputs)),
    alarms,
    leaseMs: config.batch.leaseMs,
    maxAttempts: config.batch.maxAttempts,
    nowMs: () => Date.now(),
    onChange: (record) => {
      feeds.publishBatch(showBatch(record));
      logger.info({ batch: record.batchNumber, state: record.state }, 'batch');
      if (record.state === 'proved') wakeSettlement.now();
    },
    onProvingSeconds: (seconds) => metrics.onProvingSeconds(seconds),
  });

  const greeks = new Map<number, InstrumentGreeks>();
  let inForce: ReportOnRecord | null = await findReport(readEntry, restored.entries, view.reportTimeSec());
  const onResult = (entry: Applied['entry'], result: ApplyResult): void => {
    for (const sealed of result.sealed) batcher.enqueue(sealed);
    if (entry.type === 'report' && result.rejections[0] === null) {
      inForce = reportOnRecord(entry);
      greeks.clear();
      for (const each of reportGreeks(decodeReportInputs(entry.inputs))) greeks.set(each.instrument, each);
    }
  };
  for await (const { entry } of log.read(restored.entries)) {
    onResult(entry, machine.apply(entry));
    if (batcher.pending() > REPLAY_AHEAD) await batcher.idle();
  }
  await batcher.idle();
  await batcher.retryFailed();
  logger.info({ entries: log.length, replayedFrom: restored.entries, batches: jobs.count() }, 'state restored');

  // Order.
  let markFailed: (error: unknown) => void = () => undefined;
  const failed = new Promise<unknown>((resolve) => {
    markFailed = resolve;
  });
  const snapshotter = createSnapshotter({
    everyEntries: config.sequencer.snapshotEveryEntries,
    lastEntries: restored.entries,
    machine,
    ledger,
    batcher,
    log,
    snapshots,
    warn,
  });
  const sequencer = createSequencer({
    log,
    apply: machine.apply,
    keyOf: view.account,
    nowSec,
    maxQueue: config.sequencer.maxQueue,
    maxGroup: config.sequencer.maxGroup,
    maxReportAgeSec: config.sequencer.maxReportAgeSec,
    onApplied: ({ entry, result }) => {
      onResult(entry, result);
      feeds.onEvents(result.events);
      metrics.onFills(result.events.filter((event) => event.type === 'fill').length);
    },
    onFailure: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      alarms.raise({ code: error instanceof LogError ? error.code : 'MACHINE_FAILED', message, data: {} });
      markFailed(error);
    },
  });
  const metrics = createNodeMetrics({
    queue: sequencer.queueLength,
    entries: () => log.length,
    sealed: jobs.count,
    accepted: batcher.acceptedCount,
    alarms: () => alarms.list().length,
  });

  // L1.
  const l1Feed = createL1Feed(view, sequencer, listed);
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  let stopping = false;
  const reader = createL1Reader({
    client,
    exchange,
    fromBlock: BigInt(config.l1.fromBlock),
    confirmations: config.l1.confirmations,
    onEvents: l1Feed.onEvents,
  });
  const submitter = createSubmitter({
    client,
    wallet,
    exchange,
    queue: batcher.queue,
    seals: createSealRecord(client, wallet, exchange),
    maxBatchesPerCall: config.l1.maxBatchesPerCall,
    replaceAfterMs: config.l1.replaceAfterMs,
    receiptPollMs: Math.min(config.l1.pollMs, 1000),
    maxFeePerGasWei: config.l1.maxFeePerGasWei,
    sleep,
    nowMs: () => Date.now(),
    isStopping: () => stopping,
  });
  const { pollMs, maxBackoffMs } = config.l1;
  const settlement = startSettlement({ reader, submitter, alarms, pollMs, maxBackoffMs });
  wakeSettlement.now = settlement.wake;
  stack.push(settlement.stop);

  // Doors.
  const health = (): Status => ({
    accepting: sequencer.failure() === null && !stopping,
    oracleFresh: sequencer.isOracleFresh(),
    timeSec: view.timeSec(),
    entries: log.length,
    queue: sequencer.queueLength(),
    batches: { sealed: jobs.count(), accepted: batcher.acceptedCount(), sealing: batcher.pending() },
    proving: [...batcher.leases()].map(([batchNumber, proverId]) => ({ batchNumber, proverId })),
    settlement: settlement.health(),
    counters: view.counters(),
    alarms: alarms.list(),
  });
  const onInternal = (method: string, error: unknown): void => logger.error({ method, err: error }, 'internal error');
  const receipt = (record: Applied['record']) => signReceipt(account, receiptDomain, record);
  const methods = publicMethods({
    view,
    door: createDoor({ signatures: createSignatureQueue({ hasher, verifier }), domain, view, nowSec }),
    feeds,
    submit: async (entry, signers) => {
      try {
        return await sequencer.submit(entry, signers);
      } catch (error) {
        throw toRpcError(error);
      }
    },
    receipt,
    receiptAt: async (index) => {
      const record = await log.get(index);
      return record === null ? null : await receipt(record);
    },
    greeks: (instrument) => greeks.get(instrument) ?? null,
    status: health,
    batch: async (number) => {
      const record = await jobs.get(number);
      return record === null ? null : showBatch(record);
    },
    batches: async (from, limit) => {
      const numbers = Array.from({ length: Math.max(0, Math.min(limit, jobs.count() - from)) }, (_, at) => from + at);
      const records = await Promise.all(numbers.map(jobs.get));
      return records.flatMap((record) => (record === null ? [] : [showBatch(record)]));
    },
  });
  const healthPage = async () => {
    const shown = health();
    const well = shown.accepting && shown.settlement.state !== 'stopped';
    return { status: well ? 200 : 503, type: 'application/json', body: toJson(shown) };
  };
  const internal: RpcServer = await startRpcServer(
    {
      host: LOOPBACK,
      port: config.internal.port,
      portFlag: '--internal-port',
      maxBodyBytes: config.internal.maxBodyBytes,
      maxConnections: 64,
      webSocket: null,
      pages: {},
    },
    createDispatcher({ handlers: proverMethods(batcher), onInternal }),
  );
  stack.push(internal.close);
  const rpc = await startRpcServer(
    {
      ...config.rpc,
      portFlag: '--rpc-port',
      webSocket: {
        maxBufferedBytes: config.rpc.maxBufferedBytes,
        onOpen: ({ send }) => ({ send, channels: new Set<string>() }),
        onClose: feeds.drop,
        onCount: metrics.onSockets,
        onBinary: null,
      },
      pages: { '/health': healthPage, '/metrics': metrics.page },
    },
    createDispatcher({ handlers: methods, optionalPrefix: OPTIONAL_PREFIX, onInternal, onCall: metrics.onCall }),
  );
  stack.push(rpc.close);

  // Time.
  const oracle = createOracleFeed({
    ...config.oracle,
    client,
    exchange,
    hasher,
    view,
    sequencer,
    alarms,
    rebuildTable: machineOptions.rebuildTable,
    bound: createReportBound({
      inForce: () => inForce,
      sealed: {
        count: async () => {
          await batcher.idle();
          return jobs.count();
        },
        at: async (batchNumber) => {
          const record = await jobs.get(batchNumber);
          if (record === null) throw new Error(`assertion: there is no batch ${batchNumber}`);
          const { prices, signatures, time } = record.report;
          return { timeSec: time, prices, signatures: signatures.length };
        },
      },
    }),
    nowSec,
  });
  const sealIfOld = async (): Promise<void> => {
    const { timeSec } = view.openBatch();
    if (timeSec === null || (nowSec() - timeSec) * 1000 < config.batch.maxAgeMs) return;
    await sequencer.submitOwn([{ type: 'seal' }]);
    await l1Feed.retryDelistings();
  };
  const onTimerError = (error: unknown): void => logger.error({ err: error }, 'a periodic job failed; it runs again');
  const heartbeat = repeat(
    config.sequencer.tickMs,
    async () => {
      if (sequencer.failure() !== null) return;
      await sequencer.tick();
      await sealIfOld();
      await snapshotter.step();
    },
    onTimerError,
  );
  const oracleTimer = repeat(
    Math.min(1000, config.oracle.cadenceSec * 250),
    async () => {
      if (sequencer.failure() === null) await oracle.step();
    },
    onTimerError,
  );
  logger.info({ rpc: rpc.url, internal: internal.url }, 'node runs');

  return {
    rpcUrl: rpc.url,
    wsUrl: rpc.url.replace('http', 'ws'),
    internalUrl: internal.url,
    health,
    failed,
    stop: async () => {
      if (stopping) return;
      stopping = true;
      await Promise.all([heartbeat.stop(), oracleTimer.stop(), settlement.stop()]);
      await sequencer.stop();
      await batcher.idle();
      if (sequencer.failure() === null) await snapshotter.save();
      await unwind();
      logger.info('node stopped');
    },
  };
};
