import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { createRpcClient, openRpcClient } from './client.ts';
import { createDispatcher } from './dispatcher.ts';
import { notification } from './frame.ts';
import { handle } from './handler.ts';
import { toJson } from './json.ts';
import { defineMethod } from './method.ts';
import { RpcError } from './rpcError.ts';
import { type RpcServer, startRpcServer } from './server.ts';
import type { Connection } from './webSocketServer.ts';
import { decimal } from './wire.ts';

const double = defineMethod({
  name: 'double',
  params: z.strictObject({ value: decimal(0n, 1n << 80n), times: z.int().default(1) }),
  result: z.object({ value: decimal(0n, 1n << 96n) }),
  errors: ['BUSY'],
});
const stray = defineMethod({ name: 'stray', params: z.strictObject({}), result: z.null() });
const slow = defineMethod({ name: 'slow', params: z.strictObject({ ms: z.int() }), result: z.number() });

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const start = async () => {
  const callers: Connection[] = [];
  const failures: unknown[] = [];
  const handlers = [
    handle(double, ({ value, times }, caller: Connection | null) => {
      if (caller !== null) callers.push(caller);
      if (value === 13n) throw new RpcError('BUSY', 'try again', { waiting: 7 });
      return { value: value << BigInt(times) };
    }),
    handle(stray, () => {
      throw new RpcError('KEY_CHANGED', 'not among the errors of this method');
    }),
    handle(slow, async ({ ms }) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ms;
    }),
  ];
  const dispatcher = createDispatcher({ handlers, onInternal: (_, error) => failures.push(error) });
  const server: RpcServer = await startRpcServer(
    {
      host: '127.0.0.1',
      port: 0,
      portFlag: '--port',
      maxBodyBytes: 1000,
      maxConnections: 4,
      webSocket: {
        maxBufferedBytes: 100_000,
        onOpen: (connection: Connection) => connection,
        onClose: () => undefined,
        onCount: () => undefined,
        onBinary: null,
      },
      pages: {},
    },
    dispatcher,
  );
  closers.push(server.close);
  return { server, callers, failures };
};

/** A server that answers any request with this text. */
const answering = async (answer: (id: number) => string): Promise<string> => {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end(answer((JSON.parse(body) as { id: number }).id)));
  });
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
};

const result = (value: unknown) => (id: number) => JSON.stringify({ jsonrpc: '2.0', id, result: value });
const error = (code: number) => (id: number) =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message: 'no', data: null } });

describe.each(['http', 'ws'])('over %s', (scheme) => {
  const connect = async (url: string) => {
    if (scheme === 'http') return createRpcClient(url);
    const client = await openRpcClient(url.replace('http', 'ws'));
    closers.push(async () => {
      client.close();
      await client.closed;
    });
    return client;
  };

  test('bigints go and come as bigints; what has a default may be left out', async () => {
    const client = await connect((await start()).server.url);
    expect(await client.call(double, { value: 1n << 70n })).toEqual({ value: 1n << 71n });
    expect(await client.call(double, { value: 3n, times: 4 })).toEqual({ value: 48n });
  });

  test('an error of the method is an RpcError with its data', async () => {
    const client = await connect((await start()).server.url);
    const refused = client.call(double, { value: 13n });
    await expect(refused).rejects.toMatchObject({ name: 'RpcError', code: 'BUSY', data: { waiting: 7 } });
  });

  test('wrong parameters are refused by the server, field by field', async () => {
    const client = await connect((await start()).server.url);
    const refused = client.call(double, { value: -1n, times: 1.5 });
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_PARAMS',
      data: [{ path: 'value' }, { path: 'times' }],
    });
  });

  test('an error that the definition does not name is the server’s own failure', async () => {
    const { server, failures } = await start();
    const client = await connect(server.url);
    await expect(client.call(stray)).rejects.toMatchObject({ code: 'INTERNAL', message: 'internal error' });
    expect(String(failures[0])).toContain('stray is not defined to answer KEY_CHANGED');
  });

  test('a call that takes too long ends, and the next is answered', async () => {
    const client = await connect((await start()).server.url);
    await expect(client.call(slow, { ms: 300 }, { timeoutMs: 40 })).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    expect(await client.call(slow, { ms: 1 })).toBe(1);
  });

  test('nobody there', async () => {
    const { server } = await start();
    await server.close();
    const call = connect(server.url).then((client) => client.call(slow, { ms: 1 }));
    await expect(call).rejects.toMatchObject({ code: 'RPC_UNREACHABLE' });
  });
});

describe('an answer that is none', () => {
  test.each<[string, (id: number) => string]>([
    ['no JSON', () => 'hello'],
    ['no response', () => '{"hello":1}'],
    ['neither result nor error', (id) => JSON.stringify({ jsonrpc: '2.0', id })],
    ['to another request', (id) => result({ value: '1' })(id + 1)],
    ['a result of another shape', result({ value: 5 })],
    ['a number out of range', result({ value: (1n << 100n).toString() })],
    ['an unknown error', error(-32099)],
    ['longer than asked for', result({ value: '1', more: 'x'.repeat(1000) })],
  ])('%s', async (_what, answer) => {
    const client = createRpcClient(await answering(answer), { maxAnswerBytes: 500 });
    await expect(client.call(double, { value: 1n })).rejects.toMatchObject({
      name: 'RpcClientError',
      code: 'RPC_ANSWER_INVALID',
    });
  });
});

test('an error without data, which JSON-RPC lets a server leave out, has none', async () => {
  const bare = { code: -32001, message: 'try again' };
  const client = createRpcClient(await answering((id) => JSON.stringify({ jsonrpc: '2.0', id, error: bare })));
  await expect(client.call(double, { value: 1n })).rejects.toMatchObject({
    name: 'RpcError',
    code: 'BUSY',
    data: null,
  });
});

test('calls that wait when the connection ends are told so, and so is the next', async () => {
  const { server } = await start();
  const client = await openRpcClient(server.url.replace('http', 'ws'));
  const waiting = client.call(slow, { ms: 5000 });
  const refused = expect(waiting).rejects.toMatchObject({ code: 'RPC_CLOSED' });
  await server.close();
  await client.closed;
  await refused;
  await expect(client.call(slow, { ms: 1 })).rejects.toMatchObject({ code: 'RPC_CLOSED' });
});

test('what subscriptions bring, between answers; what is neither is left alone', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closers.push(() => new Promise((resolve) => sockets.close(resolve)));
  sockets.on('connection', (socket) => {
    socket.on('message', (text) => {
      const { id } = JSON.parse(String(text)) as { id: number };
      for (const noise of ['{', '[]', '{"id":"x"}', '{"id":99}', 'null']) socket.send(noise);
      socket.send(new Uint8Array([1, 2]));
      socket.send(toJson(notification('index', { price: 5n })));
      socket.send(toJson({ jsonrpc: '2.0', id, result: 3 }));
    });
  });
  if (sockets.address() === null) await once(sockets, 'listening');
  const address = sockets.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const seen: unknown[] = [];
  const client = await openRpcClient(`ws://127.0.0.1:${address.port}`, (channel, data) => seen.push([channel, data]));
  expect(await client.call(slow, { ms: 1 })).toBe(3);
  expect(seen).toEqual([['index', { price: '5' }]]);
  client.close();
  await client.closed;
});
