import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OracleError } from './OracleError.ts';
import { parseReportRequest } from './reportRequest.ts';
import { encodeSignedReport } from './reportWire.ts';
import type { Signer } from './signer.ts';

const MAX_BODY_BYTES = 16_384;
const LOOPBACK = '127.0.0.1';

export interface OracleServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * Serves JSON-RPC 2.0 `oracle_getReport {timeSec, instruments}` on the loopback interface; port 0 takes any free port.
 *
 * @throws OracleError ORACLE_PORT_BUSY
 */
export async function startOracleServer(signer: Signer, port: number): Promise<OracleServer> {
  const server = createServer(async (request, response) => {
    const body = await answer(signer, request);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `Cannot listen on ${LOOPBACK}:${port} (${cause.code}). Give this oracle another port, or 0 for any.`;
      reject(new OracleError('ORACLE_PORT_BUSY', message, { port }, cause));
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

async function answer(signer: Signer, request: IncomingMessage): Promise<object> {
  let id: unknown = null;
  try {
    const call = JSON.parse(await readBody(request)) as { id?: unknown; method?: unknown; params?: unknown };
    id = call.id ?? null;
    if (call.method !== 'oracle_getReport') {
      return { jsonrpc: '2.0', id, error: { code: -32_601, message: 'The only method is oracle_getReport.' } };
    }
    const result = encodeSignedReport(await signer.sign(parseReportRequest(call.params)));
    return { jsonrpc: '2.0', id, result };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: rpcError(error) };
  }
}

function rpcError(error: unknown): object {
  if (error instanceof SyntaxError) return { code: -32_700, message: 'The request is not JSON.' };
  if (error instanceof OracleError) return { code: -32_000, message: error.message, data: { code: error.code } };
  return { code: -32_603, message: error instanceof Error ? error.message : String(error) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new OracleError('ORACLE_REQUEST_INVALID', 'The request is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
