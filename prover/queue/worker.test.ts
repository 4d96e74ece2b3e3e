import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { toJson } from '../../node/rpc/json.ts';
import { createNodeClient, type ProvedJob } from './nodeClient.ts';
import { runWorker } from './worker.ts';
import type { WorkerOptions } from './workerOptions.ts';

const PROVED: ProvedJob = {
  proof: {
    a: [1n, 2n],
    b: [
      [3n, 4n],
      [5n, 6n],
    ],
    c: [7n, 8n],
  },
  publicSignals: [9n],
  provingMs: 10,
};

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** An answer that is an error. */
class Refusal {
  readonly error: { readonly code: number; readonly message: string; readonly data: unknown };

  constructor(code: number, data: unknown) {
    this.error = { code, message: 'refused', data };
  }
}
const rpcError = (code: number, data: unknown): Refusal => new Refusal(code, data);

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A node in miniature: answers as told and remembers what it was asked. */
const nodeThat = async (answer: (call: Call) => unknown): Promise<{ url: string; calls: Call[] }> => {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const call = JSON.parse(body) as Call;
      calls.push(call);
      const answered = answer(call);
      const rest = answered instanceof Refusal ? { error: answered.error } : { result: answered ?? null };
      response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...rest }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, calls };
};

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const workerOn = (url: string, stop: AbortController, prove: WorkerOptions['prove'], heartbeatMs = 1000) =>
  runWorker({
    node: createNodeClient(url, 'p1', ['development']),
    prove,
    log: quiet,
    pollMs: 5,
    heartbeatMs,
    signal: stop.signal,
  });

const lease = (batchNumber: number, leaseId = `lease ${batchNumber}`) => ({
  type: 'leased',
  leaseId,
  batchNumber,
  job: `job ${batchNumber}`,
  termMs: 60_000,
});
const NONE = { type: 'none' };
const HELD = { lease: 'held' };
const LOST = { lease: 'lost' };

/** Never ends but by its signal. */
const endless: WorkerOptions['prove'] = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const methods = (calls: readonly Call[]): string[] => calls.map(({ method }) => method.replace('prover_', ''));

test('a job is proved and handed over under its lease, then the worker asks for the next', async () => {
  const stop = new AbortController();
  let given = false;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method !== 'prover_getJob') return { type: 'taken' };
    if (given) {
      stop.abort();
      return NONE;
    }
    given = true;
    return lease(4);
  });
  await workerOn(url, stop, async (job) => {
    expect(job).toBe('job 4');
    return PROVED;
  });
  expect(methods(calls)).toEqual(['getJob', 'submitProof', 'getJob']);
  expect(calls[1]?.params).toEqual({
    proverId: 'p1',
    leaseId: 'lease 4',
    batchNumber: 4,
    ...JSON.parse(toJson(PROVED)),
  });
});

test('a batch that cannot be proved is reported under its lease with its code, and the worker goes on', async () => {
  const stop = new AbortController();
  let jobs = 0;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method !== 'prover_getJob') return HELD;
    jobs += 1;
    if (jobs === 2) stop.abort();
    return jobs === 1 ? lease(1) : NONE;
  });
  await workerOn(url, stop, async () => {
    throw Object.assign(new Error('no such witness'), { code: 'WITNESS' });
  });
  expect(calls[1]).toMatchObject({
    method: 'prover_reportFailure',
    params: { proverId: 'p1', leaseId: 'lease 1', code: 'WITNESS', message: 'no such witness' },
  });
  expect(jobs).toBe(2);
});

test('a lost lease stops the proof and is no failure: nothing is reported, the next batch is asked for', async () => {
  const stop = new AbortController();
  let jobs = 0;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method === 'prover_heartbeat') return LOST;
    if (method === 'prover_getJob') jobs += 1;
    if (jobs === 2) stop.abort();
    return jobs === 1 ? lease(2) : NONE;
  });
  await workerOn(url, stop, endless, 5);
  expect(methods(calls)).toEqual(['getJob', 'heartbeat', 'getJob']);
});

test('a lease is renewed within its term, however seldom the worker would do so by itself', async () => {
  const stop = new AbortController();
  const { url, calls } = await nodeThat(({ method }) => {
    if (calls.length === 3) stop.abort();
    return method === 'prover_getJob' ? { ...lease(2), termMs: 15 } : HELD;
  });
  await workerOn(url, stop, endless, 3_600_000);
  expect(methods(calls)).toEqual(['getJob', 'heartbeat', 'heartbeat', 'releaseJob']);
});

test('a worker that is stopped gives its batch back', async () => {
  const stop = new AbortController();
  const { url, calls } = await nodeThat(({ method }) => (method === 'prover_getJob' ? lease(3) : HELD));
  await workerOn(url, stop, (job, signal) => {
    const proving = endless(job, signal);
    stop.abort();
    return proving;
  });
  expect(methods(calls)).toEqual(['getJob', 'releaseJob']);
  expect(calls[1]?.params).toEqual({ proverId: 'p1', leaseId: 'lease 3' });
});

test('a proof that the node cannot take now is kept and handed over again; its lease is renewed meanwhile', async () => {
  const stop = new AbortController();
  let [given, tries, proofs] = [false, 0, 0];
  const { url, calls } = await nodeThat(({ method }) => {
    if (method === 'prover_heartbeat') return HELD;
    if (method === 'prover_submitProof') {
      tries += 1;
      return tries < 4 || !methods(calls).includes('heartbeat') ? rpcError(-32001, null) : { type: 'taken' };
    }
    if (given) stop.abort();
    const answer = given ? NONE : lease(5);
    given = true;
    return answer;
  });
  const prove = async () => {
    proofs += 1;
    return PROVED;
  };
  await workerOn(url, stop, prove, 5);
  expect(tries).toBeGreaterThanOrEqual(4);
  expect(proofs).toBe(1);
});

test('a proof that the node refuses is dropped, and a paused worker asks again when the pause is over', async () => {
  const stop = new AbortController();
  const answers = [lease(6), { type: 'paused', forMs: 1 }, NONE];
  const { url, calls } = await nodeThat(({ method }) => {
    if (method === 'prover_submitProof') return rpcError(-32007, { code: 'PROOF_DOES_NOT_VERIFY' });
    if (answers.length === 1) stop.abort();
    return answers.shift();
  });
  await workerOn(url, stop, async () => PROVED);
  expect(methods(calls)).toEqual(['getJob', 'submitProof', 'getJob', 'getJob']);
});

test('a lease is renewed no more once its proof was handed over', async () => {
  const stop = new AbortController();
  let asked = 0;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method === 'prover_heartbeat') return HELD;
    if (method === 'prover_submitProof') return { type: 'taken' };
    asked += 1;
    if (asked === 20) stop.abort();
    return asked === 1 ? lease(7) : NONE;
  });
  await workerOn(url, stop, async () => PROVED, 1);
  const later = methods(calls).slice(methods(calls).indexOf('submitProof'));
  // One may have been on its way.
  expect(later.filter((method) => method === 'heartbeat').length).toBeLessThanOrEqual(1);
});

test('a node that is away is asked again', async () => {
  const stop = new AbortController();
  let asked = 0;
  const { url } = await nodeThat(() => {
    asked += 1;
    if (asked === 3) stop.abort();
    return asked < 3 ? 'not a job' : NONE;
  });
  await workerOn(url, stop, async () => PROVED);
  expect(asked).toBe(3);
});
