import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createRpcClient } from '../rpc/client.ts';
import { getStatus } from '../rpc/methods/market.ts';
import { refusalOfNode } from './refusalOfNode.ts';

const server = createServer((_, response) => {
  const error = { code: -32003, message: 'the disk is full' };
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id: 1, error }));
});
afterEach(() => void server.close());

it('names what a node refuses, and leaves every other failure its own name', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const refused = await createRpcClient(url).call(getStatus).catch(refusalOfNode);
  expect(refused).toMatchObject({ code: 'DEVNET_RPC_FAILED', data: { code: 'NOT_ACCEPTING' } });
  expect(String(refused)).toContain('the disk is full');

  server.closeAllConnections();
  server.close();
  const gone = await createRpcClient(url).call(getStatus).catch(refusalOfNode);
  expect(gone).toMatchObject({ name: 'RpcClientError' });
});
