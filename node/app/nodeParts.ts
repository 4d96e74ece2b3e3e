import { hexToBytes } from 'viem';
import type { MachineConfig } from '../core/machine/machineConfig.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import { createDigestSigner } from '../crypto/headSignature.ts';
import { rebuildTable } from '../replica/rebuildTable.ts';
import type { ReplicaOptions } from '../replica/replica.ts';
import type { LeaderOptions } from '../sequencer/leader.ts';
import type { NodeConfig } from './config.ts';

/** The machine of this configuration. */
export const machineConfig = (config: NodeConfig): MachineConfig => ({
  preset: PRESETS[config.preset],
  makerFeePpm: config.fees.makerFeePpm,
  takerFeePpm: config.fees.takerFeePpm,
  reportMaxAgeSec: config.sequencer.maxReportAgeSec,
  rebuildTable: rebuildTable(PRESETS[config.preset].risk),
});

/** What a replica takes from the configuration. */
export const replicaPart = (
  config: NodeConfig,
): Pick<ReplicaOptions, 'machine' | 'leaseMs' | 'maxAttempts' | 'snapshotEveryEntries'> => ({
  machine: machineConfig(config),
  leaseMs: config.batch.leaseMs,
  maxAttempts: config.batch.maxAttempts,
  snapshotEveryEntries: config.sequencer.snapshotEveryEntries,
});

/** What the leader takes from it. */
export const leaderPart = (
  { batch, l1, oracle, sequencer, sequencerKey }: NodeConfig,
  clients: Pick<LeaderOptions['l1'], 'client' | 'wallet'>,
): Pick<LeaderOptions, 'heads' | 'l1' | 'limits' | 'tickMs' | 'batchMaxAgeMs' | 'oracle'> => ({
  heads: {
    domain: { chainId: BigInt(l1.chainId), exchange: BigInt(l1.exchange) },
    signDigest: createDigestSigner(hexToBytes(sequencerKey)),
  },
  l1: { ...l1, ...clients },
  limits: sequencer,
  tickMs: sequencer.tickMs,
  batchMaxAgeMs: batch.maxAgeMs,
  oracle,
});
