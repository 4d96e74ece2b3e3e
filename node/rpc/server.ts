import type { AddressInfo } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { RpcDispatcher } from './dispatcher.ts';
import { failure } from './frame.ts';
import { toJson } from './json.ts';
import { listenError } from './ListenError.ts';
import { RpcError } from './rpcError.ts';
import { attachWebSocket, type WebSocketConfig } from './webSocketServer.ts';

/** A page that a GET answers with. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface RpcServerConfig<C> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Named in the message when the port is busy. */
  readonly portFlag: string;
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  /** Null: HTTP only. */
  readonly webSocket: WebSocketConfig<C> | null;
  readonly pages: Readonly<Record<string, () => Promise<Page>>>;
}

export interface RpcServer {
  readonly port: number;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * JSON-RPC over POST / and, if asked for, WebSocket on the same port. Over HTTP a caller is null.
 * @throws ListenError PORT_BUSY, PORT_FORBIDDEN, LISTEN_FAILED
 */
export const startRpcServer = async <C>(
  config: RpcServerConfig<C>,
  dispatcher: RpcDispatcher<C | null>,
): Promise<RpcServer> => {
  const app = createApp(config, dispatcher);
  const closeSockets = attachWebSocket(app.server, config, config.webSocket, dispatcher);
  await listen(app, config);
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    url: `http://${config.host}:${port}`,
    close: async () => {
      closeSockets();
      await app.close();
    },
  };
};

const createApp = <C>(config: RpcServerConfig<C>, dispatcher: RpcDispatcher<C | null>): FastifyInstance => {
  const app = fastify({ bodyLimit: config.maxBodyBytes, forceCloseConnections: true });
  app.server.maxConnections = config.maxConnections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler<FastifyError>(async (error, _request, reply) => {
    const shown =
      error.statusCode === 413
        ? new RpcError('TOO_LARGE', `a request has at most ${config.maxBodyBytes} bytes`)
        : new RpcError('INVALID_REQUEST', 'POST one JSON-RPC 2.0 request');
    const status = error.statusCode ?? 500;
    await reply
      .code(status)
      .type('application/json')
      .send(toJson(failure(null, shown)));
  });
  app.post('/', async (request, reply) => {
    const answer = await dispatcher.dispatch(typeof request.body === 'string' ? request.body : '', null);
    if (answer === null) return await reply.code(204).send();
    return await reply.type('application/json').send(answer);
  });
  for (const [path, page] of Object.entries(config.pages)) {
    app.get(path, async (_request, reply) => {
      const { status, type, body } = await page();
      await reply.code(status).type(type).send(body);
    });
  }
  return app;
};

const listen = async <C>(app: FastifyInstance, config: RpcServerConfig<C>): Promise<void> => {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    await app.close();
    throw listenError(cause, config.host, config.port, config.portFlag);
  }
};
