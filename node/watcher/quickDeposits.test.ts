import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileContracts } from '../../contracts/compile.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { ExchangeOnL1 } from '../../test/differential/exchangeOnL1.ts';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';
import { BASE8 } from '../core/crypto/babyJubjub.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { type Anvil, startAnvil } from '../devnet/anvilProcess.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { createRebuiltLedger } from './rebuiltLedger.ts';
import { createWatcher } from './watcher.ts';

const DEPOSITS = 120;

let hasher: Hasher;
let anvil: Anvil;
let l1: ExchangeOnL1;
const directory = mkdtempSync(join(tmpdir(), 'straddle-watcher-'));
beforeAll(async () => {
  ({ hasher } = await createCryptography());
  const contracts = await compileContracts({ store: openArtifactStore() });
  anvil = await startAnvil(join(directory, 'anvil.log'));
  l1 = await ExchangeOnL1.deploy(anvil.rpcUrl, contracts, 3, {
    shapes: [{ id: 1, verificationKey: new SimulatedProver('quick').verificationKey }],
    genesisStateRoot: (domain) => new MemoryStore(hasher).stateRoot(domain),
  });
});
afterAll(async () => {
  await anvil?.child.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('a watcher on a local L1', () => {
  it('raises nothing while deposits come in as fast as L1 takes them', async () => {
    const { domain, exchange, blockNumber } = l1.deployed;
    const doubts: string[] = [];
    const watcher = createWatcher({
      l1: createRpcL1(requestOverHttp(anvil.rpcUrl, 10_000)),
      exchange,
      fromBlock: blockNumber,
      confirmations: 0,
      ledger: createRebuiltLedger({ hasher, domain, deployment: DEVELOPMENT_PRESET }),
      reports: { check: () => Promise.reject(new Error('no reports here')) },
      expectedKeys: null,
      verify: async () => true,
      onBatch: () => undefined,
      onDoubt: ({ message }) => doubts.push(message),
    });
    let done = false;
    const depositing = Promise.all(
      l1.owners.map(async (owner) => {
        for (let i = 0; i < DEPOSITS; i++) await l1.send(owner, 'openAccount', [1, BASE8.x, BASE8.y, 1_000_000n]);
      }),
    ).finally(() => {
      done = true;
    });
    let steps = 0;
    while (!done) {
      await watcher.step();
      steps += 1;
    }
    await depositing;
    const head = await watcher.step();
    console.log(`${steps} steps, doubts: ${doubts.join(' ') || 'none'}`);
    expect(head.owedToAccounts).toBe(3n * BigInt(DEPOSITS) * 1_000_000n);
  });
});
