import { once } from 'node:events';
import WebSocket from 'ws';
import { z } from 'zod';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import { decodeAnswer } from '../../node/rpc/binary/submissionFrame.ts';
import { RpcError } from '../../node/rpc/rpcError.ts';
import { binaryOrder, jsonOrder } from './intakeOrders.ts';

/**
 * Load on an intake, from a process of its own: signs its intents, waits for a line on standard input, sends them over WebSockets and
 * prints what it saw. A paced load sends when its time has come, answers or not, and counts from that time on.
 */
const argumentSchema = z.object({
  wsUrl: z.url(),
  door: z.enum(['json', 'binary']),
  first: z.int(),
  count: z.int().positive(),
  /** So many of them, the first, are in no wait that is told. */
  uncounted: z.int().nonnegative(),
  sockets: z.int().positive(),
  window: z.int().positive(),
  /** Intents a second; null: as fast as the windows let. */
  pace: z.number().positive().nullable(),
});

const options = argumentSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { door, first, count, uncounted, sockets: socketCount, window, pace } = options;
const cryptography = await createCryptography();
const orderOf = door === 'json' ? jsonOrder : binaryOrder;
const orders = Array.from({ length: count }, (_, at) => orderOf(cryptography, first + at, at + 1));

const sockets = await Promise.all(
  Array.from({ length: socketCount }, async () => {
    const socket = new WebSocket(options.wsUrl);
    await once(socket, 'open');
    return socket;
  }),
);

const startedAt = new Float64Array(count);
const latencies = new Float64Array(count);
let [sent, answered] = [0, 0];
const { promise: done, resolve: finish } = Promise.withResolvers<void>();

const fail = (what: string): never => {
  console.error(`an intent was not accepted: ${what}`);
  process.exit(1);
};

/** The id of an accepted intent's answer. Text is looked at and not parsed: the load shares the machine with the node. */
const acceptedId = (data: Buffer, isBinary: boolean): number => {
  if (isBinary) {
    const { id, answer } = decodeAnswer(data);
    if (answer instanceof RpcError) return fail(answer.message);
    return answer.parts[0]?.rejection === null ? id : fail(`rejection ${answer.parts[0]?.rejection}`);
  }
  const text = data.toString('latin1');
  const id = Number(/"id":(\d+)/.exec(text.slice(0, 40))?.[1] ?? text.slice(0, 200));
  return text.includes('"rejection":null') ? id : fail(text.slice(0, 300));
};

const sendNext = (socket: WebSocket, atMs: number): void => {
  const order = orders[sent];
  if (order === undefined) return;
  startedAt[sent] = atMs;
  sent += 1;
  socket.send(order);
};

for (const socket of sockets) {
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    const at = acceptedId(data, isBinary) - 1;
    latencies[at] = performance.now() - (startedAt[at] ?? 0);
    answered += 1;
    if (answered === count) finish();
    else if (pace === null) sendNext(socket, performance.now());
  });
}

console.log(JSON.stringify({ ready: true }));
await once(process.stdin, 'data');
process.stdin.destroy();
const startMs = performance.now();
const startCpu = process.cpuUsage();
if (pace === null) {
  for (let turn = 0; turn < window; turn++) for (const socket of sockets) sendNext(socket, performance.now());
} else {
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) / 1000) * pace));
    while (sent < due) sendNext(sockets[sent % socketCount] as WebSocket, startMs + (sent / pace) * 1000);
    if (sent === count) clearInterval(timer);
  }, 1);
}
await done;
const seconds = (performance.now() - startMs) / 1000;
const counted = latencies.slice(uncounted).sort();
const quantile = (share: number): number =>
  counted[Math.min(counted.length - 1, Math.floor(share * counted.length))] ?? Number.NaN;
const { user, system } = process.cpuUsage(startCpu);
const cpuSec = (user + system) / 1e6;
console.log(JSON.stringify({ cpuSec, perSec: count / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }));
for (const socket of sockets) socket.terminate();
