import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createNodeClient, type LeasedJob, type ProvedJob } from './nodeClient.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A client of a node that answers everything with this response, and what it was asked. */
const clientOf = async (response: object | string) => {
  const asked: { method: string; params: Record<string, unknown> }[] = [];
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const call = JSON.parse(body);
      asked.push(call);
      answer.end(
        typeof response === 'string' ? response : JSON.stringify({ jsonrpc: '2.0', id: call.id, ...response }),
      );
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { client: createNodeClient(`http://127.0.0.1:${address.port}`, 'p1', ['development']), asked };
};

const LEASED: LeasedJob = { type: 'leased', leaseId: 'one', batchNumber: 3, job: 'text', termMs: 5 };
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
const error = (code: number, data: unknown = null) => ({ error: { code, message: 'no', data } });

test('every call names the prover and its lease', async () => {
  const { client, asked } = await clientOf({ result: { lease: 'held' } });
  expect(await client.heartbeat('one')).toBe('held');
  expect(await client.releaseJob('one')).toBe('held');
  expect(await client.reportFailure('one', 'C'.repeat(100), 'm'.repeat(3000))).toBe('held');
  expect(asked.map(({ method, params }) => [method, params.proverId, params.leaseId])).toEqual([
    ['prover_heartbeat', 'p1', 'one'],
    ['prover_releaseJob', 'p1', 'one'],
    ['prover_reportFailure', 'p1', 'one'],
  ]);
  // As long as the node takes them.
  expect(asked[2]?.params).toMatchObject({ code: 'C'.repeat(64), message: 'm'.repeat(2000) });
});

test('a job, none, and a pause are told apart', async () => {
  for (const answer of [LEASED, { type: 'none' }, { type: 'paused', forMs: 7 }] as const)
    expect(await (await clientOf({ result: answer })).client.getJob()).toEqual(answer);
});

test.each([
  ['that is busy', error(-32001), 'NODE_BUSY'],
  ['that refuses the proof', error(-32007, { code: 'PROOF_DOES_NOT_VERIFY' }), 'PROOF_REFUSED'],
  ['that refuses for another reason', error(-32007), 'NODE_REFUSED'],
  ['that does not know the method', error(-32601), 'NODE_REFUSED'],
  ['that answers otherwise', { result: { accepted: true } }, 'NODE_ANSWER_INVALID'],
  ['that is no node', 'hello', 'NODE_ANSWER_INVALID'],
])('a proof handed to a node %s', async (_what, response, code) => {
  const { client } = await clientOf(response);
  await expect(client.submitProof(LEASED, PROVED)).rejects.toMatchObject({ code });
});

test('a node that is away', async () => {
  const { client } = await clientOf({});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  await expect(client.getJob()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
});
