import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { hashFile } from '../../prover/artifacts/contentHash.ts';
import { loadCore } from '../../prover/native/core.ts';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { decodeProof } from '../../prover/prove/proofEncoding.ts';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import { readZkeyHeader } from '../../prover/prove/zkeyHeader.ts';
import { replayJob } from '../../prover/queue/replayJob.ts';
import { exampleJobs } from '../../prover/queue/testdata/exampleJobs.ts';
import { shapeArtifacts } from '../../prover/setup/shapeArtifacts.ts';
import { Prng } from '../property/prng.ts';

const SEED = Number(process.env.SEED ?? 4_242);
const MAIN = join(import.meta.dirname, '..', '..', 'prover', 'main.ts');
const BATCH_NUMBER = 1;
/** As short as a test can bear: a killed prover's batch is not given away before. */
const LEASE_MS = 3_000;

const directory = mkdtempSync(join(tmpdir(), 'straddle-prover-kill-'));
const children: ChildProcess[] = [];
const servers: Server[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

let registry: string;
let key: VerifyingKey;
let job: string;
let statement: readonly string[];
beforeAll(async () => {
  const { circuit, key: files } = await shapeArtifacts(openArtifactStore(), DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE);
  registry = join(directory, 'shapes.json');
  const shape = {
    name: DEVELOPMENT_SHAPE.name,
    columns: DEVELOPMENT_PRESET.columns,
    wasm: circuit.wasm,
    wasmSha256: await hashFile(circuit.wasm),
    witnessProgram: circuit.witnessProgram,
    witnessProgramSha256: circuit.witnessProgram === null ? null : await hashFile(circuit.witnessProgram),
    zkey: files.zkey,
    zkeySha256: files.zkeySha256,
    vkey: files.vkey,
    vkeySha256: files.vkeySha256,
    domainSize: (await readZkeyHeader(files.zkey)).domainSize,
  };
  writeFileSync(registry, JSON.stringify([shape]));
  key = JSON.parse(await readFile(files.vkey, 'utf8'));
  const hasher = await createCircomHasher();
  job = exampleJobs(hasher)[BATCH_NUMBER]?.text ?? '';
  statement = replayJob(hasher, [DEVELOPMENT_PRESET], job).publicSignals.map(String);
}, 20 * 60_000);

interface Lease {
  readonly leaseId: string;
  untilMs: number;
}

/** As it stands in the request: numbers are decimal strings. */
interface HandedIn {
  readonly proverId: string;
  readonly leaseId: string;
  readonly proof: {
    readonly a: readonly string[];
    readonly b: readonly (readonly string[])[];
    readonly c: readonly string[];
  };
  readonly publicSignals: readonly string[];
}

/** One batch under leases that end when they are not renewed, as the node's batcher has them. */
class LeasingNode {
  url = '';
  readonly leasedTo: string[] = [];
  readonly submitted: HandedIn[] = [];
  readonly failures: unknown[] = [];
  private lease: Lease | null = null;

  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        const { id, method, params } = JSON.parse(body);
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: this.answer(method, params) }));
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.url = `http://127.0.0.1:${address.port}`;
  }

  private answer(method: string, params: HandedIn): unknown {
    const { proverId } = params;
    if (method === 'prover_getJob') return this.give(proverId);
    if (method === 'prover_submitProof') {
      this.submitted.push(params);
      return { type: 'taken' };
    }
    if (method !== 'prover_heartbeat') this.failures.push(params);
    if (this.lease?.leaseId !== params.leaseId) return { lease: 'lost' };
    this.lease.untilMs = Date.now() + LEASE_MS;
    return { lease: 'held' };
  }

  private give(proverId: string): unknown {
    if (this.submitted.length > 0 || (this.lease?.untilMs ?? 0) > Date.now()) return { type: 'none' };
    const leaseId = `lease of ${proverId}`;
    this.lease = { leaseId, untilMs: Date.now() + LEASE_MS };
    this.leasedTo.push(proverId);
    return { type: 'leased', leaseId, batchNumber: BATCH_NUMBER, job, termMs: LEASE_MS };
  }
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes but those that have ended and wait to be collected. */
function processes(): Listed[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid,ppid,stat,args'], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state = 'Z', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

const provingProcesses = (pid: number): Listed[] =>
  processes().filter(({ parent, command }) => parent === pid && command.includes('snarkjsProcess'));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `found`; the test's own timeout ends a wait that is in vain. */
async function until<T>(found: () => T | undefined | false): Promise<T> {
  for (;;) {
    const value = found();
    if (value !== undefined && value !== false) return value;
    await pause(20);
  }
}

function startProver(node: LeasingNode, proverId: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const options = ['--node-url', node.url, '--artifacts', registry, '--prover-id', proverId];
  const child = spawn(process.execPath, [MAIN, ...options, '--poll-ms', '50', '--heartbeat-ms', '500'], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  children.push(child);
  return child;
}

/** kill -9, and the wait until nothing of it is left. */
async function killHard(child: ChildProcess): Promise<void> {
  const pid = child.pid ?? 0;
  const family = provingProcesses(pid).map((one) => one.pid);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await until(() => !processes().some((one) => one.pid === pid || family.includes(one.pid)));
}

const leasedBy = (node: LeasingNode, proverId: string): Promise<boolean> =>
  until(() => node.leasedTo.includes(proverId));

const WITHOUT_CORE = { STRADDLE_NATIVE: 'off' };

/** One proof was handed in; snarkjs takes it for this statement and for no other. */
async function expectOneProof(node: LeasingNode): Promise<void> {
  expect(node.submitted).toHaveLength(1);
  const [proved] = node.submitted;
  if (proved === undefined) throw new Error('no proof');
  expect(proved.publicSignals).toEqual(statement);
  const { a, b, c } = proved.proof;
  const [ax, ay, bx1, bx0, by1, by0, cx, cy] = [...a, ...b.flat(), ...c].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const proof = decodeProof([ax, ay, bx1, bx0, by1, by0, cx, cy]);
  const backend = createSnarkjsBackend();
  try {
    expect(await backend.verify(key, proved.publicSignals, proof)).toBe(true);
    expect(await backend.verify(key, proved.publicSignals.toReversed(), proof)).toBe(false);
  } finally {
    await backend.terminate();
  }
}

test('with snarkjs, a batch outlives provers that are killed while they replay and while they prove', {
  timeout: 10 * 60_000,
}, async () => {
  console.log(`proverKill: seed ${SEED}`);
  const random = new Prng(SEED);
  const node = new LeasingNode();
  await node.listen();

  const first = startProver(node, 'first', WITHOUT_CORE);
  await leasedBy(node, 'first');
  await pause(random.below(400));
  await killHard(first);
  expect(node.submitted).toEqual([]);

  const second = startProver(node, 'second', WITHOUT_CORE);
  await leasedBy(node, 'second');
  await until(() => provingProcesses(second.pid ?? 0).length === 1);
  await pause(random.below(2_000));
  expect(provingProcesses(second.pid ?? 0), 'killed in the middle of a proof').toHaveLength(1);
  await killHard(second);
  expect(node.submitted, `seed ${SEED}: the proof was done before the kill`).toEqual([]);

  const third = startProver(node, 'third', WITHOUT_CORE);
  await until(() => node.submitted.length > 0);
  const [proverOfThird] = provingProcesses(third.pid ?? 0);
  const ended = once(third, 'exit');
  third.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await until(() => !processes().some(({ pid }) => pid === proverOfThird?.pid));

  expect(node.leasedTo).toEqual(['first', 'second', 'third']);
  expect(node.failures).toEqual([]);
  await expectOneProof(node);
});

test.runIf(loadCore() !== undefined)(
  'with the core, a batch outlives provers that are killed at any time',
  {
    timeout: 10 * 60_000,
  },
  async () => {
    console.log(`proverKill: seed ${SEED}`);
    const random = new Prng(SEED);
    const node = new LeasingNode();
    await node.listen();

    // A proof is too short to be seen from outside: each prover gets more time, by steps small enough for a fast
    // machine and growing for a slow one, until one is done before its end.
    let killed = 0;
    for (let ms = 0; node.submitted.length === 0; ms = 20 + 1.4 * ms) {
      const prover = startProver(node, `prover ${killed}`);
      await leasedBy(node, `prover ${killed}`);
      await pause(ms + random.below(20 + Math.ceil(ms / 5)));
      await killHard(prover);
      killed += 1;
    }
    expect(killed).toBeGreaterThan(3);
    expect(node.leasedTo).toHaveLength(killed);
    expect(node.failures).toEqual([]);
    await expectOneProof(node);
  },
);
