import { randomUUID } from 'node:crypto';
import { hexToBytes } from 'viem';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import { createKeyCodeOnL1 } from '../batcher/keyCodeOnL1.ts';
import { createProofCheck } from '../batcher/proofCheck.ts';
import type { MachineConfig } from '../core/machine/machineConfig.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import { createDigestSigner } from '../crypto/headSignature.ts';
import type { CursorStore } from '../l1/cursorStore.ts';
import type { L1 } from '../l1/L1.ts';
import { createLocalAccount } from '../l1/localAccount.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { askSignerOverHttp } from '../oracle/askSigner.ts';
import { createCollector } from '../oracle/collector.ts';
import { rebuildTable } from '../replica/rebuildTable.ts';
import type { ReplicaOptions } from '../replica/replica.ts';
import type { LeaderOptions } from '../sequencer/leader.ts';
import type { NodeConfig } from './config.ts';

const L1_TIMEOUT_MS = 15_000;

/** The machine of this configuration. */
export const machineConfig = (config: NodeConfig): MachineConfig => ({
  preset: PRESETS[config.preset],
  makerFeePpm: config.fees.makerFeePpm,
  takerFeePpm: config.fees.takerFeePpm,
  reportMaxAgeSec: config.sequencer.maxReportAgeSec,
  rebuildTable: rebuildTable(PRESETS[config.preset].risk),
});

const l1Of = ({ url }: NodeConfig['l1']): L1 => createRpcL1(requestOverHttp(url, L1_TIMEOUT_MS));

/** What a replica takes from the configuration. */
export const replicaPart = (
  config: NodeConfig,
  verify: ProverBackend['verify'],
): Pick<
  ReplicaOptions,
  'machine' | 'checkProof' | 'newLeaseId' | 'leaseMs' | 'maxAttempts' | 'snapshotEveryEntries'
> => ({
  machine: machineConfig(config),
  checkProof: createProofCheck({ keyCode: createKeyCodeOnL1(l1Of(config.l1), config.l1.exchange), verify }),
  newLeaseId: () => randomUUID(),
  leaseMs: config.batch.leaseMs,
  maxAttempts: config.batch.maxAttempts,
  snapshotEveryEntries: config.sequencer.snapshotEveryEntries,
});

/** What the leader takes from it. */
export const leaderPart = (
  { batch, l1, oracle, sequencer, sequencerKey }: NodeConfig,
  cursor: CursorStore,
): Pick<LeaderOptions, 'heads' | 'l1' | 'limits' | 'tickMs' | 'batchMaxAgeMs' | 'oracle'> => ({
  heads: {
    domain: { chainId: BigInt(l1.chainId), exchange: BigInt(l1.exchange) },
    signDigest: createDigestSigner(hexToBytes(sequencerKey)),
  },
  l1: {
    ...l1,
    endpoint: l1Of(l1),
    account: createLocalAccount(sequencerKey, l1.chainId),
    cursor,
  },
  limits: sequencer,
  tickMs: sequencer.tickMs,
  batchMaxAgeMs: batch.maxAgeMs,
  oracle: {
    cadenceSec: oracle.cadenceSec,
    openCollector:
      oracle.urls.length === 0
        ? null
        : (committee) => createCollector({ urls: oracle.urls, ask: askSignerOverHttp(oracle.timeoutMs), ...committee }),
  },
});
