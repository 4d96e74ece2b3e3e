import { WatcherAlarm } from './WatcherAlarm.ts';
import { WatchFailure } from './WatchFailure.ts';
import type { Watcher } from './watcher.ts';
import { headReport, type WatchReport } from './watchReport.ts';

export interface FollowConfig {
  /** A watcher that knows nothing yet: the first one, and one anew whenever L1 tells another story than before. */
  readonly createWatcher: () => Promise<Watcher>;
  /** Ends after the first comparison with the contract. */
  readonly once: boolean;
  /** Failures in a row after which it gives up. */
  readonly patience: number;
  readonly say: (report: WatchReport) => void;
  readonly pause: () => Promise<unknown>;
}

/**
 * Lets a watcher follow L1. A failing endpoint is said and asked again, never taken for an alarm.
 *
 * @throws WatcherAlarm at once; the last failure when there were more than `patience` in a row
 */
export async function follow({ createWatcher, once, patience, pause, say }: FollowConfig): Promise<void> {
  let watcher: Watcher | null = null;
  let failures = 0;
  let lastBlock: bigint | null = null;
  for (;;) {
    try {
      watcher ??= await createWatcher();
      const head = await watcher.step();
      if (head.block !== lastBlock) say(headReport(head));
      lastBlock = head.block;
      failures = 0;
      if (once) return;
    } catch (error) {
      failures += 1;
      // What is no failure of L1 is a defect, and waiting does not mend it.
      if (!(error instanceof WatchFailure) || failures > patience) throw error;
      say({ event: 'waiting', code: error.code, message: error.message, failures });
      if (error.code === 'WATCH_L1_CHANGED') watcher = null;
    }
    await pause();
  }
}

/** Exit codes: 3 an alarm; 1 L1 does not answer, a mistake in the options, or a defect. */
export function lastWords(error: unknown): { readonly report: WatchReport; readonly exitCode: 1 | 3 } {
  const isAlarm = error instanceof WatcherAlarm && error.code !== 'WATCH_CONFIG_INVALID';
  const { code, message, name }: Error & { code?: unknown } = error instanceof Error ? error : new Error(`${error}`);
  const report = { event: isAlarm ? 'alarm' : 'failure', code: String(code ?? name), message } as const;
  return { report, exitCode: isAlarm ? 3 : 1 };
}
