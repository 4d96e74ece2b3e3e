import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeErrorResult } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { L1Error, revertOf } from './L1Error.ts';
import { requestOverHttp } from './requestOver.ts';

type Answer = (response: ServerResponse, id: unknown) => void;

let server: Server;
let url = '';
let answer: Answer = () => undefined;
beforeAll(async () => {
  server = createServer(async (request, response) => answer(response, await idOf(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function idOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) text += String(part);
  return (JSON.parse(text) as { id: unknown }).id;
}

const withStatus =
  (status: number, body: string): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);

const withError =
  (error: object, status = 200): Answer =>
  (response, id) =>
    withStatus(status, JSON.stringify({ jsonrpc: '2.0', id, error }))(response, id);

const PAUSED = encodeErrorResult({ abi: straddleExchangeAbi, errorName: 'ExchangePaused', args: [5] });

/** Long enough for a machine that has other work. */
const PATIENT_MS = 20_000;

async function failure(how: Answer, method = 'eth_call', timeoutMs = PATIENT_MS): Promise<L1Error> {
  answer = how;
  const error = await requestOverHttp(url, timeoutMs)(method, []).then(
    (result) => new Error(`answered ${result}`),
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(L1Error);
  return error as L1Error;
}

describe('requestOverHttp', () => {
  it('gives what the endpoint answers, whatever it is', async () => {
    answer = (response, id) => withStatus(200, JSON.stringify({ jsonrpc: '2.0', id, result: null }))(response, id);
    expect(await requestOverHttp(url, PATIENT_MS)('eth_call', [])).toBeNull();
  });

  it.each<readonly [string, Answer]>([
    ['a status of a server in trouble', withStatus(503, '')],
    ['too many requests', withStatus(429, '{}')],
    ['what is no JSON', withStatus(200, '<html>')],
    ['a connection that is cut', (response) => response.destroy()],
  ])('finds L1 unreachable at %s', async (_, how) => {
    expect((await failure(how)).code).toBe('L1_UNREACHABLE');
  });

  it('finds L1 unreachable that is silent', async () => {
    expect((await failure(() => undefined, 'eth_call', 50)).code).toBe('L1_UNREACHABLE');
  });

  it('finds L1 unreachable where nobody listens, and says so in one line without the request', async () => {
    const error = await requestOverHttp('http://127.0.0.1:1', PATIENT_MS)('eth_call', ['0xcalldata']).catch(
      (one) => one,
    );
    expect(error).toMatchObject({ code: 'L1_UNREACHABLE' });
    expect((error as Error).message).not.toMatch(/calldata|\n/);
  });

  it.each<readonly [string, Answer, RegExp]>([
    ['a limit', withError({ code: -32_005, message: 'query returned more than 10000 results' }), /\(-32005\): query/],
    ['a code of its own', withError({ code: -32_099, message: 'plan exceeded' }), /\(-32099\): plan/],
    ['a code with a status', withError({ code: -32_000, message: 'header not found' }, 400), /header not found/],
    ['a wrong key', withStatus(401, '{"error":"no such key"}'), /status 401/],
    ['no money', withError({ code: -32_003, message: 'insufficient funds for gas' }), /insufficient funds/],
  ])("says the endpoint's own words at %s", async (_, how, message) => {
    const error = await failure(how);
    expect(error.code).toBe('L1_REFUSED');
    expect(error.message).toMatch(message);
  });

  it.each<readonly [string, object, string]>([
    ['geth', { code: 3, message: 'execution reverted', data: PAUSED }, PAUSED],
    ['anvil', { code: 3, message: 'execution reverted: custom error 0x', data: PAUSED }, PAUSED],
    ['others', { code: -32_000, message: 'execution reverted', data: PAUSED }, PAUSED],
    ['those that nest it', { code: -32_015, message: 'VM execution error', data: { data: PAUSED } }, PAUSED],
    ['a contract that says nothing', { code: 3, message: 'execution reverted' }, '0x'],
    ['an endpoint that says it in words alone', { code: -32_000, message: 'VM Exception: revert' }, '0x'],
  ])('finds what a contract reverted with, as %s gives it', async (_, error, revert) => {
    for (const method of ['eth_call', 'eth_estimateGas']) {
      const found = await failure(withError(error), method);
      expect([found.code, revertOf(found)]).toEqual(['L1_REVERTED', revert]);
    }
    expect((await failure(withError(error), 'eth_getLogs')).code).toBe('L1_REFUSED');
  });

  it('finds an answer that is too long refused', async () => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result: 'x'.repeat(11 * 1024 * 1024) });
    const error = await failure(withStatus(200, text), 'eth_getLogs');
    expect(error).toMatchObject({ code: 'L1_REFUSED', message: expect.stringContaining('too long') });
  });
});
