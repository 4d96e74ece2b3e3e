import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Alarms } from '../alarms.ts';
import { addProvingMetrics } from '../batcher/provingMetrics.ts';
import type { Replica } from '../replica/replica.ts';
import type { Leader } from '../sequencer/leader.ts';

/** The node's figures in Prometheus' text format. */
export const createNodeMetrics = ({ log, jobs, batcher }: Replica, { sequencer }: Leader, alarms: Alarms) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(value()) });
  };
  gauge('straddle_queue_length', 'Submissions waiting to be logged', sequencer.queueLength);
  gauge('straddle_log_entries', 'Entries in the log', () => log.length);
  gauge('straddle_batches_sealed', 'Batches sealed', jobs.count);
  gauge('straddle_batches_accepted', 'Batches accepted on L1', batcher.acceptedCount);
  gauge('straddle_alarms', 'Alarms that wait for a person', () => alarms.list().length);
  addProvingMetrics(registry, batcher.status);
  const calls = new Counter({
    name: 'straddle_rpc_calls_total',
    help: 'JSON-RPC calls by method and code, 0 for success',
    labelNames: ['method', 'code'],
    registers,
  });
  const fills = new Counter({ name: 'straddle_fills_total', help: 'Fills', registers });
  const sockets = new Gauge({ name: 'straddle_websockets', help: 'Open WebSockets', registers });
  const proving = new Histogram({
    name: 'straddle_proving_seconds',
    help: 'Seconds a proof took',
    buckets: [1, 2, 5, 10, 20, 40, 80, 160],
    registers,
  });
  return {
    onCall: (method: string, code: number) => calls.inc({ method, code }),
    onFills: (count: number) => fills.inc(count),
    onSockets: (count: number) => sockets.set(count),
    onProvingSeconds: (seconds: number) => proving.observe(seconds),
    page: async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
  };
};

export type NodeMetrics = ReturnType<typeof createNodeMetrics>;
