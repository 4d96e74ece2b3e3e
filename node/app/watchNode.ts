import type { Logger } from 'pino';
import type { Feeds } from '../gateway/feeds.ts';
import type { Replica } from '../replica/replica.ts';
import type { Leader } from '../sequencer/leader.ts';
import { showBatch } from './batchView.ts';
import type { NodeMetrics } from './nodeMetrics.ts';

export interface Watchers {
  readonly replica: Replica;
  readonly leader: Leader;
  readonly feeds: Feeds;
  readonly metrics: NodeMetrics;
  readonly logger: Logger;
}

/** Leads what happens in the node to those who look on: feeds, metrics, the log of the process. */
export const watchNode = ({ replica, leader, feeds, metrics, logger }: Watchers): void => {
  const { log, jobs, replayedFrom } = replica;
  logger.info({ entries: log.length, replayedFrom, batches: jobs.count() }, 'state restored');
  replica.observe({
    onBatch: (record) => {
      feeds.publishBatch(showBatch(record));
      logger.info({ batch: record.batchNumber, state: record.state }, 'batch');
    },
    onProvingSeconds: metrics.onProvingSeconds,
  });
  leader.observe(({ result }) => {
    feeds.onEvents(result.events);
    metrics.onFills(result.events.filter((event) => event.type === 'fill').length);
  });
};
