import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from 'viem';
import { createAlarms } from '../../node/alarms.ts';
import { parseNodeConfig } from '../../node/app/config.ts';
import { openPublicDoor } from '../../node/app/doors.ts';
import { nowSec, SYSTEM_CLOCK } from '../../node/clock.ts';
import { stateDomain } from '../../node/core/ledger/domain.ts';
import { decodeReportInputs } from '../../node/core/pricing/reportInputsCodec.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { PRESETS } from '../../node/core/protocol/presets.ts';
import { riskTableHash } from '../../node/core/risk/tableHash.ts';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import { createDigestSigner } from '../../node/crypto/headSignature.ts';
import { createFeeds } from '../../node/gateway/feeds.ts';
import { createReportContent } from '../../node/oracle/reportContent.ts';
import { rebuildTable, spotsOf } from '../../node/replica/rebuildTable.ts';
import { openReplica } from '../../node/replica/replica.ts';
import { createHeads } from '../../node/sequencer/heads.ts';
import { createSequencer } from '../../node/sequencer/sequencer.ts';
import { diskStorage } from '../../node/storage/diskStorage.ts';
import { testGenesis } from '../property/testMachine.ts';
import {
  ACCOUNTS,
  accountId,
  BENCH_CHAIN_ID,
  BENCH_EXCHANGE,
  benchInstruments,
  privateKeyOf,
  SPOT,
} from './intakeOrders.ts';

/**
 * A node's way of a submission, from the socket to the disk and back, in a process of its own: everything that the sequencer node has
 * but L1, oracles and settlement, whose entries are written at the start. Prints a line of JSON with its address; on SIGTERM prints the
 * processor time it took since it was asked for by SIGUSR2, and ends.
 */

const config = parseNodeConfig({
  dataDir: await mkdtemp(join(tmpdir(), 'straddle-intake-')),
  l1: { url: 'http://127.0.0.1:1', chainId: BENCH_CHAIN_ID, exchange: BENCH_EXCHANGE },
  sequencerKey: `0x${'07'.repeat(32)}`,
  rpc: { port: 0 },
});
const deployment = PRESETS.development;
const clock = SYSTEM_CLOCK;
const cryptography = await createCryptography();
const domain = stateDomain(BigInt(BENCH_CHAIN_ID), BigInt(BENCH_EXCHANGE));
const alarms = createAlarms(({ message }) => console.error(message));
const replica = await openReplica({
  storage: diskStorage(config.dataDir),
  clock,
  cryptography,
  domain,
  rules: { deployments: [deployment], rebuildTable },
  genesis: testGenesis(deployment, { reportMaxAgeSec: 3600 }),
  proving: {
    checkProof: () => Promise.reject(new Error('nothing is proved here')),
    newLeaseId: () => 'none',
    leaseMs: 30_000,
    maxAttempts: 3,
  },
  snapshotEveryEntries: 1_000_000_000,
  alarms,
  warn: console.error,
});
const heads = createHeads({
  log: replica.log,
  domain: { chainId: BigInt(BENCH_CHAIN_ID), exchange: BigInt(BENCH_EXCHANGE) },
  signDigest: createDigestSigner(new Uint8Array(32).fill(7)),
});
const feeds = createFeeds(replica.view);
const sequencer = createSequencer({
  ...config.sequencer,
  maxReportAgeSec: 86_400,
  log: replica.log,
  heads,
  apply: replica.apply,
  keyOf: replica.view.tradingKey,
  nowSec: () => nowSec(clock),
  onApplied: ({ result }) => feeds.onEvents(result.events),
  onFailure: (error) => {
    throw error;
  },
});

const startSec = nowSec(clock);
const instruments = benchInstruments(startSec);
const content = createReportContent({
  market: 1,
  source: { description: 'still', priceAt: () => SPOT },
  settlementWindowSec: 10,
  deployment,
  hashTable: (table) => riskTableHash(cryptography.hasher, table),
});
const inputs = hexToBytes(content(startSec, instruments).inputs);
const opening: Entry[] = [
  { type: 'list', instruments },
  { type: 'report', timeSec: startSec, inputs, spots: spotsOf(decodeReportInputs(inputs)), signatures: [] },
  ...Array.from({ length: ACCOUNTS }, (_, k): Entry => {
    const { x, y } = cryptography.signer.publicKey(privateKeyOf(k));
    const op = { kind: 1, account: accountId(k), amount: 10n ** 15n, owner: 1n, keyX: x, keyY: y } as const;
    return { type: 'l1Op', index: k, op };
  }),
];
for (const { result, entry } of await sequencer.submitOwn(opening)) {
  const refused = result.rejections.find((rejection) => rejection !== null);
  if (refused !== undefined) throw new Error(`${entry.type}: ${refused?.message}`);
}

const server = await openPublicDoor({
  config,
  clock,
  cryptography,
  domain,
  replica,
  leader: { sequencer, heads },
  feeds,
  metrics: {
    onCall: () => undefined,
    onSockets: () => undefined,
    page: async () => ({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: '' }),
  },
  health: () => {
    throw new Error('not asked for');
  },
  onInternal: (method, error) => console.error(method, error),
});

let since = process.cpuUsage();
process.on('SIGUSR2', () => {
  since = process.cpuUsage();
});
process.once('SIGTERM', async () => {
  const { user, system } = process.cpuUsage(since);
  await server.close();
  await sequencer.stop();
  await replica.close();
  console.log(JSON.stringify({ cpuSec: (user + system) / 1e6 }));
  process.exit(0);
});
console.log(JSON.stringify({ wsUrl: server.url.replace('http', 'ws'), path: cryptography.path }));
