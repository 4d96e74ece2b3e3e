import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Address,
  createPublicClient,
  createWalletClient,
  custom,
  type Hex,
  http,
  keccak256,
  parseEther,
  toHex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { straddleGovernanceAbi } from '../../contracts/abi/straddleGovernance.ts';
import { type CompiledContracts, compileContracts } from '../../contracts/compile.ts';
import { type DeployConfig, type DeployerWallet, deployExchange } from '../../contracts/deploy.ts';
import { type Anvil, startAnvil } from '../../node/devnet/anvilProcess.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { SimulatedProver } from '../differential/simulatedProver.ts';

/** Anvil's first account. */
const DEPLOYER = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const addressOf = (name: string): Address => privateKeyToAccount(keccak256(toHex(name))).address;
/** Token, two libraries, governance; the exchange is next. */
const CREATED_BEFORE_THE_EXCHANGE = 4;

const CONFIG: DeployConfig = {
  token: null,
  governance: {
    delaySec: 0n,
    proposers: [DEPLOYER.address],
    executors: [DEPLOYER.address],
    guardian: addressOf('guardian'),
    lister: addressOf('lister'),
    markets: [1, 15],
  },
  sequencers: [addressOf('sequencer')],
  oracles: [1, 2, 3].map((i) => addressOf(`oracle ${i}`)),
  quorum: 2,
  bounds: {
    provingLagSec: 7_200,
    forcedDeadlineSec: 86_400,
    maxReportAgeSec: 600,
    deviationBasePpm: 150_000,
    deviationPpmPerSec: 500,
    deviationCeilingPpm: 500_000,
    maxPauseSec: 3_600,
    forcedBondGwei: 1_000_000,
  },
  minDeposit: 1_000_000n,
  depositCap: 2n ** 50n,
  shapes: [{ id: 1, verificationKey: new SimulatedProver('deploy').verificationKey }],
  genesisStateRoot: () => 7n,
};

let directory: string;
let anvil: Anvil;
let artifacts: CompiledContracts;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'straddle-deploy-'));
  artifacts = await compileContracts({ store: openArtifactStore() });
  anvil = await startAnvil(join(directory, 'anvil.log'));
});
afterAll(async () => {
  await anvil.child.stop();
  rmSync(directory, { recursive: true, force: true });
});

type Request = (call: { readonly method: string; readonly params?: unknown }) => Promise<unknown>;

interface Circumstances {
  readonly config?: DeployConfig;
  /** What becomes of the wallet's requests. */
  readonly through?: (request: Request) => Request;
  readonly contracts?: CompiledContracts;
}

function deploy({ config = CONFIG, through = (request) => request, contracts = artifacts }: Circumstances) {
  const transport = http(anvil.rpcUrl, { retryCount: 0 });
  const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 10, cacheTime: 0 });
  const request = through((call) => publicClient.request(call as never));
  const walletClient: DeployerWallet = createWalletClient({
    account: DEPLOYER,
    chain: foundry,
    transport: custom({ request }, { retryCount: 0 }),
  });
  return deployExchange({ walletClient, publicClient, artifacts: contracts, config });
}

/** A payment of the deployer's to itself, mined. */
async function pay(): Promise<void> {
  const transport = http(anvil.rpcUrl);
  const wallet = createWalletClient({ account: DEPLOYER, chain: foundry, transport });
  await wallet.sendTransaction({ to: DEPLOYER.address, value: parseEther('1') });
}

describe('deploying', () => {
  const tooFewOracles: DeployConfig = { ...CONFIG, quorum: CONFIG.oracles.length + 1 };

  it('gives an exchange whose domain is the one that its root was made for', async () => {
    const domains: bigint[] = [];
    const genesisStateRoot = (domain: bigint): bigint => {
      domains.push(domain);
      return 7n;
    };
    const { domain } = await deploy({ config: { ...CONFIG, genesisStateRoot } });
    expect(domains).toEqual([domain]);
  });

  it('opens the markets that the config names', async () => {
    const { governance } = await deploy({});
    const client = createPublicClient({ chain: foundry, transport: http(anvil.rpcUrl) });
    const call = { address: governance, abi: straddleGovernanceAbi, functionName: 'openMarkets' } as const;
    expect(await client.readContract(call)).toBe((1 << 1) | (1 << 15));
  });

  it('says whose creation would revert, where the node says so before it is sent', async () => {
    await expect(deploy({ config: tooFewOracles })).rejects.toMatchObject({
      code: 'DEPLOY_REVERTED',
      data: { name: 'StraddleExchange' },
      cause: { name: 'TransactionExecutionError' },
    });
  });

  it('says whose creation reverted, where nobody asked before', async () => {
    const gas = toHex(12_000_000n);
    const withGas = (request: Request): Request => {
      return ({ method, params }) => {
        if (method !== 'eth_fillTransaction') return request({ method, params });
        const [transaction] = params as readonly [object];
        return request({ method, params: [{ ...transaction, gas }] });
      };
    };
    await expect(deploy({ config: tooFewOracles, through: withGas })).rejects.toMatchObject({
      code: 'DEPLOY_REVERTED',
      data: { name: 'StraddleExchange', hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
    });
  });

  it('makes no exchange where another transaction of the deployer moved it away from its governance', async () => {
    let sent = 0;
    const busy = (request: Request): Request => {
      return async (call) => {
        const answer = await request(call);
        if (call.method === 'eth_sendRawTransaction' && ++sent === CREATED_BEFORE_THE_EXCHANGE) await pay();
        return answer;
      };
    };
    await expect(deploy({ through: busy })).rejects.toMatchObject({
      code: 'DEPLOY_REVERTED',
      message: expect.stringContaining('let the deployer send nothing else'),
      data: { name: 'StraddleExchange' },
    });
  });

  it('refuses an exchange that computes its domain in another way', async () => {
    const [ours, other] = ['straddle.domain.v1', 'straddle.domain.v0'].map((text) => toHex(text).slice(2));
    const contract: CompiledContracts['contract'] = (name) => {
      const found = artifacts.contract(name);
      return { ...found, bytecode: found.bytecode.replaceAll(String(ours), String(other)) as Hex };
    };
    await expect(deploy({ contracts: { ...artifacts, contract } })).rejects.toMatchObject({
      code: 'DEPLOY_DOMAIN_DIFFERS',
      data: { exchange: expect.stringMatching(/^0x/) },
    });
  });

  it('passes on what is no revert as it is', async () => {
    const closed = (request: Request): Request => {
      const gone = new Error('the wallet was closed');
      return (call) => (call.method === 'eth_sendRawTransaction' ? Promise.reject(gone) : request(call));
    };
    const failed = await deploy({ through: closed }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'TransactionExecutionError' });
    expect(String(failed)).toContain('the wallet was closed');
  });
});
