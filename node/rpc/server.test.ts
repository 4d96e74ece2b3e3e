import { once } from 'node:events';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import { createDispatcher } from './dispatcher.ts';
import { handle } from './handler.ts';
import { defineMethod } from './method.ts';
import { type RpcServerConfig, startRpcServer } from './server.ts';
import type { Connection } from './webSocketServer.ts';
import { word } from './wire.ts';

const hello = defineMethod({ name: 'hello', params: z.strictObject({}), result: word });
const broken = defineMethod({ name: 'broken', params: z.strictObject({}), result: word });

const start = (changes: Partial<RpcServerConfig<Connection>> = {}) => {
  const callers: Connection[] = [];
  const closed: Connection[] = [];
  const errors: unknown[] = [];
  const handlers = [
    handle(hello, (_params, caller: Connection | null) => {
      if (caller !== null) callers.push(caller);
      return 10n ** 20n;
    }),
    handle(broken, () => {
      throw new Error('secret');
    }),
  ];
  const dispatcher = createDispatcher({ handlers, onInternal: (_name, error) => errors.push(error) });
  const config: RpcServerConfig<Connection> = {
    host: '127.0.0.1',
    port: 0,
    portFlag: '--port',
    maxBodyBytes: 1000,
    maxConnections: 2,
    webSocket: {
      maxBufferedBytes: 100_000,
      onOpen: (connection) => connection,
      onClose: (one) => closed.push(one),
      onCount: () => undefined,
      onBinary: null,
    },
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

test('a binary message closes a connection that takes text only', async () => {
  const { server } = await start();
  const socket = new WebSocket(server.url.replace('http', 'ws'));
  await once(socket, 'open');
  socket.send(new Uint8Array([1, 2, 3]));
  expect((await once(socket, 'close'))[0]).toBe(1003);
  await server.close();
});

test('a busy port is named with the option that chooses another', async () => {
  const { server } = await start();
  await expect(start({ port: server.port })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: expect.stringContaining('--port'),
  });
  await server.close();
});
