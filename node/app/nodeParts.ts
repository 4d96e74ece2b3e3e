import { randomUUID } from 'node:crypto';
import { hexToBytes } from 'viem';
import { createBackend } from '../../prover/prove/createBackend.ts';
import { createKeyCodeOnL1 } from '../batcher/keyCodeOnL1.ts';
import { createProofCheck } from '../batcher/proofCheck.ts';
import type { MachineRules } from '../core/machine/machineRules.ts';
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
import { nodeGenesis } from './nodeGenesis.ts';

const L1_TIMEOUT_MS = 15_000;

/** What every node of this release brings to a log. */
const RULES: MachineRules = { deployments: Object.values(PRESETS), rebuildTable };

const l1Of = ({ url }: NodeConfig['l1']): L1 => createRpcL1(requestOverHttp(url, L1_TIMEOUT_MS));

/** What a replica takes from the configuration; its verifier ends with `opened`. */
export const replicaPart = (
  config: NodeConfig,
  opened: AsyncDisposableStack,
): Pick<ReplicaOptions, 'rules' | 'genesis' | 'proving' | 'snapshotEveryEntries'> => ({
  rules: RULES,
  genesis: nodeGenesis(config),
  proving: provingPart(config, opened),
  snapshotEveryEntries: config.sequencer.snapshotEveryEntries,
});

const provingPart = ({ batch, l1 }: NodeConfig, opened: AsyncDisposableStack): ReplicaOptions['proving'] => {
  const { backend } = createBackend();
  opened.defer(backend.terminate);
  const { leaseMs, maxAttempts } = batch;
  const checkProof = createProofCheck({ keyCode: createKeyCodeOnL1(l1Of(l1), l1.exchange), verify: backend.verify });
  return { checkProof, newLeaseId: () => randomUUID(), leaseMs, maxAttempts };
};

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
