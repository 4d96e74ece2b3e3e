import { type Address, keccak256, toHex } from 'viem';
import { MemoryStore } from '../../node/core/ledger/memoryStore.ts';
import { makeGenesis } from '../../node/core/machine/genesis.ts';
import type { MachineRules } from '../../node/core/machine/machineRules.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Genesis } from '../../node/core/protocol/genesis.ts';
import type { Cryptography } from '../../node/crypto/cryptography.ts';
import { createDigestSigner } from '../../node/crypto/headSignature.ts';
import type { AskSigner } from '../../node/oracle/askSigner.ts';
import { createCollector } from '../../node/oracle/collector.ts';
import { type Changing, NOTICE_SEC, unchanged } from '../../node/oracle/inForce.ts';
import { expiryOfKey } from '../../node/oracle/priceBound.ts';
import { rebuildTable } from '../../node/replica/rebuildTable.ts';
import { firstListing, startGovernance } from './actors/Governance.ts';
import { Market } from './actors/Market.ts';
import { ORACLES, Oracles, QUORUM } from './actors/Oracles.ts';
import { tokenVerifies } from './actors/proofToken.ts';
import { proverClient } from './actors/proverClient.ts';
import { startProvers } from './actors/startProvers.ts';
import { startTraders } from './actors/startTraders.ts';
import { Trader } from './actors/Trader.ts';
import { TraderKeys } from './actors/TraderKeys.ts';
import { type Call, encodeCall } from './chain/contract.ts';
import { type Committee, type ContractBounds, type ContractConfig, genesisState } from './chain/contractState.ts';
import { startMiner } from './chain/Miner.ts';
import { SimulatedChain } from './chain/SimulatedChain.ts';
import { networkDelayMs, simulatedAccount, simulatedL1 } from './chain/simulatedL1.ts';
import { Judge } from './check/Judge.ts';
import { Shadow } from './check/Shadow.ts';
import { Faults } from './world/Faults.ts';
import type { FaultKind } from './world/faultKinds.ts';
import { Network } from './world/Network.ts';
import { Operator } from './world/Operator.ts';
import { Process } from './world/Process.ts';
import { Scheduler } from './world/Scheduler.ts';
import { SimulatedDisk } from './world/SimulatedDisk.ts';
import type { NodeParts, SimulatedNode } from './world/SimulatedNode.ts';
import { Streams } from './world/Streams.ts';
import {
  BOUNDS,
  CADENCE_SEC,
  CHAIN_ID,
  CONFIRMATIONS,
  DEPOSIT,
  DOMAIN,
  EARLIER_BOUNDS,
  EXCHANGE,
  GOVERNANCE,
  HEAD_DOMAIN,
  NODE_SECRET,
  REPORT_MAX_AGE_SEC,
  SEQUENCER,
  START_SEC,
  TOKEN,
} from './world/settings.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly kinds: ReadonlySet<FaultKind>;
  readonly cryptography: Cryptography;
  readonly deployment: Deployment;
  readonly traders: number;
  readonly provers: number;
}

const SIGNERS = Array.from({ length: ORACLES }, (_, index) => `oracle ${index}`);

const genesisOf = (deployment: Deployment): Genesis =>
  makeGenesis({
    chainId: BigInt(CHAIN_ID),
    exchange: BigInt(EXCHANGE),
    deployment,
    makerFeePpm: 100,
    takerFeePpm: 300,
    reportMaxAgeSec: REPORT_MAX_AGE_SEC,
  });

/** Everything of one seed, wired together. */
export class World {
  readonly options: WorldOptions;
  readonly streams: Streams;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly disk: SimulatedDisk;
  readonly chain: SimulatedChain;
  readonly judge: Judge;
  readonly operator: Operator;
  private readonly network: Network;
  private readonly market: Market;
  private readonly oracles: Oracles;
  private readonly rules: MachineRules;
  private readonly genesis: Genesis;
  private transactions = 0;
  private leases = 0;
  private isTradingOver = false;

  constructor(options: WorldOptions) {
    this.options = options;
    const { cryptography, deployment, kinds, seed } = options;
    this.streams = new Streams(seed);
    const { streams } = this;
    this.scheduler = new Scheduler(streams.of('order'), START_SEC * 1000);
    this.faults = new Faults(this.scheduler, streams, kinds);
    this.network = new Network(this.scheduler, this.faults, streams);
    this.market = new Market(streams.of('market'), START_SEC - 60);
    this.disk = new SimulatedDisk(streams.of('disk'), {
      isLying: () => this.faults.isOn('lyingDisk'),
      isFull: () => this.faults.isOn('fullDisk'),
    });
    this.rules = { deployments: [deployment], rebuildTable };
    this.genesis = genesisOf(deployment);
    const config = this.contractConfig();
    this.oracles = this.createOracles();
    const state = genesisState(config, this.committeeAtStart(), this.boundsAtStart());
    this.chain = new SimulatedChain(config, streams.of('chain'), state, START_SEC - 2 * NOTICE_SEC);
    this.listBefore();
    const { hasher, verifier } = cryptography;
    const newShadow = (): Shadow =>
      new Shadow(this.rules, this.genesis, { hasher, verifier, domain: DOMAIN, deployment });
    this.judge = new Judge(this.disk, this.chain, newShadow);
    this.operator = new Operator({ ...this, partsFor: (process) => this.partsFor(process) });
  }

  get node(): SimulatedNode | null {
    return this.operator.node;
  }

  start(): void {
    const { chain, faults, judge, market, operator, oracles, scheduler, streams } = this;
    startMiner({ chain, faults, scheduler, streams, onBlock: () => judge.onBlock() });
    const send = (call: Call): void => this.sendOnL1(GOVERNANCE, call);
    startGovernance({ chain, faults, market, oracles: oracles.addresses, scheduler, send, streams });
    for (const kind of ['l1Down', 'l1Lag', 'oracleSilent', 'oracleWrong'] as const) faults.schedule(kind);
    faults.schedule('priceCrash', () => {
      const random = streams.of('price crash');
      const ppm = BigInt(random.between(30_000, random.chance(40) ? 350_000 : 120_000));
      market.leap(Math.floor(scheduler.nowMs / 1000) + 5, random.chance(50) ? ppm : -ppm);
    });
    operator.run();
    this.startTraders();
    startProvers({
      ...this,
      ...this.options.cryptography,
      count: this.options.provers,
      presets: [this.options.deployment],
      clientFor: (process, proverId) =>
        proverClient(
          process,
          this.network,
          () => this.node,
          proverId,
          this.options.deployment.shapes.map(({ name }) => name),
          (error) => this.onInternal(error),
        ),
    });
  }

  /** No fault strikes any more, and nobody asks for anything new. */
  calm(): void {
    this.faults.end();
    this.isTradingOver = true;
  }

  /** Everything that was begun has come to its end on L1. */
  isSettled(): boolean {
    const { chain, judge, node } = this;
    if (node === null) return false;
    const { batchNumber, l1OpIndex, links } = chain.head.state;
    const { replica, leader } = node;
    const deep = chain.at(Number(chain.head.number) - CONFIRMATIONS);
    return (
      leader.isAccepting() &&
      leader.sequencer.isOracleFresh() &&
      replica.batcher.pending() === 0 &&
      replica.view.openBatch().timeSec === null &&
      links.length - 1 === l1OpIndex &&
      batchNumber === judge.shadow.roots.length - 1 &&
      deep?.state.batchNumber === batchNumber &&
      replica.batcher.acceptedCount() === batchNumber &&
      node.alarms.list().length === 0
    );
  }

  /** What holds it up, in words. */
  standing(): string {
    const { chain, judge, node } = this;
    const { batchNumber, l1OpIndex, links } = chain.head.state;
    const l1 = `L1: block ${chain.head.number}, ${batchNumber} batches, ${l1OpIndex} of ${links.length - 1} ops`;
    const log = `log: ${judge.shadow.entries.length} entries, ${judge.shadow.roots.length - 1} batches`;
    if (node === null) return `${l1}; ${log}; the node is down`;
    const alarms = node.alarms.list().map(({ code, message }) => `${code} (${message})`);
    const { leader, replica } = node;
    const open = replica.view.openBatch().timeSec;
    return `${l1}; ${log}; node: accepting ${leader.isAccepting()}, oracle fresh ${leader.sequencer.isOracleFresh()}, sealing ${replica.batcher.pending()}, open batch of ${open}, accepted ${replica.batcher.acceptedCount()}, settlement ${leader.settlement.health().state}; alarms: ${alarms.join('; ') || 'none'}`;
  }

  /** What happened, in numbers: a run in which nothing did has shown nothing. */
  counts(): Readonly<Record<string, number>> {
    const { disk, faults, judge, operator } = this;
    const { entries, events, roots } = judge.shadow;
    const { book, bounds, committee, lastReportTime } = this.chain.head.state;
    const isOver = ({ sinceSec }: Changing<unknown>): boolean => sinceSec !== 0 && lastReportTime >= sinceSec;
    const strokes = [...faults.strokes].map(([kind, count]) => [`fault ${kind}`, count] as const);
    return {
      ...operator.counts,
      ...disk.counts,
      ...events,
      ...Object.fromEntries(strokes),
      changesInForce: [bounds, committee].filter(isOver).length,
      expiriesPriced: [...book].filter(([key, { price }]) => expiryOfKey(key) !== 0 && price > 0n).length,
      entries: entries.length,
      batches: roots.length - 1,
      acknowledged: judge.promised.size,
      accepted: this.chain.head.state.batchNumber,
      blocks: Number(this.chain.head.number),
      reorganisations: this.chain.reorganisations,
    };
  }

  fingerprint(): string {
    const { chain, judge, scheduler } = this;
    const last = judge.shadow.entries.at(-1)?.chainHash ?? 0n;
    return `${scheduler.steps}/${scheduler.nowMs}/${last.toString(16)}/${chain.head.hash}`;
  }

  private onInternal(error: unknown): void {
    this.judge.onInternal(error, this.faults.kinds.has('fullDisk'));
  }

  private sendOnL1(from: Address, call: Call): void {
    this.transactions += 1;
    const hash = keccak256(toHex(`transaction ${this.transactions}`));
    const fee = 2_000_000_000_000n;
    const data = encodeCall(call);
    this.scheduler.after(this.streams.of('users on l1').between(100, 3_000), () => {
      const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee };
      this.chain.send({ hash, from, nonce: null, to: EXCHANGE, data, ...fees });
    });
  }

  private startTraders(): void {
    const { cryptography, traders } = this.options;
    const { faults, streams } = this;
    const random = streams.of('traders');
    const all = Array.from({ length: traders }, (_, index) => {
      const stream = streams.of(`trader ${index}`);
      const keys = new TraderKeys(cryptography, DOMAIN, streams.of(`keys ${index}`));
      return new Trader(index, stream, keys, {
        isHostile: () => faults.strikes('hostileTraders', index === 0 ? 60 : 3),
        changesKeys: () => faults.has('keyChange'),
        deposit: DEPOSIT * BigInt(1 + (index % 4)),
        greed: index % 3 === 1 ? 15 : 1,
      });
    });
    startTraders({
      traders: all,
      random,
      process: new Process('traders', this.scheduler),
      network: this.network,
      doorNow: () => this.node,
      sendOnL1: (from, call) => this.sendOnL1(from, call),
      claimable: (owner) => this.chain.head.state.claimable.get(owner) ?? 0n,
      onReceipt: (receipt) => this.judge.onReceipt(receipt),
      onInternal: (error) => this.onInternal(error),
      areDone: () => this.isTradingOver,
    });
  }

  /** Some worlds begin with nothing listed. */
  private listBefore(): void {
    if (this.streams.of('nothing listed').chance(20)) return;
    const [hash, fee] = [keccak256(toHex('first listing')), 2_000_000_000_000n];
    const fees = { maxFeePerGas: fee, maxPriorityFeePerGas: fee };
    const { chain, market, streams } = this;
    const data = encodeCall(firstListing({ chain, market, streams }));
    chain.send({ hash, from: GOVERNANCE, nonce: null, to: EXCHANGE, data, ...fees });
    chain.mine(START_SEC - NOTICE_SEC + streams.of('listed').between(-300, 300));
    // So many that no reorganisation reaches an hour back.
    for (let left = CONFIRMATIONS; left > 0; left -= 1) chain.mine(START_SEC - left);
  }

  /** A world may begin within the notice of a change. */
  private announcedSec(what: string): number {
    const random = this.streams.of(what);
    return random.chance(50) ? START_SEC + random.between(1, NOTICE_SEC) : 0;
  }

  private committeeAtStart(): Changing<Committee> {
    const { addresses } = this.oracles;
    const first = { oracles: addresses.slice(0, ORACLES - 1), quorum: QUORUM };
    const other = { oracles: addresses.slice(1, ORACLES), quorum: QUORUM };
    const sinceSec = this.options.kinds.has('committee') ? this.announcedSec('committee at start') : 0;
    return sinceSec === 0 ? unchanged(first) : { before: other, sinceSec, latest: first };
  }

  private boundsAtStart(): Changing<ContractBounds> {
    const sinceSec = this.announcedSec('bounds at start');
    return sinceSec === 0 ? unchanged(BOUNDS) : { before: EARLIER_BOUNDS, sinceSec, latest: BOUNDS };
  }

  private contractConfig(): ContractConfig {
    const { cryptography, deployment } = this.options;
    return {
      address: EXCHANGE,
      token: TOKEN,
      governance: GOVERNANCE,
      domain: DOMAIN,
      chainId: CHAIN_ID,
      genesisRoot: new MemoryStore(cryptography.hasher).stateRoot(DOMAIN),
      sequencers: new Set([SEQUENCER]),
      shapes: new Set(deployment.shapes.map(({ id }) => id)),
      minDeposit: 1_000_000n,
      depositCap: 2n ** 60n,
      verifies: tokenVerifies,
      signerOf: (digest, signature) => this.oracles.signerOf(digest, signature),
    };
  }

  private createOracles(): Oracles {
    const { faults, market, scheduler, streams } = this;
    return new Oracles({
      chain: () => this.chain,
      market,
      faults,
      streams,
      hasher: this.options.cryptography.hasher,
      deployment: this.options.deployment,
      domain: { name: 'Straddle', version: '1', chainId: CHAIN_ID, verifyingContract: EXCHANGE },
      cadenceSec: CADENCE_SEC,
      nowSec: () => Math.floor(scheduler.nowMs / 1000),
      isL1Down: () => faults.isOn('l1Down'),
    });
  }

  private partsFor(process: Process): NodeParts {
    const { chain, disk, faults, genesis, judge, network, oracles, rules, streams } = this;
    const random = streams.of('l1 endpoint');
    const l1 = simulatedL1(process, chain, {
      isDown: () => faults.isOn('l1Down') || faults.strikes('l1Lag', 1),
      lag: () => (faults.isOn('l1Lag') ? random.below(4) : 0),
      delayMs: () => networkDelayMs(random),
    });
    const ask: AskSigner = (url, request) =>
      network.call(
        process,
        () => oracles,
        (all) => all.ask(SIGNERS.indexOf(url), request),
        3_000,
      );
    return {
      cryptography: this.options.cryptography,
      domain: DOMAIN,
      replica: {
        storage: disk.storageOf(process),
        rules,
        genesis,
        proving: {
          leaseMs: 30_000,
          maxAttempts: 6,
          checkProof: async ({ proof, publicSignals }) =>
            process.wait(random.between(5, 400), () => tokenVerifies(publicSignals, proof)),
          newLeaseId: () => `lease ${this.leases++}`,
        },
        snapshotEveryEntries: 150,
      },
      leader: {
        rebuildTable: rules.rebuildTable,
        l1: {
          endpoint: l1,
          account: simulatedAccount(SEQUENCER),
          chainId: CHAIN_ID,
          exchange: EXCHANGE,
          fromBlock: 1,
          confirmations: CONFIRMATIONS,
          pollMs: 6_000,
          maxBackoffMs: 30_000,
          replaceAfterMs: 40_000,
          maxFeePerGasWei: 2_000_000_000_000n,
          maxBatchesPerCall: 4,
        },
        heads: { domain: HEAD_DOMAIN, signDigest: createDigestSigner(NODE_SECRET) },
        limits: { maxQueue: 64, maxGroup: 16 },
        tickMs: 4_000,
        batchMaxAgeMs: 30_000,
        oracle: {
          cadenceSec: CADENCE_SEC,
          openCollector: (committee) => createCollector({ urls: SIGNERS, ask, ...committee }),
        },
      },
      onAlarm: (alarm) => judge.onAlarm(alarm, faults.kinds.has('fullDisk')),
      onWarning: () => undefined,
      onJobError: (error) => this.onInternal(error),
      onApplied: (applied) => judge.onApplied(applied),
    };
  }
}
