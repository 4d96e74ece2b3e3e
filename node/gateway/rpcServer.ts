import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Subscriber } from './feeds.ts';
import { listenError } from './GatewayError.ts';
import { failure, RPC_ERROR, type RpcDispatcher, RpcError, toJson } from './jsonRpc.ts';

export interface RpcServerConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Named in the message when the port is busy. */
  readonly portFlag: string;
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
  /** Null: HTTP only. */
  readonly webSocket: {
    /** A connection with more than this waiting to be sent is dropped. */
    readonly maxBufferedBytes: number;
    readonly onClose: (subscriber: Subscriber) => void;
    readonly onCount: (connections: number) => void;
  } | null;
  readonly pages: Readonly<Record<string, () => Promise<{ status: number; type: string; body: string }>>>;
}

export interface RpcServer {
  readonly port: number;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** 1013: try again later; RFC 6455's registry. */
const CLOSE_TOO_SLOW = 1013;
const MAX_CALLS_IN_FLIGHT = 64;

/**
 * JSON-RPC over POST / and, if asked for, WebSocket on the same port.
 * @throws GatewayError PORT_BUSY, PORT_FORBIDDEN, LISTEN_FAILED
 */
export const startRpcServer = async (
  config: RpcServerConfig,
  dispatcher: RpcDispatcher<Subscriber | null>,
): Promise<RpcServer> => {
  const app = fastify({ bodyLimit: config.maxBodyBytes, forceCloseConnections: true });
  app.server.maxConnections = config.maxConnections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setErrorHandler<FastifyError>(async (error, _request, reply) => {
    const tooLarge = error.statusCode === 413;
    const shown = tooLarge
      ? new RpcError(RPC_ERROR.TOO_LARGE, `a request has at most ${config.maxBodyBytes} bytes`)
      : new RpcError(RPC_ERROR.INVALID_REQUEST, 'POST one JSON-RPC 2.0 request');
    await reply
      .code(error.statusCode ?? 500)
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
  const sockets = config.webSocket === null ? null : attachWebSocket(app.server, config, config.webSocket, dispatcher);
  await listen(app, config);
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    url: `http://${config.host}:${port}`,
    close: async () => {
      for (const socket of sockets?.clients ?? []) socket.terminate();
      sockets?.close();
      await app.close();
    },
  };
};

const listen = async (app: FastifyInstance, config: RpcServerConfig): Promise<void> => {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (cause) {
    await app.close();
    throw listenError(cause, config.host, config.port, config.portFlag);
  }
};

const attachWebSocket = (
  server: Server,
  config: RpcServerConfig,
  options: NonNullable<RpcServerConfig['webSocket']>,
  dispatcher: RpcDispatcher<Subscriber | null>,
): WebSocketServer => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: config.maxBodyBytes });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (sockets.clients.size >= config.maxConnections) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => serve(client));
  });

  const serve = (client: WebSocket): void => {
    const subscriber: Subscriber = {
      channels: new Set(),
      send: (text) => {
        if (client.bufferedAmount > options.maxBufferedBytes) {
          // A close frame would queue behind what the peer does not read.
          options.onClose(subscriber);
          client.close(CLOSE_TOO_SLOW, 'too slow');
          client.terminate();
        } else if (client.readyState === client.OPEN) client.send(text);
      },
    };
    let inFlight = 0;
    options.onCount(sockets.clients.size);
    client.on('message', (data) => {
      inFlight += 1;
      if (inFlight === MAX_CALLS_IN_FLIGHT) client.pause();
      dispatcher
        .dispatch(data.toString(), subscriber)
        .then((answer) => {
          if (answer !== null) subscriber.send(answer);
        })
        .finally(() => {
          inFlight -= 1;
          if (inFlight < MAX_CALLS_IN_FLIGHT && client.isPaused) client.resume();
        });
    });
    client.on('close', () => {
      options.onClose(subscriber);
      options.onCount(sockets.clients.size);
    });
    // The peer broke the protocol or sent too much: ws closes with its own code.
    client.on('error', () => undefined);
  };
  return sockets;
};
