import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeConfigInput } from '../app/config.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { readExchange } from '../l1/readContract.ts';
import { blockOf } from '../l1/readRange.ts';
import type { OracleConfig } from '../oracle/oracleConfig.ts';
import type { PriceSource } from '../oracle/priceSource.ts';
import { readPricesFile } from '../oracle/pricesFile.ts';
import { createSeededPath } from '../oracle/seededPath.ts';
import { createRpcClient, type RpcClient } from '../rpc/client.ts';
import { getAccount, getStatus } from '../rpc/methods/market.ts';
import { createAlarmDisplay } from './alarmDisplay.ts';
import { startAnvil } from './anvilProcess.ts';
import { createBatchDisplay } from './batchDisplay.ts';
import { readBatches } from './batchView.ts';
import { showStep } from './buildDisplay.ts';
import type { Child } from './childProcess.ts';
import { DevnetError } from './DevnetError.ts';
import { DEMO_MARKET, expiryListing } from './demoListing.ts';
import { type DemoTraders, openDemoTraders } from './demoTraders.ts';
import { type Deployment, delistOnL1, deployDevnet, listOnL1, ORACLE_QUORUM } from './deployment.ts';
import { confirmedHead, requireAgreement, requirePaid } from './finalChecks.ts';
import { createGoalTracker, type GoalTracker, isReached } from './goals.ts';
import { connectL1, type DevnetL1 } from './l1Wallet.ts';
import { marketTable } from './marketDisplay.ts';
import { readMarket } from './marketView.ts';
import type { DevnetOptions } from './options.ts';
import { type Prepared, prepare } from './prepare.ts';
import { refusalOfNode } from './refusalOfNode.ts';
import { createServices, type Services } from './services.ts';

const START_PRICE = 30_000_000n;
const CADENCE_SEC = 12;
const NEAR_EXPIRY_SEC = 150;
const FAR_EXPIRY_SEC = 30 * 86_400;
const SETTLEMENT_WINDOW_SEC = 20;
const STEP_MS = 1_500;
const TABLE_EVERY_MS = 15_000;
/** For `--once`, from the first report on. */
const GOALS_WITHIN_MS = 12 * 60_000;

const nowSec = (): number => Math.floor(Date.now() / 1000);
const print = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

/**
 * Brings everything up and runs until stopped, or, with `--once`, until every goal is final on L1 and checked.
 *
 * @throws DevnetError and the typed errors of the parts, each with a message that says what to do
 */
export async function runDevnet(
  options: DevnetOptions,
  dataDir: string,
  children: Child[],
  signal: AbortSignal,
): Promise<void> {
  // Before minutes are spent on building: a price file that is no good.
  await openPrices(options, nowSec());
  const prepared = await showStep('circuits, development keys (INSECURE), contracts', (onProgress) =>
    prepare({ dataDir, preset: options.preset, onProgress, log: print, signal }),
  );
  const failed = watchOver(children);
  await Promise.race([failed.promise, stopped(signal), bringUp(options, dataDir, prepared, failed.add, signal)]);
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new DevnetError('DEVNET_STOPPED', 'Stopped.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Rejects when any process that was added ends by itself. */
function watchOver(children: Child[]) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const add = (child: Child): void => {
    children.push(child);
    child.ended.then((error) => {
      if (error !== null) reject(error);
    });
  };
  return { promise, add };
}

async function bringUp(
  options: DevnetOptions,
  dataDir: string,
  prepared: Prepared,
  onStart: (child: Child) => void,
  signal: AbortSignal,
): Promise<void> {
  const anvil = await startAnvil(`${dataDir}/logs/anvil.log`);
  onStart(anvil.child);
  const l1 = await connectL1(anvil.rpcUrl);
  const cryptography = await createCryptography();
  const deployment = await deployDevnet(l1, cryptography.hasher, prepared);
  print(`hashes and signatures: ${cryptography.path}`);
  print(`L1 at ${l1.rpcUrl}, exchange ${deployment.exchange}`);
  const services = createServices({
    dataDir,
    rpcUrl: l1.rpcUrl,
    deployment,
    preset: prepared.preset,
    registryPath: prepared.registryPath,
    onStart,
  });

  const startSec = nowSec();
  const prices = await openPrices(options, startSec);
  const spot = prices.source.priceAt(startSec);
  const nearExpiry = startSec + NEAR_EXPIRY_SEC;
  const near = expiryListing(spot, nearExpiry, 1, 'near');
  const far = expiryListing(spot, startSec + FAR_EXPIRY_SEC, near.length + 1, 'far');
  await listOnL1(l1, deployment.lister, deployment.governance, [...near, ...far]);
  print(`${near.length + far.length} instruments listed; ${prices.source.description}`);

  const oraclePorts = await Promise.all(
    deployment.oracles.map((_, index) =>
      services.startOracle(index, oracleConfig(l1, deployment, prepared, prices.config)),
    ),
  );
  const oracleUrls = oraclePorts.map((port) => `http://127.0.0.1:${port}`);
  const node = await services.startSequencer(sequencerConfig(options, dataDir, prepared, l1, deployment, oracleUrls));
  const rpc = createRpcClient(node.rpcUrl);
  print(`three oracles (quorum ${ORACLE_QUORUM}) and the sequencer are up; RPC at ${rpc.url}`);

  const goals = createGoalTracker(options.goals);
  const display = createBatchDisplay(print);
  services.startProver(node.internalUrl, prepared.registryPath, display.onProving);
  services.startWatcher((report) => {
    if (report.event === 'batch') {
      display.onChecked(report.batchNumber);
      goals.onBatch(report);
    }
    if (report.event === 'alarm' || report.event === 'failure') print(`WATCHER ${report.code}: ${report.message}`);
  });

  const exchange = { address: deployment.exchange, token: deployment.token, domain: deployment.domain };
  const traders = await openDemoTraders({ l1, cryptography, exchange, rpc, isEndless: !options.once, log: print });
  print(`${traders.accounts.length} demo traders have paid in`);

  const running: Running = { deployment, display, goals, l1, nearExpiry, rpc, services, traders };
  const run = options.once ? runOnce(running, signal) : runOn(running, near.length + far.length + 1, signal);
  await run.catch((error: unknown) => {
    throw refusalOfNode(error);
  });
}

interface Running {
  readonly l1: DevnetL1;
  readonly rpc: RpcClient;
  readonly deployment: Deployment;
  readonly services: Services;
  readonly traders: DemoTraders;
  readonly goals: GoalTracker;
  readonly display: ReturnType<typeof createBatchDisplay>;
  readonly nearExpiry: number;
}

/** Trades and shows, until `isDone`. */
async function trade(
  running: Running,
  isStrict: boolean,
  signal: AbortSignal,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const { display, rpc, traders } = running;
  const showAlarms = createAlarmDisplay(print, isStrict);
  const withdrawal = createWithdrawalWatch(running);
  let tableAtMs = 0;
  while (!(await isDone())) {
    if (signal.aborted) throw new DevnetError('DEVNET_STOPPED', 'Stopped.');
    await traders.step();
    display.onBatches(await readBatches(rpc));
    await withdrawal();
    showAlarms((await rpc.call(getStatus)).alarms);
    if (Date.now() - tableAtMs > TABLE_EVERY_MS) {
      tableAtMs = Date.now();
      print(marketTable(await readMarket(rpc), nowSec()));
    }
    await sleep(STEP_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function runOnce(running: Running, signal: AbortSignal): Promise<void> {
  const { goals, nearExpiry } = running;
  const startMs = Date.now();
  await trade(running, true, signal, async () => {
    if (await isSettled(running, nearExpiry)) goals.onExpirySettled();
    return isReached(goals, Date.now() - startMs, GOALS_WITHIN_MS);
  });
  await summarise(running);
}

/** True once the expiry is past and nobody holds anything of it. */
async function isSettled({ rpc, traders }: Running, expirySec: number): Promise<boolean> {
  if (nowSec() < expirySec) return false;
  const market = await readMarket(rpc);
  const due = new Set(market.filter((ticker) => ticker.expirySec === expirySec).map(({ instrument }) => instrument));
  for (const { account } of traders.accounts) {
    const { positions } = await rpc.call(getAccount, { account });
    if (positions.some(({ instrument }) => due.has(instrument))) return false;
  }
  return market.filter(({ instrument }) => due.has(instrument)).every(({ status }) => status !== 'live');
}

/** Claims on L1 what was credited, once, and tells the goals when the money is in the wallet. */
function createWithdrawalWatch({ deployment, goals, l1, traders }: Running): () => Promise<void> {
  let isPaid = false;
  return async () => {
    const asked = traders.asked();
    if (isPaid || asked === 0n) return;
    const { withdrawer } = traders;
    const owner = withdrawer.wallet.address;
    const credited = await readExchange(l1.endpoint, deployment.exchange, 'latest', 'claimable', [owner]);
    if (credited < asked) return;
    await withdrawer.claim(l1);
    const held = await withdrawer.tokenBalance(l1);
    requirePaid(withdrawer.name, asked, held);
    isPaid = true;
    goals.onPaid();
    print(`${withdrawer.name}'s withdrawal of ${asked / 1_000_000n} USDC is paid on L1`);
  };
}

/** A second watcher rebuilds everything from genesis; what it finds is compared with the contract here. */
async function summarise({ deployment, goals, l1, services }: Running): Promise<void> {
  const head = confirmedHead(await services.watchOnce());
  const { hash } = await blockOf(l1.endpoint, BigInt(head.block));
  requireAgreement(head, await readExchange(l1.endpoint, deployment.exchange, hash, 'stateRoot', []));
  const totals = Object.entries(goals.totals()).map(([name, count]) => `  ${name}: ${count}`);
  const lines = [
    'Final on L1 and checked:',
    ...totals,
    `  state root, rebuilt from L1 alone and the contract's own: ${head.stateRoot}`,
    `  token balance ${head.tokenBalance} >= claims ${head.owedToClaims} + accounts ${head.owedToAccounts}`,
  ];
  console.log(lines.join('\n'));
}

/** Until stopped: each near expiry, once settled, gives way to the next. */
async function runOn(running: Running, firstSerial: number, signal: AbortSignal): Promise<void> {
  const { deployment, l1, rpc } = running;
  let [nearExpiry, serial] = [running.nearExpiry, firstSerial];
  await trade(running, false, signal, async () => {
    if (!(await isSettled(running, nearExpiry))) return false;
    const market = await readMarket(rpc);
    const spot = market.find(({ index }) => index !== null)?.index;
    if (spot === undefined || spot === null) return false;
    const due = market.filter(({ expirySec }) => expirySec === nearExpiry).map(({ instrument }) => instrument);
    await delistOnL1(l1, deployment.lister, deployment.governance, due);
    nearExpiry = nowSec() + NEAR_EXPIRY_SEC;
    const next = expiryListing(spot, nearExpiry, serial, 'near');
    serial += next.length;
    await listOnL1(l1, deployment.lister, deployment.governance, next);
    print(`the settled expiry is delisted, ${next.length} instruments of the next are listed`);
    return false;
  });
}

interface Prices {
  readonly source: PriceSource;
  readonly config: OracleConfig['prices'];
}

/** The source that every oracle reads for itself. @throws PriceSourceError */
async function openPrices({ pricesFile, seed }: DevnetOptions, startSec: number): Promise<Prices> {
  if (pricesFile !== null) {
    const source = await readPricesFile(pricesFile, startSec);
    return { source, config: { source: 'file', path: pricesFile, startSec } };
  }
  const config = { source: 'seeded', seed: seed.toString(), startPrice: START_PRICE.toString(), startSec } as const;
  return { source: createSeededPath({ seed, startSec, startPrice: START_PRICE }), config };
}

function oracleConfig(l1: DevnetL1, deployment: Deployment, { preset }: Prepared, prices: OracleConfig['prices']) {
  return {
    rpcUrl: l1.rpcUrl,
    exchange: deployment.exchange,
    market: DEMO_MARKET,
    preset,
    prices,
    cadenceSec: CADENCE_SEC,
    leapHoldSec: 5 * CADENCE_SEC,
    maxLagSec: 3 * CADENCE_SEC,
    settlementWindowSec: SETTLEMENT_WINDOW_SEC,
    port: 0,
  } as const;
}

function sequencerConfig(
  options: DevnetOptions,
  dataDir: string,
  { preset }: Prepared,
  l1: DevnetL1,
  deployment: Deployment,
  oracleUrls: readonly string[],
): NodeConfigInput {
  return {
    dataDir: `${dataDir}/sequencer`,
    preset,
    l1: {
      url: l1.rpcUrl,
      chainId: l1.chain.id,
      exchange: deployment.exchange,
      fromBlock: Number(deployment.blockNumber),
      confirmations: 0,
      pollMs: 500,
    },
    sequencerKey: deployment.sequencer.privateKey,
    rpc: { port: options.port },
    internal: { port: 0 },
    batch: { maxAgeMs: 15_000 },
    oracle: { urls: [...oracleUrls], cadenceSec: CADENCE_SEC },
  };
}
