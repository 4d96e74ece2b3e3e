import { randomUUID } from 'node:crypto';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import { createKeyCodeOnL1 } from '../batcher/keyCodeOnL1.ts';
import { createProofCheck } from '../batcher/proofCheck.ts';
import type { MachineConfig } from '../core/machine/machineConfig.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import type { L1 } from '../l1/L1.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
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

const L1_TIMEOUT_MS = 15_000;

const l1Of = ({ l1 }: NodeConfig): L1 => createRpcL1(requestOverHttp(l1.url, L1_TIMEOUT_MS));

/** What a replica takes from the configuration. */
export const replicaPart = (
  config: NodeConfig,
  verify: ProverBackend['verify'],
): Pick<
  ReplicaOptions,
  'machine' | 'checkProof' | 'newLeaseId' | 'leaseMs' | 'maxAttempts' | 'snapshotEveryEntries'
> => ({
  machine: machineConfig(config),
  checkProof: createProofCheck({ keyCode: createKeyCodeOnL1(l1Of(config), config.l1.exchange), verify }),
  newLeaseId: () => randomUUID(),
  leaseMs: config.batch.leaseMs,
  maxAttempts: config.batch.maxAttempts,
  snapshotEveryEntries: config.sequencer.snapshotEveryEntries,
});

/** What the leader takes from it. */
export const leaderPart = (
  { batch, l1, oracle, sequencer }: NodeConfig,
  clients: Pick<LeaderOptions['l1'], 'client' | 'wallet'>,
): Pick<LeaderOptions, 'l1' | 'limits' | 'tickMs' | 'batchMaxAgeMs' | 'oracle'> => ({
  l1: { ...l1, ...clients },
  limits: sequencer,
  tickMs: sequencer.tickMs,
  batchMaxAgeMs: batch.maxAgeMs,
  oracle,
});
