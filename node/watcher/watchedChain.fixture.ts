import { type Address, encodeAbiParameters, encodeEventTopics, encodeFunctionData, type Hex, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { encodeRows } from '../core/codec/words.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { DEVELOPMENT_RISK_PRESET } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';
import type { BatchRows, L1Op } from '../core/protocol/rows.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import { reportTypedData } from '../l1/reportTypedData.ts';
import type { SubmittedBatch, SubmittedReport } from '../l1/submitCall.ts';
import { unchanged } from '../oracle/inForce.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import type { ContractFigures } from './l1Source.ts';
import { nextOpHash } from './opQueue.ts';
import { createRebuiltLedger } from './rebuiltLedger.ts';
import { createReportCheck } from './reportCheck.ts';
import { ScriptedL1, type ScriptedLog } from './scriptedL1.fixture.ts';
import { keyDataCode, testKey } from './testKey.fixture.ts';
import { createWatcher, type Watcher, type WatcherConfig } from './watcher.ts';

export const EXCHANGE: Address = '0x5fbdb2315678afecb367f032d93f642f64180aa3';
export const KEY_DATA: Address = '0x00000000000000000000000000000000000000bb';
export const KEY = testKey('scripted');
/** The block of the deployment. */
export const DEPLOYED = 2n;
const OWNER: Address = '0x00000000000000000000000000000000000000cc';
const DOMAIN: ExchangeDomain = { name: 'Straddle', version: '1', chainId: 31_337, verifyingContract: EXCHANGE };
const FUTURE: Instrument = { instrument: 0x10001, kind: 'future', expirySec: 9_000, strike: 0n };
const ORACLES = [1, 2, 3].map((one) => privateKeyToAccount(toHex(one, { size: 32 })));
const ACCOUNT = 0x100001;

export type Submit = readonly [number, readonly SubmittedBatch[], readonly SubmittedReport[]];

export const encodeSubmit = (args: Submit): Hex =>
  encodeFunctionData({ abi: straddleExchangeAbi, functionName: 'submit', args });

/** A log as the contract would emit it. */
export function eventLog(eventName: string, args: Readonly<Record<string, unknown>>): ScriptedLog {
  const item = straddleExchangeAbi.find((one) => one.type === 'event' && one.name === eventName);
  if (item?.type !== 'event') throw new Error(`there is no event ${eventName}`);
  const plain = item.inputs.filter(({ indexed }) => !indexed);
  return {
    topics: encodeEventTopics({ abi: straddleExchangeAbi, eventName, args } as never) as Hex[],
    data: encodeAbiParameters(plain as never, plain.map(({ name }) => args[name]) as never),
  };
}

/**
 * An exchange's life on a scripted L1: deployed in block 2, an account opened, three batches in two calls, a withdrawal
 * claimed. Everything in it is right; what a test lies about, it lies about in the endpoint's answers.
 */
export class WatchedChain {
  readonly l1 = new ScriptedL1(EXCHANGE);
  readonly hasher: Hasher;
  private readonly ledger: ReturnType<typeof createRebuiltLedger>;
  private readonly content: ReturnType<typeof createReportContent>;
  private opHash: Hex = toHex(0n, { size: 32 });
  private opCount = 0;
  private figures: ContractFigures;

  private constructor(hasher: Hasher) {
    this.hasher = hasher;
    this.ledger = createRebuiltLedger(this.context());
    this.content = createReportContent({
      market: 1,
      source: { description: 'still', priceAt: () => 30_000_000n },
      deployment: DEVELOPMENT_PRESET,
      settlementWindowSec: 10,
      hashTable: (table) => riskTableHash(hasher, table),
    });
    this.figures = {
      stateRoot: this.ledger.stateRoot(),
      batchNumber: 0n,
      lastTime: 0,
      l1OpIndex: 0n,
      owedToClaims: 0n,
      owedToAccounts: 0n,
      tokenBalance: 0n,
    };
  }

  private context() {
    return { hasher: this.hasher, domain: stateDomain(31_337n, BigInt(EXCHANGE)), deployment: DEVELOPMENT_PRESET };
  }

  static async create(hasher: Hasher): Promise<WatchedChain> {
    const chain = new WatchedChain(hasher);
    chain.l1.setCode(KEY_DATA, keyDataCode(KEY));
    for (let k = 0n; k < DEPLOYED; k++) chain.mine([]);
    chain.mine([
      eventLog('OracleCommitteeSet', { oracles: ORACLES.map(({ address }) => address), quorum: 2 }),
      eventLog('ShapeRegistered', { shapeId: 1, verifier: KEY_DATA }),
    ]);
    chain.mine([eventLog('InstrumentListed', { id: FUTURE.instrument, kind: 3, expiry: 9_000, strike: 0 })]);
    const open: L1Op = { kind: 1, account: ACCOUNT, amount: 5_000_000n, owner: BigInt(OWNER), keyX: 7n, keyY: 8n };
    chain.queue(open);
    chain.mine([]);
    const report = await chain.report(1_000);
    await chain.submit(1_010, report, [{ l1Ops: [{ ...open, paid: 0n }] }]);
    const withdrawal = { account: ACCOUNT, nonce: 1, amount: 2_000_000n };
    await chain.submit(1_020, await chain.report(1_015), [{ withdrawals: [withdrawal] }, {}]);
    chain.claim(2_000_000n);
    return chain;
  }

  /** Another account is opened: what comes in while the watcher reads. */
  openAccount(amount: bigint): void {
    const account = ACCOUNT + this.opCount;
    this.queue({ kind: 1, account, amount, owner: BigInt(OWNER), keyX: 7n, keyY: 8n });
  }

  /** An empty batch on a report of its own time. */
  async submitEmpty(timeSec: number, signers: readonly number[]): Promise<void> {
    await this.submit(timeSec, await this.sign(await this.report(timeSec), signers), [{}]);
  }

  get oracles(): readonly Address[] {
    return COMMITTEE.oracles;
  }

  mine(logs: readonly ScriptedLog[], input: Hex = '0x'): void {
    this.l1.mine(this.figures, { to: EXCHANGE, input, logs });
  }

  private queue(op: L1Op): void {
    this.opHash = nextOpHash(this.opHash, op);
    this.move({ tokenBalance: op.amount, owedToAccounts: op.amount });
    const owner = toHex(op.owner, { size: 20 });
    this.mine([eventLog('L1OpQueued', { ...op, owner, index: BigInt(this.opCount), opHash: this.opHash })]);
    this.opCount += 1;
  }

  private claim(amount: bigint): void {
    this.move({ tokenBalance: -amount, owedToClaims: -amount });
    this.mine([eventLog('Claimed', { owner: OWNER, to: OWNER, amount })]);
  }

  private move(by: Partial<Pick<ContractFigures, 'tokenBalance' | 'owedToClaims' | 'owedToAccounts'>>): void {
    const { owedToAccounts, owedToClaims, tokenBalance } = this.figures;
    this.figures = {
      ...this.figures,
      tokenBalance: tokenBalance + (by.tokenBalance ?? 0n),
      owedToClaims: owedToClaims + (by.owedToClaims ?? 0n),
      owedToAccounts: owedToAccounts + (by.owedToAccounts ?? 0n),
    };
  }

  /** Signed by a quorum, whatever it says. */
  async sign(report: SubmittedReport, signers: readonly number[] = [0, 1]): Promise<SubmittedReport> {
    const typed = reportTypedData(DOMAIN, { ...report, timeSec: report.time });
    const oracles = ORACLES.filter((_, index) => signers.includes(index));
    return { ...report, signatures: await Promise.all(oracles.map((oracle) => oracle.signTypedData(typed))) };
  }

  private async report(time: number): Promise<SubmittedReport> {
    const { timeSec, ...content } = this.content(time, [FUTURE]);
    return this.sign({ ...content, time: timeSec, signatures: [] });
  }

  private async submit(time: number, report: SubmittedReport, all: readonly Partial<BatchRows>[]): Promise<void> {
    const table = await createReportCheck(this.reportConfig()).check(report, unchanged(COMMITTEE), LISTED);
    const logs: ScriptedLog[] = [];
    const batches = all.map((some): SubmittedBatch => {
      const batchNumber = this.ledger.batchCount();
      const rows: BatchRows = { batchNumber, l1Ops: [], withdrawals: [], trades: [], settlements: [], ...some };
      const next = this.ledger.next(rows, time, table);
      next.commit();
      for (const { account, amount } of rows.withdrawals) {
        this.move({ owedToAccounts: -amount, owedToClaims: amount });
        const credit = { owner: OWNER, account, amount, batchNumber: BigInt(batchNumber), forced: false };
        logs.push(eventLog('WithdrawalCredited', credit));
      }
      const batch = { stateRootAfter: next.stateRoot, time, dataCommit: 33n, reportIndex: 0, logChainHash: 44n };
      const { riskTableHash: hash } = report;
      const [stateRoot, l1OpIndex] = [next.stateRoot, BigInt(this.ledger.l1OpIndex())];
      const announced = { shapeId: 1, stateRoot, time, riskTableHash: hash, logChainHash: 44n, l1OpIndex };
      logs.push(eventLog('BatchAccepted', { ...announced, batchNumber: BigInt(batchNumber) }));
      return { ...batch, words: encodeRows(rows), proof: PROOF };
    });
    this.figures = {
      ...this.figures,
      stateRoot: this.ledger.stateRoot(),
      batchNumber: BigInt(this.ledger.batchCount()),
      lastTime: time,
      l1OpIndex: BigInt(this.ledger.l1OpIndex()),
    };
    this.mine(logs, encodeSubmit([1, batches, [report]]));
  }

  private reportConfig() {
    const { hasher } = this;
    const hashTable = (table: RiskTable): bigint => riskTableHash(hasher, table);
    return { domain: DOMAIN, risk: DEVELOPMENT_RISK_PRESET, hashTable };
  }

  watch(config: Partial<WatcherConfig> = {}): Watcher {
    return createWatcher({
      l1: this.l1.l1,
      exchange: EXCHANGE,
      fromBlock: DEPLOYED,
      confirmations: 0,
      ledger: createRebuiltLedger(this.context()),
      reports: createReportCheck(this.reportConfig()),
      expectedKeys: null,
      verify: async () => true,
      onBatch: () => undefined,
      onDoubt: () => undefined,
      ...config,
    });
  }
}

const COMMITTEE = { oracles: ORACLES.map(({ address }) => address), quorum: 2 };
const LISTED = new Map([[FUTURE.instrument, FUTURE]]);
const PROOF = {
  a: [1n, 2n],
  b: [
    [3n, 4n],
    [5n, 6n],
  ],
  c: [7n, 8n],
} as const;
