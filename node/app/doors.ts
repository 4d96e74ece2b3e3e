import { proverMethods } from '../batcher/proverMethods.ts';
import type { Clock } from '../clock.ts';
import { nowSec } from '../clock.ts';
import type { Cryptography } from '../crypto/cryptography.ts';
import { type SignatureThreads, startSignatureThreads } from '../crypto/signatureThreads.ts';
import { createBinaryDoor } from '../gateway/binary/binaryDoor.ts';
import type { Feeds } from '../gateway/feeds.ts';
import { createIntake, type Intake } from '../gateway/intake/intake.ts';
import { createJudge } from '../gateway/intake/judge.ts';
import { createSignatureQueue, type SignatureQueue } from '../gateway/intake/signatureQueue.ts';
import { feedText } from '../gateway/json/feedText.ts';
import { OPTIONAL_PREFIX, type PublicMethodsConfig, publicMethods } from '../gateway/json/publicMethods.ts';
import type { Replica } from '../replica/replica.ts';
import { createDispatcher } from '../rpc/dispatcher.ts';
import { type RpcServer, startRpcServer } from '../rpc/server.ts';
import type { Leader } from '../sequencer/leader.ts';
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
  readonly replica: Replica;
  readonly leader: Pick<Leader, 'sequencer' | 'heads'>;
  readonly feeds: Feeds;
  readonly metrics: Pick<NodeMetrics, 'onCall' | 'onSockets' | 'page'>;
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
export const openPublicDoor = async (doors: DoorsConfig): Promise<RpcServer> => {
  const { config, feeds, metrics, health, onInternal } = doors;
  const signatures = openSignatures(doors.cryptography);
  const intake = openIntake(doors, signatures);
  const onCall = metrics.onCall;
  const server = await startRpcServer(
    {
      ...config.rpc,
      portFlag: '--rpc-port',
      webSocket: {
        maxBufferedBytes: config.rpc.maxBufferedBytes,
        onOpen: ({ send }) => ({ deliver: (message) => send(feedText(message)), channels: new Set<string>() }),
        onClose: feeds.drop,
        onCount: metrics.onSockets,
        onBinary: createBinaryDoor({ intake, onInternal, onCall }),
      },
      pages: { '/health': healthPage(health), '/metrics': metrics.page },
    },
    createDispatcher({
      handlers: publicMethods(methodsConfig(doors, intake)),
      optionalPrefix: OPTIONAL_PREFIX,
      onInternal,
      onCall,
    }),
  ).catch(async (error: unknown) => {
    await signatures.close();
    throw error;
  });
  return {
    ...server,
    close: async () => {
      await server.close();
      await signatures.close();
    },
  };
};

/** On threads where there is the native core, else between other work. */
const openSignatures = (cryptography: Cryptography): SignatureThreads =>
  startSignatureThreads() ?? { ...createSignatureQueue(cryptography), close: async () => undefined };

const openIntake = ({ clock, config, domain, leader, replica }: DoorsConfig, signatures: SignatureQueue): Intake =>
  createIntake({
    judge: createJudge({
      signatures,
      domain,
      view: replica.view,
      nowSec: () => nowSec(clock),
    }),
    sequencer: leader.sequencer,
    maxWaiting: config.sequencer.maxQueue,
  });

const methodsConfig = (doors: DoorsConfig, intake: Intake): PublicMethodsConfig => ({
  view: doors.replica.view,
  intake,
  feeds: doors.feeds,
  receiptAt: doors.leader.heads.receiptAt,
  greeks: createShownGreeks(doors.replica.reportInForce),
  status: doors.health,
  ...batchReads(doors.replica),
});

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
