import {
  type Account,
  type Address,
  BaseError,
  type Chain,
  type ContractFunctionArgs,
  type ContractFunctionName,
  ContractFunctionRevertedError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  keccak256,
  type Log,
  maxUint256,
  type PublicClient,
  parseEther,
  type Transport,
  toHex,
  type WalletClient,
} from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { mockUsdcAbi } from '../../contracts/abi/mockUsdc.ts';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { straddleGovernanceAbi } from '../../contracts/abi/straddleGovernance.ts';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import type { CompiledContracts } from '../../contracts/compile.ts';
import { type DeployConfig, type DeployedExchange, deployExchange } from '../../contracts/deploy.ts';
import { type ExchangeDomain, readExchangeDomain } from '../../node/l1/exchangeDomain.ts';
import { requestOver } from '../../node/l1/requestOver.ts';
import { createRpcL1 } from '../../node/l1/rpcL1.ts';
import { MARKET } from '../property/commands.ts';

type Changes = 'nonpayable' | 'payable';
type Writing = ContractFunctionName<typeof straddleExchangeAbi, Changes>;
type WritingArgs<Name extends Writing> = ContractFunctionArgs<typeof straddleExchangeAbi, Changes, Name>;

const GAS = 12_000_000n;
const MINTED = 10n ** 13n;
export const REPORT_MAX_AGE_SEC = 600;
const BOND_GWEI = 1_000_000;
/** What a listing or its end is asked of: governance, which lets the exchange know. */
const GOVERNED: ReadonlySet<string> = new Set(['listInstruments', 'delistInstruments']);

/** Always the same key for a name, so that a seed gives the same run. */
const accountOf = (name: string): PrivateKeyAccount => privateKeyToAccount(keccak256(toHex(`straddle test ${name}`)));

/** The exchange's contract on a local L1 whose clock is the test's. */
export class ExchangeOnL1 {
  readonly deployed: DeployedExchange;
  readonly reportDomain: ExchangeDomain;
  readonly owners: readonly PrivateKeyAccount[];
  readonly oracles: readonly PrivateKeyAccount[];
  readonly sequencer = accountOf('sequencer');
  readonly lister = accountOf('lister');
  private readonly client: PublicClient;
  private readonly wallet: WalletClient<Transport, Chain>;
  private readonly clock: ReturnType<typeof clockOf>;

  private constructor(
    parties: { readonly owners: readonly PrivateKeyAccount[]; readonly oracles: readonly PrivateKeyAccount[] },
    clients: { readonly client: PublicClient; readonly wallet: WalletClient<Transport, Chain> },
    clock: ReturnType<typeof clockOf>,
    deployed: DeployedExchange,
    reportDomain: ExchangeDomain,
  ) {
    this.owners = parties.owners;
    this.oracles = parties.oracles;
    this.client = clients.client;
    this.wallet = clients.wallet;
    this.clock = clock;
    this.deployed = deployed;
    this.reportDomain = reportDomain;
  }

  /** Deploys to an empty local L1, with three oracles of whom two make a quorum, and owners who hold tokens. */
  static async deploy(
    rpcUrl: string,
    artifacts: CompiledContracts,
    owners: number,
    config: Pick<DeployConfig, 'shapes' | 'genesisStateRoot'>,
  ): Promise<ExchangeOnL1> {
    const transport = http(rpcUrl);
    const client: PublicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10, cacheTime: 0 });
    const wallet = createWalletClient({ chain: foundry, transport });
    const clock = clockOf(rpcUrl);
    const named = (kind: string, count: number) => Array.from({ length: count }, (_, i) => accountOf(`${kind} ${i}`));
    const parties = { owners: named('owner', owners), oracles: named('oracle', 3) };
    const deployer = accountOf('deployer');
    const [sequencer, lister] = [accountOf('sequencer'), accountOf('lister')];
    for (const { address } of [deployer, sequencer, lister, ...parties.owners]) {
      await clock.setBalance({ address, value: parseEther('1000') });
    }
    const deployed = await deployExchange({
      walletClient: createWalletClient({ account: deployer, chain: foundry, transport }),
      publicClient: client,
      artifacts,
      config: {
        token: null,
        governance: {
          delaySec: 0n,
          proposers: [deployer.address],
          executors: [deployer.address],
          guardian: deployer.address,
          lister: lister.address,
          markets: [MARKET],
        },
        sequencers: [sequencer.address],
        oracles: parties.oracles.map(({ address }) => address),
        quorum: 2,
        bounds: {
          provingLagSec: 7_200,
          forcedDeadlineSec: 86_400,
          maxReportAgeSec: REPORT_MAX_AGE_SEC,
          // A test's reports jump, and not every one is used: the bound has tests of its own.
          deviationBasePpm: 900_000,
          deviationPpmPerSec: 500,
          deviationCeilingPpm: 999_999,
          maxPauseSec: 3_600,
          forcedBondGwei: BOND_GWEI,
        },
        minDeposit: 1_000_000n,
        depositCap: 2n ** 50n,
        ...config,
      },
    });
    const domain = await readExchangeDomain(createRpcL1(requestOver(transport)), deployed.exchange);
    const exchange = new ExchangeOnL1(parties, { client, wallet }, clock, deployed, domain);
    for (const owner of parties.owners) await exchange.fund(owner);
    return exchange;
  }

  private async fund(owner: PrivateKeyAccount): Promise<void> {
    const token = { address: this.deployed.token, abi: mockUsdcAbi, account: owner, chain: foundry, gas: GAS } as const;
    await this.wallet.writeContract({ ...token, functionName: 'mint', args: [owner.address, MINTED] });
    await this.wallet.writeContract({
      ...token,
      functionName: 'approve',
      args: [this.deployed.exchange, maxUint256],
    });
  }

  private async call<Name extends Writing>(account: Account, functionName: Name, args: WritingArgs<Name>) {
    const isGoverned = GOVERNED.has(functionName);
    const contract = isGoverned
      ? { address: this.deployed.governance, abi: straddleGovernanceAbi }
      : { address: this.deployed.exchange, abi: straddleExchangeAbi };
    return {
      ...contract,
      functionName,
      args,
      account,
      value: await this.valueOf(functionName, Number((args as readonly unknown[])[0])),
    };
  }

  /** What a forced withdrawal's bond lacks, or a key change costs. */
  private async valueOf(functionName: Writing, account: number): Promise<bigint> {
    const bond = BigInt(BOND_GWEI) * 10n ** 9n;
    if (functionName === 'changeKey') return bond;
    if (functionName !== 'forceWithdraw') return 0n;
    const read = { address: this.deployed.exchange, abi: straddleExchangeAbi } as const;
    const standing = await this.client.readContract({ ...read, functionName: 'bondOf', args: [account] });
    return standing < bond ? bond - standing : 0n;
  }

  /** Sends a call that must succeed. @return its logs */
  async send<Name extends Writing>(account: Account, functionName: Name, args: WritingArgs<Name>): Promise<Log[]> {
    const call = await this.call(account, functionName, args);
    const hash = await this.wallet.writeContract({ ...call, chain: foundry, gas: GAS } as never);
    const { status, logs } = await awaitReceipt(this.client, hash);
    if (status !== 'success')
      throw new Error(`${functionName} reverted: ${await this.refusal(account, functionName, args)}`);
    return logs.filter((log) => log.address.toLowerCase() === this.deployed.exchange.toLowerCase());
  }

  /** Name of the error with which the contract would refuse a call; null: it would take it. */
  async refusal<Name extends Writing>(
    account: Account,
    functionName: Name,
    args: WritingArgs<Name>,
  ): Promise<string | null> {
    const call = await this.call(account, functionName, args);
    try {
      await this.client.simulateContract({ ...call, gas: GAS } as never);
      return null;
    } catch (error) {
      const reverted = error instanceof BaseError && error.walk((one) => one instanceof ContractFunctionRevertedError);
      if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
      return reverted.data?.errorName ?? reverted.reason ?? 'no reason';
    }
  }

  /** What the contract says that core says too. */
  async state() {
    const read = { address: this.deployed.exchange, abi: straddleExchangeAbi } as const;
    const [stateRoot, batchNumber, l1OpIndex, lastTimeSec, conservation, [, lastReportTimeSec]] = await Promise.all([
      this.client.readContract({ ...read, functionName: 'stateRoot' }),
      this.client.readContract({ ...read, functionName: 'batchNumber' }),
      this.client.readContract({ ...read, functionName: 'l1OpIndex' }),
      this.client.readContract({ ...read, functionName: 'lastTime' }),
      this.client.readContract({ ...read, functionName: 'conservation' }),
      this.client.readContract({ ...read, functionName: 'lastReport' }),
    ]);
    const [held, owedToClaims, owedToAccounts] = conservation;
    return {
      stateRoot,
      batchNumber: Number(batchNumber),
      l1OpIndex: Number(l1OpIndex),
      lastTimeSec,
      lastReportTimeSec,
      held,
      owedToClaims,
      owedToAccounts,
    };
  }

  claimable(owner: Address): Promise<bigint> {
    const read = { address: this.deployed.exchange, abi: straddleExchangeAbi } as const;
    return this.client.readContract({ ...read, functionName: 'claimable', args: [owner] });
  }

  async nowSec(): Promise<number> {
    return Number((await this.client.getBlock()).timestamp);
  }

  /** Lets time pass on L1 until its last block is not before `timeSec`. */
  async waitUntil(timeSec: number): Promise<void> {
    const late = timeSec - (await this.nowSec());
    if (late <= 0) return;
    await this.clock.increaseTime({ seconds: late });
    await this.clock.mine({ blocks: 1 });
  }
}

const clockOf = (rpcUrl: string) => createTestClient({ chain: foundry, transport: http(rpcUrl), mode: 'anvil' });
