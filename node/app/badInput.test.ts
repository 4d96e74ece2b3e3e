import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { MAX_CHANNELS } from '../rpc/methods/channels.ts';
import { cancel, cancelAll, massQuote, submitIntent, withdraw } from '../rpc/methods/submission.ts';
import { type RpcErrorName, rpcErrorName } from '../rpc/rpcError.ts';
import { ALICE, BOB, CALL, NodeOnAnvil, soon } from './nodeOnAnvil.fixture.ts';

let app: NodeOnAnvil;
beforeAll(async () => {
  app = await NodeOnAnvil.start();
  await app.openMarket();
  // What is replayed below.
  expect((await app.call(submitIntent, app.order(ALICE, 1, -1, -1_000_000n))).rejection).toBeNull();
});
afterAll(() => app?.stop());

const post = async (body: string): Promise<{ readonly error?: { readonly code: number } }> => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(app.node.rpcUrl, { method: 'POST', headers, body });
  return (await response.json()) as { readonly error?: { readonly code: number } };
};

describe('bad input', () => {
  const past = () => Math.floor(Date.now() / 1000) - 10;
  const unsigned = { rX: 1n, rY: 2n, s: 3n };
  const intents = (params: () => ReturnType<NodeOnAnvil['order']>) => () => app.call(submitIntent, params());

  test.each<[string, () => Promise<{ readonly rejection: { readonly code: number } | null }>, number]>([
    ['unknown account', intents(() => app.order({ ...ALICE, account: 99 }, 1, 1, 1n)), 201],
    ['expired', intents(() => app.order(ALICE, 9, 1, 1n, { expirySec: past() })), 401],
    ['replayed', intents(() => app.order(ALICE, 1, -1, -1_000_000n)), 402],
    ['mis-signed', intents(() => ({ ...app.order(ALICE, 9, 1, 1n), maxLots: 7 })), 901],
    ["another account's key", intents(() => ({ ...app.order(ALICE, 9, 1, 1n), account: BOB.account })), 901],
    ['R not on the curve', intents(() => ({ ...app.order(ALICE, 9, 1, 1n), signature: unsigned })), 901],
    ['no lots', intents(() => app.order(ALICE, 9, 1, 1n, { maxLots: 0 })), 502],
    ['unknown instrument', intents(() => app.order(ALICE, 9, 1, 1n, { legs: [{ instrument: 5, ratio: 1 }] })), 301],
    ['margin', () => app.call(withdraw, app.signedWithdrawal(BOB, 90, 100_000_000_000n)), 701],
    ['unsigned cancel', () => app.call(cancel, { account: 1, nonce: 1, expirySec: soon(), signature: unsigned }), 901],
    [
      'unsigned cancel-all',
      () => app.call(cancelAll, { account: 1, nonce: 1, expirySec: soon(), signature: unsigned }),
      901,
    ],
    ['expired cancel', () => app.call(cancel, { account: 1, nonce: 1, expirySec: past(), signature: unsigned }), 401],
    [
      'unsigned withdrawal',
      () => app.call(withdraw, { account: 1, nonce: 50, expirySec: soon(), amount: 5n, signature: unsigned }),
      901,
    ],
  ])('%s: a numbered rejection', async (_what, refused, code) => {
    expect((await refused()).rejection?.code).toBe(code);
  });

  test('a mass quote answers each of its quotes', async () => {
    const quotes = [
      app.order(ALICE, 20, 1, 10n),
      { ...app.order(ALICE, 21, 1, 10n), maxLots: 7 },
      app.order(ALICE, 22, 1, 11n, { maxLots: 0 }),
    ];
    const { receipt, results } = await app.call(massQuote, { quotes });
    expect(receipt?.index).toBeGreaterThan(0);
    expect(results.map(({ rejection }) => rejection?.code ?? null)).toEqual([null, 901, 502]);
  });

  const rpc = (method: string, params: unknown) => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  test.each<[string, string, RpcErrorName]>([
    ['no JSON', '{', 'PARSE'],
    ['no request', '{"a":1}', 'INVALID_REQUEST'],
    ['positional params', '{"jsonrpc":"2.0","id":1,"method":"get_index","params":[]}', 'INVALID_REQUEST'],
    ['an empty batch', '[]', 'INVALID_REQUEST'],
    ['an unknown method', rpc('get_rich', {}), 'METHOD_NOT_FOUND'],
    ['an unknown field', rpc('get_index', { a: 1 }), 'INVALID_PARAMS'],
    ['a number too wide', rpc('get_account', { account: 2 ** 24 }), 'INVALID_PARAMS'],
    ['a fraction', rpc('get_account', { account: 1.5 }), 'INVALID_PARAMS'],
    ['five legs', rpc('submit_intent', { legs: [1, 2, 3, 4, 5] }), 'INVALID_PARAMS'],
    ['an unknown channel', rpc('subscribe', { channels: ['gossip'] }), 'INVALID_PARAMS'],
    ['a subscription without a socket', rpc('subscribe', { channels: ['index'] }), 'INVALID_REQUEST'],
    ['an unknown account', rpc('get_account', { account: 77 }), 'NOT_FOUND'],
    ['an unknown batch', rpc('get_batch', { batchNumber: 10_000 }), 'NOT_FOUND'],
    ['a receipt to come', rpc('get_receipt', { index: 10 ** 9 }), 'NOT_FOUND'],
    ['an oversized body', `"${'x'.repeat(20_001)}"`, 'TOO_LARGE'],
  ])('%s: a stable error code', async (_what, body, code) => {
    expect(rpcErrorName((await post(body)).error?.code ?? 0)).toBe(code);
  });

  test('an oversized WebSocket message closes the connection with 1009', async () => {
    const socket = new WebSocket(app.node.wsUrl);
    await once(socket, 'open');
    socket.send('x'.repeat(20_001));
    expect((await once(socket, 'close'))[0]).toBe(1009);
  });

  test('a channel more than a connection may have, counted over its subscriptions', async () => {
    const socket = new WebSocket(app.node.wsUrl);
    await once(socket, 'open');
    const answerTo = async (channels: readonly string[]) => {
      socket.send(rpc('subscribe', { channels }));
      for (;;) {
        const message = JSON.parse(String((await once(socket, 'message'))[0]));
        if (message.id === 1) return message;
      }
    };
    const names = Array.from({ length: MAX_CHANNELS }, (_, k) => `account.${k + 1}`);
    expect((await answerTo(names)).result).toHaveLength(MAX_CHANNELS);
    expect((await answerTo(names.slice(0, 1))).result).toHaveLength(MAX_CHANNELS);
    expect(rpcErrorName((await answerTo(['index'])).error?.code)).toBe('TOO_MANY_SUBSCRIPTIONS');
    socket.terminate();
  });

  test('legs twice the same, which have no canonical message', async () => {
    const twice = {
      ...app.order(ALICE, 9, 1, 1n),
      legs: [
        { instrument: CALL, ratio: 1 },
        { instrument: CALL, ratio: 1 },
      ],
    };
    expect((await app.call(submitIntent, twice)).rejection?.code).toBe(103);
    expect((app.node.health() as { accepting: boolean }).accepting).toBe(true);
  });
});
