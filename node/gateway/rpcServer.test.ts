import { once } from 'node:events';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import type { Subscriber } from './feeds.ts';
import { parseChannel } from './feeds.ts';
import { createDispatcher, type RpcMethod, rpcMethod } from './jsonRpc.ts';
import { type RpcServerConfig, startRpcServer } from './rpcServer.ts';

const start = (changes: Partial<RpcServerConfig> = {}) => {
  const callers: Subscriber[] = [];
  const closed: Subscriber[] = [];
  const method: RpcMethod<Subscriber | null> = rpcMethod(z.strictObject({}), (_params, caller: Subscriber | null) => {
    if (caller !== null) callers.push(caller);
    return 10n ** 20n;
  });
  const broken: RpcMethod<Subscriber | null> = rpcMethod(z.strictObject({}), () => {
    throw new Error('secret');
  });
  const errors: unknown[] = [];
  const methods = new Map([
    ['hello', method],
    ['broken', broken],
  ]);
  const dispatcher = createDispatcher(methods, (_name, error) => errors.push(error));
  const config: RpcServerConfig = {
    host: '127.0.0.1',
    port: 0,
    portFlag: '--port',
    maxBodyBytes: 1000,
    maxConnections: 2,
    webSocket: { maxBufferedBytes: 100_000, onClose: (one) => closed.push(one), onCount: () => undefined },
    pages: {},
    ...changes,
  };
  return startRpcServer(config, dispatcher).then((server) => ({ server, callers, closed, errors }));
};

const HELLO = '{"jsonrpc":"2.0","id":1,"method":"hello"}';

test('answers single requests and batches, bigints as decimal strings, notifications with nothing', async () => {
  const { server, errors } = await start();
  const post = async (body: string) => {
    const response = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return [response.status, await response.text()] as const;
  };
  const answer = '{"jsonrpc":"2.0","id":1,"result":"100000000000000000000"}';
  expect(await post(HELLO)).toEqual([200, answer]);
  expect(await post(`[${HELLO},${HELLO}]`)).toEqual([200, `[${answer},${answer}]`]);
  expect(await post('{"jsonrpc":"2.0","method":"hello"}')).toEqual([204, '']);
  const [, text] = await post('{"jsonrpc":"2.0","id":1,"method":"broken"}');
  expect(text).toContain('-32603');
  expect(text).not.toContain('secret');
  expect(errors.length).toBe(1);
  await server.close();
});

test('a consumer that does not read is dropped, the others stay', async () => {
  const { server, callers, closed } = await start();
  const slow = new WebSocket(server.url.replace('http', 'ws'));
  await once(slow, 'open');
  slow.send(HELLO);
  await once(slow, 'message');
  slow.pause();
  const gone = once(slow, 'close');
  const [caller] = callers;
  // More than any socket buffer takes, until the server gives up on it.
  for (let count = 0; count < 2000 && closed.length === 0; count++) caller?.send('x'.repeat(50_000));
  expect(closed).toContain(caller);
  slow.resume();
  await gone;
  const other = new WebSocket(server.url.replace('http', 'ws'));
  await once(other, 'open');
  other.terminate();
  await server.close();
});

test('no more connections than allowed', async () => {
  const { server } = await start();
  const sockets = [1, 2].map(() => new WebSocket(server.url.replace('http', 'ws')));
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const third = new WebSocket(server.url.replace('http', 'ws'));
  await once(third, 'error');
  for (const socket of sockets) socket.terminate();
  await server.close();
});

test('channel names have one spelling', () => {
  const names = ['book.7', 'book.007', 'trades.all', 'trades.3', 'account.5', 'batches', 'index'];
  expect(names.map(parseChannel)).toEqual([
    'book.7',
    'book.7',
    'trades.all',
    'trades.3',
    'account.5',
    'batches',
    'index',
  ]);
  expect(['book', 'book.', 'book.all', 'book.x', 'index.1', 'trades.-1', 'x'].map(parseChannel)).toEqual(
    Array(7).fill(null),
  );
});
