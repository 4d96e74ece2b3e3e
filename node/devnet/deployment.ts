import type { Address } from 'viem';
import { straddleGovernanceAbi } from '../../contracts/abi/straddleGovernance.ts';
import { type DeployedExchange, deployExchange } from '../../contracts/deploy.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import { INSTRUMENT_KIND } from '../core/protocol/instrument.ts';
import { DEMO_MARKET } from './demoListing.ts';
import type { DevnetL1, L1Wallet } from './l1Wallet.ts';
import type { Prepared } from './prepare.ts';

/** What the devnet's exchange is deployed with, and who holds which role. */
export interface Deployment extends DeployedExchange {
  readonly sequencer: L1Wallet;
  readonly lister: L1Wallet;
  readonly oracles: readonly L1Wallet[];
}

export const ORACLE_QUORUM = 2;
const ORACLES = 3;
const ONE_USDC = 1_000_000n;

/** Bounds of a chain whose prices jump by 8% and whose proofs may queue for minutes. */
const BOUNDS = {
  provingLagSec: 3_600,
  forcedDeadlineSec: 86_400,
  maxReportAgeSec: 300,
  deviationBasePpm: 150_000,
  deviationPpmPerSec: 500,
  deviationCeilingPpm: 500_000,
  maxPauseSec: 3_600,
  forcedBondGwei: 1_000_000,
};

/** Deploys token, governance and exchange. @throws DeployError */
export async function deployDevnet(l1: DevnetL1, hasher: Hasher, { contracts, shapes }: Prepared): Promise<Deployment> {
  const [deployer, sequencer, guardian, lister] = await Promise.all([
    l1.createWallet(),
    l1.createWallet(),
    l1.createWallet(),
    l1.createWallet(),
  ]);
  const oracles = await Promise.all(Array.from({ length: ORACLES }, () => l1.createWallet()));
  const deployed = await deployExchange({
    walletClient: deployer.wallet,
    publicClient: l1.client,
    artifacts: contracts,
    config: {
      token: null,
      governance: {
        delaySec: 0n,
        proposers: [deployer.address],
        executors: [deployer.address],
        guardian: guardian.address,
        lister: lister.address,
        markets: [DEMO_MARKET],
      },
      sequencers: [sequencer.address],
      oracles: oracles.map(({ address }) => address),
      quorum: ORACLE_QUORUM,
      bounds: BOUNDS,
      minDeposit: ONE_USDC,
      depositCap: 2n ** 50n,
      shapes,
      genesisStateRoot: (domain) => new MemoryStore(hasher).stateRoot(domain),
    },
  });
  return { ...deployed, sequencer, lister, oracles };
}

export async function listOnL1(
  l1: DevnetL1,
  lister: L1Wallet,
  governance: Address,
  instruments: readonly Instrument[],
): Promise<void> {
  const hash = await lister.wallet.writeContract({
    address: governance,
    abi: straddleGovernanceAbi,
    functionName: 'listInstruments',
    args: [
      instruments.map(({ expirySec, instrument, kind, strike }) => ({
        id: instrument,
        kind: INSTRUMENT_KIND[kind],
        expiry: expirySec,
        strike: Number(strike),
      })),
    ],
  });
  await l1.confirm(hash, 'listing instruments');
}

export async function delistOnL1(
  l1: DevnetL1,
  lister: L1Wallet,
  governance: Address,
  instruments: readonly number[],
): Promise<void> {
  const hash = await lister.wallet.writeContract({
    address: governance,
    abi: straddleGovernanceAbi,
    functionName: 'delistInstruments',
    args: [instruments],
  });
  await l1.confirm(hash, 'delisting instruments');
}
