import type { Alarms } from '../alarms.ts';
import type { Clock } from '../clock.ts';
import type { Follower } from '../l1/follower.ts';
import { failureOf } from './failure.ts';
import { createPause, type Pause } from './pause.ts';
import { SettlementError } from './SettlementError.ts';
import type { Submitter } from './submitter.ts';

export interface SettlementHealth {
  /** ok; retrying: L1 does not answer or does not take batches now; stopped: a person must look. */
  readonly state: 'ok' | 'retrying' | 'stopped';
  /** In a row, of reading and of submitting. */
  readonly failures: number;
  readonly lastError: string | null;
  /** Next L1 block to be read. */
  readonly nextBlock: string;
}

export interface Settlement {
  readonly health: () => SettlementHealth;
  /** Resolves when the first read has brought in all that L1 had. */
  readonly caughtUp: Promise<void>;
  /** Asks for a step at once, for instance because a proof came in. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

export interface SettlementConfig {
  readonly follower: Follower;
  /** Null: a node that only reads. */
  readonly submitter: Submitter | null;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly maxBackoffMs: number;
}

/** Reading, or submitting: a batch that L1 refuses stops submitting, and deposits and forced withdrawals are read on. */
interface Stage {
  failures: number;
  lastError: string | null;
  isStopped: boolean;
  /** Alarms of it that pass when it succeeds. */
  readonly raised: Set<string>;
}

interface State {
  readonly config: SettlementConfig;
  readonly pause: Pause;
  readonly reading: Stage;
  readonly submitting: Stage;
  isStopping: boolean;
}

const newStage = (): Stage => ({ failures: 0, lastError: null, isStopped: false, raised: new Set() });

/** Reading and submitting in turn, for ever; backing off while L1 fails, stopping with an alarm when it makes no sense. */
export function startSettlement(config: SettlementConfig): Settlement {
  const pause = createPause(config.clock);
  const state: State = { config, pause, reading: newStage(), submitting: newStage(), isStopping: false };
  const { promise: caughtUp, resolve: markCaughtUp } = Promise.withResolvers<void>();
  const running = run(state, markCaughtUp);
  return {
    health: () => healthOf(state),
    caughtUp,
    wake: pause.wake,
    stop: async () => {
      state.isStopping = true;
      pause.wake();
      await running;
    },
  };
}

async function run(state: State, markCaughtUp: () => void): Promise<void> {
  const { config, pause, reading, submitting } = state;
  while (!state.isStopping && !reading.isStopped) {
    const isRead = await attempt(state, reading, async () => {
      await read(config.follower);
      markCaughtUp();
      return true;
    });
    const isMore = isRead && (await attempt(state, submitting, async () => (await config.submitter?.step()) ?? false));
    if (!isMore && !state.isStopping && !reading.isStopped) await pause.sleep(pauseMs(state));
  }
}

/** @throws SettlementError L1_REORG_TOO_DEEP; what the follower throws */
async function read(follower: Follower): Promise<void> {
  const followed = await follower.step();
  if (followed.type === 'read') return;
  const { block, now, read } = followed;
  throw new SettlementError(
    'L1_REORG_TOO_DEEP',
    `L1 replaced block ${block}, which was read at the depth of l1.confirmations; settlement stopped: compare the L1 op queue with the log, and raise l1.confirmations`,
    { blockNumber: String(block), read, now },
  );
}

/** @returns what the work does; false if it fails or is stopped */
async function attempt(state: State, stage: Stage, work: () => Promise<boolean>): Promise<boolean> {
  if (stage.isStopped) return false;
  try {
    const result = await work();
    succeed(state, stage);
    return result;
  } catch (error) {
    if (!state.isStopping) fail(state, stage, error);
    return false;
  }
}

function succeed({ config, reading, submitting }: State, stage: Stage): void {
  const other = stage === reading ? submitting : reading;
  for (const code of stage.raised) if (!other.raised.has(code)) config.alarms.clear(code);
  stage.raised.clear();
  stage.failures = 0;
  stage.lastError = null;
}

function fail({ config }: State, stage: Stage, error: unknown): void {
  const { code, data, isPassing, message } = failureOf(error);
  stage.failures += 1;
  stage.lastError = message;
  if (isPassing) stage.raised.add(code);
  else stage.isStopped = true;
  config.alarms.raise({ code, message, data });
}

function pauseMs({ config, reading, submitting }: State): number {
  const { maxBackoffMs, pollMs } = config;
  const failures = Math.max(...[reading, submitting].map((stage) => (stage.isStopped ? 0 : stage.failures)));
  return failures === 0 ? pollMs : Math.min(maxBackoffMs, pollMs * 2 ** failures);
}

function healthOf({ config, reading, submitting }: State): SettlementHealth {
  const failures = reading.failures + submitting.failures;
  const isStopped = reading.isStopped || submitting.isStopped;
  return {
    state: isStopped ? 'stopped' : failures > 0 ? 'retrying' : 'ok',
    failures,
    lastError: reading.lastError ?? submitting.lastError,
    nextBlock: String(config.follower.nextBlock()),
  };
}
