import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { proverMethods } from '../../node/batcher/proverMethods.ts';
import { proofOf, type StartedBatcher, startBatcher } from '../../node/batcher/startBatcher.fixture.ts';
import { createDispatcher } from '../../node/rpc/dispatcher.ts';
import { type RpcServer, startRpcServer } from '../../node/rpc/server.ts';
import { createNodeClient, type ProvedJob } from '../../prover/queue/nodeClient.ts';
import { runWorker } from '../../prover/queue/worker.ts';

/** Provers' workers and the node's batcher, over the wire between them; only the clock and the proving are the test's. */

let dir: string;
let node: StartedBatcher;
let server: RpcServer;
const internal: unknown[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-leases-'));
  node = await startBatcher(dir);
  const handlers = proverMethods(node.batcher);
  const dispatcher = createDispatcher({ handlers, onInternal: (_method, error) => internal.push(error) });
  const limits = { maxBodyBytes: 1_000_000, maxConnections: 16 };
  const where = { host: '127.0.0.1', port: 0, portFlag: '--port' };
  server = await startRpcServer({ ...where, ...limits, webSocket: null, pages: {} }, dispatcher);
});
afterEach(async () => {
  await server.close();
  await node.jobs.close();
  await rm(dir, { recursive: true, force: true });
  expect(internal.splice(0)).toEqual([]);
});

type Prove = (signal: AbortSignal) => Promise<ProvedJob>;

/** A prover that says when it begins to prove, and proves when it is told to. */
const startProver = (proverId: string, ...proofs: Prove[]) => {
  const stop = new AbortController();
  const begun = proofs.map(() => Promise.withResolvers<void>());
  const log: string[] = [];
  const note = (_data: object, message: string): void => {
    log.push(message);
  };
  let count = 0;
  const running = runWorker({
    node: createNodeClient(server.url, proverId, ['development']),
    prove: async (_job, signal) => {
      const turn = count;
      count += 1;
      begun[turn]?.resolve();
      const prove = proofs[turn];
      if (prove === undefined) throw new Error(`${proverId} got a batch more than expected`);
      return prove(signal);
    },
    log: { info: note, warn: note, error: note },
    pollMs: 2,
    heartbeatMs: 2,
    signal: stop.signal,
  });
  return {
    log,
    begun: (turn = 0): Promise<void> => begun[turn]?.promise ?? Promise.resolve(),
    end: async (): Promise<void> => {
      stop.abort();
      await running;
    },
  };
};

const proved = (batchNumber: number, first = 1n): ProvedJob => {
  const { proof, provingMs, publicSignals } = proofOf(batchNumber, { first });
  const { a, b, c } = proof;
  return { proof: { a: [...a], b: [[...b[0]], [...b[1]]], c: [...c] }, publicSignals: [...publicSignals], provingMs };
};
const untilAborted: Prove = (signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const until = async (met: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await met())) await new Promise<void>((resolve) => setImmediate(resolve));
};

test('two provers and lost leases: nothing counts as failed, every batch is proved', async () => {
  await node.seal(2);
  const late = startProver('late', untilAborted, async () => proved(1));
  await late.begun();
  // The clock leaps over the term, and another prover asks before the next renewal.
  node.clock.ms += 100;
  expect(await node.lease('dying')).toMatchObject({ batchNumber: 0 });
  await until(async () => (await node.jobs.get(1))?.state === 'proved');
  await late.end();
  expect(late.log).toContain('the lease was lost, the proof is dropped');
  expect(late.log).not.toContain('a batch could not be proved');

  node.clock.ms += 100;
  const second = startProver('second', async () => proved(0));
  await until(async () => (await node.jobs.get(0))?.state === 'proved');
  await second.end();
  expect([(await node.jobs.get(0))?.attempts, (await node.jobs.get(1))?.attempts, node.codes()]).toEqual([0, 0, []]);
});

test('a prover of garbage is paused, and another one proves its batch', async () => {
  await node.seal(1);
  const liar = startProver('liar', async () => proved(0, 2n));
  await until(() => liar.log.includes('paused by the node, as a proof was refused'));
  expect(node.codes()).toEqual(['PROOF_REFUSED_0']);
  const honest = startProver('honest', async () => proved(0));
  await until(async () => (await node.jobs.get(0))?.state === 'proved');
  await Promise.all([liar.end(), honest.end()]);
  expect([(await node.jobs.get(0))?.attempts, node.codes()]).toEqual([0, []]);
  expect(node.batcher.status().provers).toMatchObject([
    { proverId: 'liar', refused: 1, proofs: 0 },
    { proverId: 'honest', refused: 0, proofs: 1 },
  ]);
});

test('a prover that stops gives its batch back to the next', async () => {
  await node.seal(1);
  const leaving = startProver('leaving', untilAborted);
  await leaving.begun();
  await leaving.end();
  expect(node.batcher.status().leases).toEqual([]);
  const next = startProver('next', async () => proved(0));
  await until(async () => (await node.jobs.get(0))?.state === 'proved');
  await next.end();
  expect((await node.jobs.get(0))?.attempts).toBe(0);
});
