import {
  type Account,
  type Address,
  BaseError,
  type Chain,
  ExecutionRevertedError,
  encodeAbiParameters,
  encodeDeployData,
  getContractAddress,
  type Hex,
  keccak256,
  type PublicClient,
  type Transport,
  type WalletClient,
} from 'viem';
import { PUBLIC_SIGNALS } from '../node/core/protocol/publicSignals.ts';
import type { VerificationKey } from '../prover/prove/groth16.ts';
import { encodeVerificationKey } from '../prover/prove/proofEncoding.ts';
import { requireSoundKey } from '../prover/setup/keySoundness.ts';
import { mockUsdcAbi } from './abi/mockUsdc.ts';
import { straddleExchangeAbi } from './abi/straddleExchange.ts';
import { straddleGovernanceAbi } from './abi/straddleGovernance.ts';
import { awaitReceipt } from './awaitReceipt.ts';
import type { CompiledContracts } from './compile.ts';
import { DeployError } from './DeployError.ts';
import { type LinkedLibraries, linkedCode } from './linkedCode.ts';

/** Seconds, millionths and 1e-9 ether; see IStraddleExchange.Bounds. */
export type ExchangeBounds = {
  readonly provingLagSec: number;
  readonly forcedDeadlineSec: number;
  readonly maxReportAgeSec: number;
  readonly deviationBasePpm: number;
  readonly deviationPpmPerSec: number;
  readonly deviationCeilingPpm: number;
  readonly maxPauseSec: number;
  readonly forcedBondGwei: number;
};

export type DeployConfig = {
  /** null: deploy MockUSDC, which anyone may mint (devnets only). */
  readonly token: Address | null;
  readonly governance: {
    /** StraddleGovernance.DELAY is taken if this is less. */
    readonly delaySec: bigint;
    readonly proposers: readonly Address[];
    readonly executors: readonly Address[];
    readonly guardian: Address;
    readonly lister: Address;
    /** 0..15: those that the oracles price, in which the lister may list from the first day on. */
    readonly markets: readonly number[];
  };
  /** More than one, so that a lost key does not end in a freeze. */
  readonly sequencers: readonly Address[];
  readonly oracles: readonly Address[];
  readonly quorum: number;
  readonly bounds: ExchangeBounds;
  /** Cash units. */
  readonly minDeposit: bigint;
  readonly depositCap: bigint;
  /** Verification keys as snarkjs' JSON, of 7 public inputs. */
  readonly shapes: readonly { readonly id: number; readonly verificationKey: VerificationKey }[];
  /** The root of the empty state under a domain; a hash in circuit fashion, so the caller's. */
  readonly genesisStateRoot: (domain: bigint) => bigint;
};

export type DeployedExchange = {
  readonly exchange: Address;
  readonly token: Address;
  readonly governance: Address;
  readonly libraries: LinkedLibraries;
  readonly domain: bigint;
  /** The block of the exchange's creation: no event is older. */
  readonly blockNumber: bigint;
};

export type DeployerWallet = WalletClient<Transport, Chain, Account>;

/** The protocol's domain: `uint256(keccak256(abi.encode("straddle.domain.v1", chainId, exchange))) >> 8`. */
function exchangeDomain(chainId: number, exchange: Address): bigint {
  const parameters = [{ type: 'string' }, { type: 'uint256' }, { type: 'address' }] as const;
  return BigInt(keccak256(encodeAbiParameters(parameters, ['straddle.domain.v1', BigInt(chainId), exchange]))) >> 8n;
}

/**
 * A shape as the contract's constructor and registerShape take it.
 *
 * @param development whether keys of the public development seed are taken: where no money is
 * @throws SetupError SETUP_KEY_REFUSED: the key is degenerate, and anyone could prove anything
 */
export function shapeArgument(
  id: number,
  verificationKey: VerificationKey,
  development: 'taken' | 'refused' = 'refused',
) {
  requireSoundKey(verificationKey, { source: `shape ${id}`, publicSignals: PUBLIC_SIGNALS.length, development });
  const { alpha1, beta2, gamma2, delta2, ic } = encodeVerificationKey(verificationKey);
  const key = { alpha: alpha1, beta: nested(beta2), gamma: nested(gamma2), delta: nested(delta2), ic };
  return { id, key };
}

/** The constructor's argument. */
function deploymentArgument(config: DeployConfig, token: Address, governance: Address, domain: bigint) {
  const { sequencers, oracles, quorum, bounds, minDeposit, depositCap } = config;
  return {
    token,
    genesisStateRoot: config.genesisStateRoot(domain),
    governance,
    sequencers,
    oracles,
    quorum,
    bounds,
    minDeposit,
    depositCap,
    shapes: shapeArguments(config),
  } as const;
}

/** Keys whose secrets are published are taken beside a token that anyone may mint, and nowhere else. */
function shapeArguments({ shapes, token }: DeployConfig) {
  const development = token === null ? 'taken' : 'refused';
  return shapes.map(({ id, verificationKey }) => shapeArgument(id, verificationKey, development));
}

/**
 * Deploys token (unless given), libraries, governance and exchange, the last two made for each other, and checks that the exchange's domain is the predicted one.
 *
 * @throws DeployError DEPLOY_REVERTED, DEPLOY_DOMAIN_DIFFERS; SetupError SETUP_KEY_REFUSED before anything is sent;
 * viem's errors if L1 cannot be reached
 */
export async function deployExchange(options: {
  readonly walletClient: DeployerWallet;
  readonly publicClient: PublicClient;
  readonly artifacts: CompiledContracts;
  readonly config: DeployConfig;
}): Promise<DeployedExchange> {
  const { walletClient, publicClient, artifacts, config } = options;
  // Throws if a key must not be registered, before anything is sent.
  shapeArguments(config);
  const create = (name: string, data: Hex) => createContract(walletClient, publicClient, name, data);
  const { delaySec, proposers, executors, guardian, lister, markets } = config.governance;

  const usdc = encodeDeployData({ abi: mockUsdcAbi, bytecode: artifacts.contract('MockUSDC').bytecode });
  const token = config.token ?? (await create('MockUSDC', usdc)).address;
  const library = async (name: keyof LinkedLibraries) =>
    (await create(name, artifacts.contract(name).bytecode)).address;
  const libraries = { L1Ops: await library('L1Ops'), PriceBound: await library('PriceBound') };
  const from = walletClient.account.address;
  const nonce = await publicClient.getTransactionCount({ address: from, blockTag: 'pending' });
  const predicted = getContractAddress({ from, nonce: BigInt(nonce) + 1n });
  const governanceData = encodeDeployData({
    abi: straddleGovernanceAbi,
    bytecode: artifacts.contract('StraddleGovernance').bytecode,
    args: [predicted, delaySec, proposers, executors, guardian, lister, bitmap(markets)],
  });
  const governance = (await create('StraddleGovernance', governanceData)).address;

  const domain = exchangeDomain(walletClient.chain.id, predicted);
  const exchangeData = encodeDeployData({
    abi: straddleExchangeAbi,
    bytecode: linkedCode(artifacts, 'StraddleExchange', libraries),
    args: [deploymentArgument(config, token, governance, domain)],
  });
  const { address: exchange, blockNumber } = await create('StraddleExchange', exchangeData);
  const onL1 = await publicClient.readContract({ address: exchange, abi: straddleExchangeAbi, functionName: 'domain' });
  if (onL1 !== domain) {
    const message =
      'The exchange signs under another domain than the node computes. Deploy contracts of the same version as the node.';
    throw new DeployError('DEPLOY_DOMAIN_DIFFERS', message, { predicted, exchange });
  }
  return { exchange, token, governance, libraries, domain, blockNumber };
}

async function createContract(walletClient: DeployerWallet, publicClient: PublicClient, name: string, data: Hex) {
  const { account, chain } = walletClient;
  const hash = await walletClient.sendTransaction({ account, chain, data }).catch((error: unknown) => {
    const reverts = error instanceof BaseError && error.walk((one) => one instanceof ExecutionRevertedError) !== null;
    throw reverts ? creationReverted({ name }, error) : error;
  });
  const receipt = await awaitReceipt(publicClient, hash);
  if (receipt.status !== 'success' || !receipt.contractAddress) throw creationReverted({ name, hash });
  return { address: receipt.contractAddress, blockNumber: receipt.blockNumber };
}

/** Before it is sent, as the wallet's node says when asked for the gas (`cause`), or once it is mined (`data.hash`). */
function creationReverted(data: { readonly name: string; readonly hash?: Hex }, cause?: unknown): DeployError {
  const message = `The creation of ${data.name} reverts. Check the arguments against IStraddleExchange.Deployment, and let the deployer send nothing else beside it.`;
  return new DeployError('DEPLOY_REVERTED', message, data, cause);
}

const bitmap = (markets: readonly number[]) => markets.reduce((bits, market) => bits | (1 << market), 0);

/** x.c1, x.c0, y.c1, y.c0 to [[x.c1, x.c0], [y.c1, y.c0]]. */
const nested = ([a, b, c, d]: readonly [bigint, bigint, bigint, bigint]) =>
  [
    [a, b],
    [c, d],
  ] as const;
