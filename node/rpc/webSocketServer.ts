import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RpcDispatcher } from './dispatcher.ts';

/** One WebSocket, as what answers it sees it. */
export interface Connection {
  /** Sends text or bytes, or drops the connection when its peer does not keep up. */
  readonly send: (message: string | Uint8Array) => void;
}

/** `C`: what methods know of a caller that has a connection. */
export interface WebSocketConfig<C> {
  /** A connection with more than this waiting to be sent is dropped. */
  readonly maxBufferedBytes: number;
  readonly onOpen: (connection: Connection) => C;
  /** May be called more than once. */
  readonly onClose: (caller: C) => void;
  readonly onCount: (connections: number) => void;
  /** Answers a binary message; null: binary messages close the connection. Never throws. */
  readonly onBinary: ((message: Uint8Array, caller: C) => Promise<Uint8Array>) | null;
}

/** RFC 6455's registry: data of a kind that is not taken; try again later. */
const CLOSE_UNSUPPORTED = 1003;
const CLOSE_TOO_SLOW = 1013;
const MAX_CALLS_IN_FLIGHT = 64;

interface Limits {
  readonly maxBodyBytes: number;
  readonly maxConnections: number;
}

/** @returns what ends all connections */
export const attachWebSocket = <C>(
  server: Server,
  limits: Limits,
  config: WebSocketConfig<C> | null,
  dispatcher: RpcDispatcher<C>,
): (() => void) => {
  if (config === null) return () => undefined;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (sockets.clients.size >= limits.maxConnections) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      serve(client, together(socket), config, dispatcher, () => sockets.clients.size);
    });
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
};

/** What is written in one turn of the event loop goes to the kernel at once: a group's answers are one write each connection. */
const together = (socket: Duplex): (() => void) => {
  let isCorked = false;
  return () => {
    if (isCorked) return;
    isCorked = true;
    socket.cork();
    process.nextTick(() => {
      isCorked = false;
      socket.uncork();
    });
  };
};

const serve = <C>(
  client: WebSocket,
  beforeWrite: () => void,
  config: WebSocketConfig<C>,
  dispatcher: RpcDispatcher<C>,
  connections: () => number,
): void => {
  const send = (message: string | Uint8Array): void => {
    if (client.bufferedAmount > config.maxBufferedBytes) {
      // A close frame would queue behind what the peer does not read.
      config.onClose(caller);
      client.close(CLOSE_TOO_SLOW, 'too slow');
      client.terminate();
    } else if (client.readyState === client.OPEN) {
      beforeWrite();
      client.send(message);
    }
  };
  const caller = config.onOpen({ send });
  const answer = async (data: Uint8Array, isBinary: boolean): Promise<string | Uint8Array | null> => {
    if (!isBinary) return await dispatcher.dispatch(data.toString(), caller);
    if (config.onBinary !== null) return await config.onBinary(data, caller);
    client.close(CLOSE_UNSUPPORTED, 'text only');
    return null;
  };
  let inFlight = 0;
  config.onCount(connections());
  client.on('message', (data, isBinary) => {
    inFlight += 1;
    if (inFlight === MAX_CALLS_IN_FLIGHT) client.pause();
    answer(data as Buffer, isBinary)
      .then((answered) => {
        if (answered !== null) send(answered);
      })
      .finally(() => {
        inFlight -= 1;
        if (inFlight < MAX_CALLS_IN_FLIGHT && client.isPaused) client.resume();
      });
  });
  client.on('close', () => {
    config.onClose(caller);
    config.onCount(connections());
  });
  // The peer broke the protocol or sent too much: ws closes with its own code.
  client.on('error', () => undefined);
};
