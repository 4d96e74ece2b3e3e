import type { Alarms } from '../alarms.ts';
import type { L1Reader } from './l1Reader.ts';
import { isTransient, SettlementError } from './SettlementError.ts';
import type { Submitter } from './submitter.ts';

export interface SettlementHealth {
  /** ok; retrying: L1 does not answer or does not take batches now; stopped: a person must look. */
  readonly state: 'ok' | 'retrying' | 'stopped';
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
  readonly reader: L1Reader;
  /** Null: a node that only reads. */
  readonly submitter: Submitter | null;
  readonly alarms: Alarms;
  readonly pollMs: number;
  readonly maxBackoffMs: number;
}

/** Sleep that `wake` cuts short. */
export const createSleeper = () => {
  let wakeUp: (() => void) | null = null;
  let woken = false;
  return {
    sleep: (ms: number): Promise<void> => {
      if (woken) {
        woken = false;
        return Promise.resolve();
      }
      return new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      }).then(() => {
        wakeUp = null;
        woken = false;
      });
    },
    wake: (): void => {
      woken = true;
      wakeUp?.();
    },
  };
};

/** Reading and submitting in turn, for ever; backing off while L1 fails, stopping with an alarm when it makes no sense. */
export const startSettlement = (config: SettlementConfig): Settlement => {
  const sleeper = createSleeper();
  let stopping = false;
  let failures = 0;
  let lastError: string | null = null;
  let stopped = false;
  // A batch that L1 refuses stops submitting; deposits and forced withdrawals are still read.
  let submitStopped = false;
  let markCaughtUp = (): void => undefined;
  const caughtUp = new Promise<void>((resolve) => {
    markCaughtUp = resolve;
  });

  const fail = (error: unknown, onFatal: () => void): void => {
    failures += 1;
    const message = error instanceof Error ? error.message : String(error);
    lastError = message.split('\n')[0] ?? message;
    const code = error instanceof SettlementError ? error.code : 'L1_UNREACHABLE';
    if (!isTransient(error)) onFatal();
    config.alarms.raise({ code, message: lastError, data: error instanceof SettlementError ? error.data : {} });
  };

  const succeed = (): void => {
    failures = 0;
    lastError = null;
    config.alarms.clear('L1_UNREACHABLE');
    config.alarms.clear('L1_NOT_YET');
  };

  const read = async (): Promise<boolean> => {
    try {
      await config.reader.step();
      markCaughtUp();
      return true;
    } catch (error) {
      const stop = () => {
        stopped = true;
      };
      if (!stopping) fail(error, stop);
      return false;
    }
  };

  /** @return whether there may be more to submit at once. */
  const submit = async (): Promise<boolean> => {
    if (submitStopped) return false;
    try {
      const again = (await config.submitter?.step()) ?? false;
      succeed();
      return again;
    } catch (error) {
      const stop = () => {
        submitStopped = true;
      };
      if (!stopping) fail(error, stop);
      return false;
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping && !stopped) {
      const again = (await read()) && (await submit());
      if (!again && !stopping && !stopped) {
        await sleeper.sleep(
          failures === 0 || submitStopped
            ? config.pollMs
            : Math.min(config.maxBackoffMs, config.pollMs * 2 ** failures),
        );
      }
    }
  };
  const running = run();

  return {
    health: () => ({
      state: stopped || submitStopped ? 'stopped' : failures > 0 ? 'retrying' : 'ok',
      failures,
      lastError,
      nextBlock: String(config.reader.nextBlock),
    }),
    caughtUp,
    wake: sleeper.wake,
    stop: async () => {
      stopping = true;
      sleeper.wake();
      await running;
    },
  };
};
