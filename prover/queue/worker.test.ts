import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { toJson } from '../../node/rpc/json.ts';
import { createNodeClient, type ProvedJob } from './nodeClient.ts';
import { runWorker, type WorkerOptions } from './worker.ts';

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
      response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, result: answer(call) ?? null }));
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

test('a job is proved and submitted, then the worker asks for the next', async () => {
  const stop = new AbortController();
  let given = false;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method !== 'prover_getJob') return { accepted: true };
    if (given) {
      stop.abort();
      return null;
    }
    given = true;
    return { batchNumber: 4, job: 'text' };
  });
  await workerOn(url, stop, async (job) => {
    expect(job).toBe('text');
    return PROVED;
  });
  expect(calls.map(({ method }) => method)).toEqual(['prover_getJob', 'prover_submitProof', 'prover_getJob']);
  expect(calls[1]?.params).toEqual({ proverId: 'p1', batchNumber: 4, ...JSON.parse(toJson(PROVED)) });
});

test('a batch that cannot be proved is reported with its code, and the worker goes on', async () => {
  const stop = new AbortController();
  let jobs = 0;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method === 'prover_getJob') jobs += 1;
    if (jobs === 2) stop.abort();
    return method === 'prover_getJob' && jobs === 1 ? { batchNumber: 1, job: 'x' } : null;
  });
  await workerOn(url, stop, async () => {
    throw Object.assign(new Error('no such witness'), { code: 'WITNESS' });
  });
  expect(calls[1]).toMatchObject({
    method: 'prover_reportFailure',
    params: { batchNumber: 1, code: 'WITNESS', message: 'no such witness' },
  });
  expect(jobs).toBe(2);
});

test('a lost lease stops the proof', async () => {
  const stop = new AbortController();
  let given = false;
  const { url, calls } = await nodeThat(({ method }) => {
    if (method === 'prover_heartbeat') return { leased: false };
    if (method === 'prover_reportFailure') stop.abort();
    if (method === 'prover_getJob' && !given) {
      given = true;
      return { batchNumber: 2, job: 'x' };
    }
    return null;
  });
  const endless = (_: string, signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  await workerOn(url, stop, endless, 5);
  expect(calls.some(({ method }) => method === 'prover_submitProof')).toBe(false);
});

test('a node that is away is asked again', async () => {
  const stop = new AbortController();
  let asked = 0;
  const { url } = await nodeThat(() => {
    asked += 1;
    if (asked === 3) stop.abort();
    return asked < 3 ? 'not a job' : null;
  });
  await workerOn(url, stop, async () => PROVED);
  expect(asked).toBe(3);
});
