import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, createTestClient, createWalletClient, type Hex, http, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';
import { intentMessage, withdrawMessage } from '../core/codec/message.ts';
import { dataPoint, dataValue, encodeRows } from '../core/codec/words.ts';
import { publicKey, sign } from '../core/crypto/eddsa.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Receipt } from '../core/heads/head.ts';
import { receiptSigner } from '../core/heads/receiptSigner.ts';
import { decodeBatchJob } from '../core/ledger/batchJob.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import { packFlags, SELF_TRADE, TIME_IN_FORCE } from '../core/protocol/flags.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import type { Intent } from '../core/protocol/rows.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { unchanged } from '../oracle/inForce.ts';
import { type OracleServer, startOracleServer } from '../oracle/oracleServer.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { createSigner } from '../oracle/signer.ts';
import { createRpcClient, type RpcClient } from '../rpc/client.ts';
import type { CallParams } from '../rpc/method.ts';
import * as market from '../rpc/methods/market.ts';
import { proverGetJob, proverSubmitProof } from '../rpc/methods/prover.ts';
import { compileMinimalExchange } from '../settlement/minimalExchange.fixture.ts';
import { keyDataCode } from '../watcher/testKey.fixture.ts';
import type { NodeConfigInput } from './config.ts';
import { type RunningNode, startNode } from './startNode.ts';

// anvil's first published development keys.
const SEQUENCER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
export const SEQUENCER = privateKeyToAccount(SEQUENCER_KEY);
export const OWNER = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d');
const ORACLES = [11n, 12n].map((n) => privateKeyToAccount(`0x${n.toString(16).padStart(64, '0')}`));

const abi = parseAbi([
  'function listUntil(uint24 id, uint40 expiry, uint40 strike)',
  'function queueOpen(uint64 index, uint24 account, uint64 amount, uint256 keyX, uint256 keyY)',
  'function setUp(uint256 genesis, address[] committee)',
  'function setVerifier(address value)',
]);
type Write = 'listUntil' | 'queueOpen' | 'setUp' | 'setVerifier';

/** Makes sound proofs of any statement by the key that L1 has. */
const PROVER = new SimulatedProver('development');
const KEY_DATA: Hex = `0x${'6b'.repeat(20)}`;

export const CALL = 1;
export const ALICE = { account: 1, key: new Uint8Array(32).fill(1) };
export const BOB = { account: 2, key: new Uint8Array(32).fill(2) };
/** Cash units that each account is opened with. */
export const DEPOSIT = 20_000_000_000n;
export const EXPIRY = Math.floor(Date.now() / 1000) + 30 * 86_400;
export const STRIKE = 30_000_000n;

const nowSec = () => Math.floor(Date.now() / 1000);
export const soon = () => nowSec() + 3600;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function startAnvil(): Promise<{ readonly anvil: ChildProcess; readonly l1Url: string }> {
  const anvil = spawn('node_modules/.bin/anvil', ['--port', '0', '--host', '127.0.0.1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of anvil.stdout) {
    text += String(chunk);
    const match = /Listening on (127\.0\.0\.1:\d+)/.exec(text);
    if (match !== null) return { anvil, l1Url: `http://${match[1]}` };
  }
  throw new Error(`anvil did not start: ${text}`);
}

/** Two oracles that know CALL and a constant price. */
const startOracles = (exchange: Hex, hasher: Hasher): Promise<OracleServer[]> => {
  const listed = { instrument: CALL, kind: 'call', expirySec: EXPIRY, strike: STRIKE } as const;
  const makeReport = createReportContent({
    market: 0,
    source: { priceAt: () => 30_000_000n, description: 'constant' },
    deployment: DEVELOPMENT_PRESET,
    settlementWindowSec: 60,
    hashTable: (table) => riskTableHash(hasher, table),
  });
  const l1 = {
    instrument: async (id: number) => (id === CALL ? listed : null),
    prices: async () => ({
      blockTimeSec: 0,
      lastReportTimeSec: 0,
      bound: unchanged({ basePpm: 100_000n, ppmPerSec: 1000n, ceilingPpm: 500_000n }),
      book: new Map(),
      committee: unchanged({
        oracles: ORACLES.map(({ address }) => address),
        quorum: ORACLES.length,
        leapQuorum: Number.POSITIVE_INFINITY,
      }),
    }),
  };
  const reportDomain = { name: 'Straddle', version: '1', chainId: foundry.id, verifyingContract: exchange };
  return Promise.all(
    ORACLES.map((account) =>
      startOracleServer(
        createSigner({
          account,
          domain: reportDomain,
          l1,
          market: 0,
          makeReport,
          cadenceSec: 1,
          leapHoldSec: 60,
          maxLagSec: 60,
          nowSec,
        }),
        0,
      ),
    ),
  );
};

/** A node with its doors open, two oracles and a local L1 with the settlement side of the exchange. */
export class NodeOnAnvil {
  readonly l1Url: string;
  readonly exchange: Hex;
  readonly hasher: Hasher;
  readonly domain: bigint;
  readonly dataDir: string;
  /** The one that runs; a test that stops it starts the next. */
  node: RunningNode;
  private readonly anvil: ChildProcess;
  readonly oracles: readonly OracleServer[];

  private constructor(parts: Parts, node: RunningNode) {
    this.l1Url = parts.l1Url;
    this.exchange = parts.exchange;
    this.hasher = parts.hasher;
    this.domain = domainOf(parts.exchange);
    this.dataDir = parts.dataDir;
    this.anvil = parts.anvil;
    this.oracles = parts.oracles;
    this.node = node;
  }

  static async start(): Promise<NodeOnAnvil> {
    const { anvil, l1Url } = await startAnvil();
    const hasher = await createCircomHasher();
    const dataDir = await mkdtemp(join(tmpdir(), 'straddle-node-'));
    const exchange = await deploy(l1Url, hasher);
    const parts = { anvil, l1Url, hasher, dataDir, exchange, oracles: await startOracles(exchange, hasher) };
    return new NodeOnAnvil(parts, await startNode(configOf(parts)));
  }

  async stop(): Promise<void> {
    await this.node.stop();
    for (const oracle of this.oracles) await oracle.close();
    const gone = once(this.anvil, 'exit');
    this.anvil.kill();
    await gone;
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** The node's configuration; parts of it may be others. */
  configOf(changes: Partial<NodeConfigInput> = {}): NodeConfigInput {
    return { ...configOf(this), ...changes };
  }

  /** Lists CALL and opens both accounts on L1; resolves when the node has them, and a mark. */
  async openMarket(): Promise<void> {
    await write(this.l1Url, this.exchange, 'listUntil', [CALL, EXPIRY, STRIKE]);
    await this.openAccounts();
    await this.eventually(
      'a mark',
      async () => (await this.call(market.getTicker, { instrument: CALL })).mark !== null,
    );
  }

  /** Opens both accounts on L1; resolves when the node has them. */
  async openAccounts(): Promise<void> {
    for (const [index, { account, key }] of [ALICE, BOB].entries()) {
      const { x, y } = publicKey(key);
      await write(this.l1Url, this.exchange, 'queueOpen', [BigInt(index), account, DEPOSIT, x, y]);
    }
    await this.eventually('the account', () => this.call(market.getAccount, { account: BOB.account }));
  }

  /** A job for this prover, or false if there is none. */
  async lease(proverId: string) {
    const answer = await this.callInternal(proverGetJob, { proverId });
    return answer.type === 'leased' && { proverId, ...answer };
  }

  /** The proof of a leased job that L1 takes, as it is handed in. */
  prove({ batchNumber, job: text, leaseId, proverId }: Lease): CallParams<typeof proverSubmitProof> {
    const job = decodeBatchJob(text);
    const words = encodeRows(job.rows);
    const point = dataPoint(5n, words);
    const { stateRootBefore, stateRootAfter, timeSec, riskTable } = job;
    const table = riskTableHash(this.hasher, riskTable);
    const signals = [stateRootBefore, stateRootAfter, BigInt(timeSec), table, 5n, point, dataValue(point, words)];
    const { a, b, c } = PROVER.prove(signals);
    const proof = { a: [...a], b: [[...b[0]], [...b[1]]], c: [...c] } as CallParams<typeof proverSubmitProof>['proof'];
    return { proverId, leaseId, batchNumber, proof, publicSignals: signals, provingMs: 12 };
  }

  /** Proves the next batch, if one waits. */
  async proveNext(): Promise<void> {
    const leased = await this.lease('a');
    if (leased !== false) await this.callInternal(proverSubmitProof, this.prove(leased));
  }

  /** Of the public port; results are checked by the method's definition. */
  readonly call: RpcClient['call'] = (method, ...params) => createRpcClient(this.node.rpcUrl).call(method, ...params);
  readonly callInternal: RpcClient['call'] = (method, ...params) =>
    createRpcClient(this.node.internalUrl).call(method, ...params);

  async eventually<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
    for (let turn = 0; turn < 600; turn++) {
      const answer = await ask().catch(() => null);
      if (answer) return answer;
      await pause(50);
    }
    const health = JSON.stringify(this.node.health(), (_, v) => (typeof v === 'bigint' ? `${v}` : v));
    throw new Error(`waited in vain for: ${what}; ${health}`);
  }

  signerOf(receipt: Receipt): bigint | null {
    return receiptSigner({ chainId: BigInt(foundry.id), exchange: BigInt(this.exchange) }, receipt);
  }

  order(who: typeof ALICE, nonce: number, ratio: number, limit: bigint, changes: Partial<Intent> = {}) {
    const flags = packFlags({
      timeInForce: TIME_IN_FORCE.GTC,
      postOnly: false,
      reduceOnly: false,
      selfTrade: SELF_TRADE.CANCEL_NEWEST,
    });
    const base = { account: who.account, nonce, expirySec: soon(), maxLots: 100, maxFeePerLot: 2 ** 23, limit, flags };
    const intent: Intent = { ...base, legs: [{ instrument: CALL, ratio }], ...changes };
    return { ...intent, signature: sign(this.hasher, who.key, intentMessage(this.hasher, this.domain, intent)) };
  }

  signedWithdrawal(who: typeof ALICE, nonce: number, amount: bigint) {
    const intent = { account: who.account, nonce, expirySec: soon(), amount };
    return { ...intent, signature: sign(this.hasher, who.key, withdrawMessage(this.hasher, this.domain, intent)) };
  }
}

type Lease = Exclude<Awaited<ReturnType<NodeOnAnvil['lease']>>, false>;

interface Parts {
  readonly anvil: ChildProcess;
  readonly l1Url: string;
  readonly hasher: Hasher;
  readonly dataDir: string;
  readonly exchange: Hex;
  readonly oracles: readonly OracleServer[];
}

const domainOf = (exchange: Hex): bigint => stateDomain(BigInt(foundry.id), BigInt(exchange));

const configOf = ({ dataDir, l1Url, exchange, oracles }: Omit<Parts, 'anvil' | 'hasher'>): NodeConfigInput => ({
  dataDir,
  l1: { url: l1Url, chainId: foundry.id, exchange, confirmations: 0, pollMs: 50 },
  sequencerKey: SEQUENCER_KEY,
  rpc: { port: 0, maxBodyBytes: 20_000 },
  internal: { port: 0 },
  sequencer: { tickMs: 50 },
  batch: { maxAgeMs: 1000 },
  oracle: { urls: oracles.map(({ port }) => `http://127.0.0.1:${port}`), cadenceSec: 1 },
  logLevel: 'silent',
});

async function write(l1Url: string, exchange: Hex, functionName: Write, args: readonly unknown[]): Promise<void> {
  const transport = http(l1Url);
  const wallet = createWalletClient({ account: OWNER, chain: foundry, transport });
  // The tuple of arguments depends on the name; the ABI checks it at run time.
  const hash = await wallet.writeContract({ address: exchange, abi, functionName, args } as never);
  await awaitReceipt(createPublicClient({ chain: foundry, transport }), hash, { pollMs: 20 });
}

async function deploy(l1Url: string, hasher: Hasher): Promise<Hex> {
  const transport = http(l1Url);
  const wallet = createWalletClient({ account: OWNER, chain: foundry, transport });
  const hash = await wallet.deployContract({ abi: [], bytecode: compileMinimalExchange() });
  const client = createPublicClient({ chain: foundry, transport });
  const exchange = (await awaitReceipt(client, hash, { pollMs: 20 })).contractAddress ?? '0x';
  const genesis = new MemoryStore(hasher).stateRoot(domainOf(exchange));
  await write(l1Url, exchange, 'setUp', [genesis, ORACLES.map(({ address }) => address)]);
  const test = createTestClient({ chain: foundry, transport, mode: 'anvil' });
  await test.setCode({ address: KEY_DATA, bytecode: keyDataCode(PROVER.verificationKey) });
  await write(l1Url, exchange, 'setVerifier', [KEY_DATA]);
  return exchange;
}
