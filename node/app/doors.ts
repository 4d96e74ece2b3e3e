import type { PrivateKeyAccount } from 'viem/accounts';
import { proverMethods } from '../batcher/proverMethods.ts';
import type { Clock } from '../clock.ts';
import { nowSec } from '../clock.ts';
import type { Cryptography } from '../crypto/cryptography.ts';
import { createDoor } from '../gateway/door.ts';
import type { Feeds } from '../gateway/feeds.ts';
import { OPTIONAL_PREFIX, type PublicMethodsConfig, publicMethods } from '../gateway/publicMethods.ts';
import { createSignatureQueue } from '../gateway/signatureQueue.ts';
import { LogError } from '../log/LogError.ts';
import type { Replica } from '../replica/replica.ts';
import { createDispatcher } from '../rpc/dispatcher.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { type RpcServer, startRpcServer } from '../rpc/server.ts';
import type { Leader } from '../sequencer/leader.ts';
import { signReceipt } from '../sequencer/receipt.ts';
import { SequencerError } from '../sequencer/SequencerError.ts';
import type { Applied } from '../sequencer/sequencer.ts';
import { showBatch } from './batchView.ts';
import type { NodeConfig } from './config.ts';
import { type Health, healthPage } from './health.ts';
import type { NodeMetrics } from './nodeMetrics.ts';
import { createShownGreeks } from './shownGreeks.ts';

export interface DoorsConfig {
  readonly config: NodeConfig;
  readonly clock: Clock;
  readonly cryptography: Cryptography;
  readonly domain: bigint;
  readonly account: PrivateKeyAccount;
  readonly replica: Replica;
  readonly leader: Leader;
  readonly feeds: Feeds;
  readonly metrics: NodeMetrics;
  readonly health: Health;
  /** An internal error of a method, for the log. */
  readonly onInternal: (method: string, error: unknown) => void;
}

const LOOPBACK = '127.0.0.1';

/** The port of provers, on loopback. @throws ListenError */
export const openInternalDoor = ({ config, replica, onInternal }: DoorsConfig): Promise<RpcServer> =>
  startRpcServer(
    {
      host: LOOPBACK,
      port: config.internal.port,
      portFlag: '--internal-port',
      maxBodyBytes: config.internal.maxBodyBytes,
      maxConnections: 64,
      webSocket: null,
      pages: {},
    },
    createDispatcher({ handlers: proverMethods(replica.batcher), onInternal }),
  );

/** The port of everybody. @throws ListenError */
export const openPublicDoor = (doors: DoorsConfig): Promise<RpcServer> => {
  const { config, feeds, metrics, health, onInternal } = doors;
  return startRpcServer(
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
      pages: { '/health': healthPage(health), '/metrics': metrics.page },
    },
    createDispatcher({
      handlers: publicMethods(methodsConfig(doors)),
      optionalPrefix: OPTIONAL_PREFIX,
      onInternal,
      onCall: metrics.onCall,
    }),
  );
};

const methodsConfig = (doors: DoorsConfig): PublicMethodsConfig => {
  const { account, clock, config, cryptography, domain, feeds, health, leader, replica } = doors;
  const { view } = replica;
  const receiptDomain = { chainId: config.l1.chainId, exchange: config.l1.exchange };
  const receipt = (record: Applied['record']) => signReceipt(account, receiptDomain, record);
  return {
    view,
    door: createDoor({
      signatures: createSignatureQueue(cryptography),
      domain,
      view,
      nowSec: () => nowSec(clock),
    }),
    feeds,
    submit: async (entry, signers) => {
      try {
        return await leader.sequencer.submit(entry, signers);
      } catch (error) {
        throw toRpcError(error);
      }
    },
    receipt,
    receiptAt: async (index) => {
      const record = await replica.log.get(index);
      return record === null ? null : await receipt(record);
    },
    greeks: createShownGreeks(replica.reportInForce),
    status: health,
    ...batchReads(replica),
  };
};

const batchReads = ({ jobs }: Replica): Pick<PublicMethodsConfig, 'batch' | 'batches'> => ({
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

/** Errors of the sequencer and the log as the RPC shows them. */
const toRpcError = (error: unknown): unknown => {
  if (error instanceof SequencerError) return new RpcError(error.code, error.message);
  if (error instanceof LogError) return new RpcError('NOT_ACCEPTING', error.message, { code: error.code });
  return error;
};
