import { z } from 'zod';
import { notificationSchema } from './frame.ts';
import { RpcClientError } from './RpcClientError.ts';
import type { RpcTransport } from './transport.ts';

export interface SocketTransport extends RpcTransport {
  readonly closed: Promise<void>;
  readonly close: () => void;
}

interface Waiting {
  readonly resolve: (frame: unknown) => void;
  readonly reject: (error: RpcClientError) => void;
}

const idSchema = z.object({ id: z.number() });

/** The frame of a message, or undefined if it is none. */
const frameOf = (data: unknown): unknown => {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined;
  } catch {
    return undefined;
  }
};

const opened = (url: string, socket: WebSocket, timeoutMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.close();
      reject(new RpcClientError('RPC_TIMEOUT', `${url} took no connection within ${timeoutMs} ms`, { url, timeoutMs }));
    }, timeoutMs);
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      done();
    };
    socket.addEventListener('open', () => settle(resolve), { once: true });
    const fail = (): void =>
      settle(() => reject(new RpcClientError('RPC_UNREACHABLE', `no WebSocket at ${url}: is it running?`, { url })));
    socket.addEventListener('error', fail, { once: true });
    socket.addEventListener('close', fail, { once: true });
  });

/** @throws RpcClientError RPC_UNREACHABLE, RPC_TIMEOUT */
export const openSocket = async (
  url: string,
  timeoutMs: number,
  onNotification: (channel: string, data: unknown) => void,
): Promise<SocketTransport> => {
  const socket = new WebSocket(url);
  const waiting = new Map<number, Waiting>();
  await opened(url, socket, timeoutMs);
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => {
      const message = `${url} closed the connection (${code}${reason === '' ? '' : `: ${reason}`}) before it answered`;
      for (const { reject } of waiting.values())
        reject(new RpcClientError('RPC_CLOSED', message, { url, code, reason }));
      waiting.clear();
      resolve();
    });
  });
  socket.addEventListener('message', ({ data }) => {
    const frame = frameOf(data);
    const message = notificationSchema.safeParse(frame);
    if (message.success) {
      onNotification(message.data.params.channel, message.data.params.data);
      return;
    }
    const id = idSchema.safeParse(frame);
    // An answer that nobody waits for any more: its call has timed out.
    if (!id.success) return;
    waiting.get(id.data.id)?.resolve(frame);
    waiting.delete(id.data.id);
  });
  return {
    url,
    closed,
    close: () => socket.close(),
    exchange: (id, text, signal) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new RpcClientError('RPC_CLOSED', `the connection to ${url} has ended; open another`, { url }));
          return;
        }
        waiting.set(id, { resolve, reject });
        signal.addEventListener('abort', () => {
          waiting.delete(id);
          reject(new RpcClientError('RPC_TIMEOUT', `${url} did not answer`, { url }));
        });
        socket.send(text);
      }),
  };
};
