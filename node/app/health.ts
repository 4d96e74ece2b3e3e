import type { Alarms } from '../alarms.ts';
import type { Status } from '../gateway/json/publicMethods.ts';
import type { Replica } from '../replica/replica.ts';
import { toJson } from '../rpc/json.ts';
import type { Leader } from '../sequencer/leader.ts';

/** How the node is, as `get_status` and /health show it. */
export const createHealth =
  ({ view, log, jobs, batcher }: Replica, leader: Leader, alarms: Alarms) =>
  (): Status => ({
    accepting: leader.isAccepting(),
    oracleFresh: leader.sequencer.isOracleFresh(),
    timeSec: view.timeSec(),
    entries: log.length,
    queue: leader.sequencer.queueLength(),
    batches: { sealed: jobs.count(), accepted: batcher.acceptedCount(), sealing: batcher.pending() },
    proving: batcher.status(),
    settlement: leader.settlement.health(),
    counters: view.counters(),
    alarms: alarms.list(),
  });

export type Health = ReturnType<typeof createHealth>;

export const healthPage = (health: Health) => async () => {
  const shown = health();
  const well = shown.accepting && shown.settlement.state !== 'stopped';
  return { status: well ? 200 : 503, type: 'application/json', body: toJson(shown) };
};
