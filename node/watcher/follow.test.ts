import { describe, expect, it } from 'vitest';
import { follow, lastWords } from './follow.ts';
import type { WatchedHead } from './headCheck.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import { WatchFailure } from './WatchFailure.ts';
import type { WatchReport } from './watchReport.ts';

const HEAD: WatchedHead = {
  block: 7n,
  batchCount: 1,
  stateRoot: 2n,
  tokenBalance: 3n,
  owedToClaims: 1n,
  owedToAccounts: 2n,
};
const unreachable = new WatchFailure('WATCH_L1_UNREACHABLE', 'no answer');
const changed = new WatchFailure('WATCH_L1_CHANGED', 'other logs');
const alarm = new WatcherAlarm('WATCH_MONEY_MISSING', 'too little');

/** Follows a watcher that does what the script says; null ends it as a signal would. */
async function run(script: readonly (WatchedHead | Error)[], { once = false, patience = 2 } = {}) {
  const said: WatchReport[] = [];
  let [at, watchers] = [0, 0];
  const step = async (): Promise<WatchedHead> => {
    const next = script[at++] ?? new Error('the script is over');
    if (next instanceof Error) throw next;
    return next;
  };
  const createWatcher = async () => {
    watchers += 1;
    return { step };
  };
  const say = (report: WatchReport) => said.push(report);
  const end = await follow({ createWatcher, once, patience, say, pause: async () => undefined }).catch((e) => e);
  return { end, watchers, events: said.map(({ event }) => event) };
}

describe('follow', () => {
  it('says each head once and each failure, and forgets failures that are over', async () => {
    const { end, events } = await run([
      HEAD,
      HEAD,
      unreachable,
      unreachable,
      HEAD,
      unreachable,
      { ...HEAD, block: 8n },
    ]);
    expect(events).toEqual(['head', 'waiting', 'waiting', 'waiting', 'head']);
    expect(end.message).toBe('the script is over');
  });

  it('gives up when L1 fails more often in a row than it has patience, with --once too', async () => {
    for (const once of [true, false]) {
      const { end, events } = await run([unreachable, unreachable, unreachable, HEAD], { once });
      expect(end).toBe(unreachable);
      expect(events).toEqual(['waiting', 'waiting']);
    }
  });

  it('ends after one head with --once', async () => {
    const { end, events } = await run([unreachable, HEAD], { once: true });
    expect(end).toBeUndefined();
    expect(events).toEqual(['waiting', 'head']);
  });

  it('ends at an alarm at once', async () => {
    const { end, events } = await run([HEAD, alarm, HEAD]);
    expect(end).toBe(alarm);
    expect(events).toEqual(['head']);
  });

  it('starts anew when L1 tells another story than before, and only then', async () => {
    expect(await run([unreachable, changed, HEAD], { once: true })).toMatchObject({ end: undefined, watchers: 2 });
  });

  it('waits for an L1 that does not answer at the start', async () => {
    let calls = 0;
    const createWatcher = async () => {
      calls += 1;
      if (calls < 3) throw unreachable;
      return { step: async () => HEAD };
    };
    const quiet = { say: () => undefined, pause: async () => undefined };
    await follow({ createWatcher, once: true, patience: 2, ...quiet });
    expect(calls).toBe(3);
  });
});

describe('lastWords', () => {
  it.each([
    [alarm, 'alarm', 'WATCH_MONEY_MISSING', 3],
    [unreachable, 'failure', 'WATCH_L1_UNREACHABLE', 1],
    [new WatcherAlarm('WATCH_CONFIG_INVALID', 'no such file'), 'failure', 'WATCH_CONFIG_INVALID', 1],
    [new TypeError('a defect'), 'failure', 'TypeError', 1],
    ['thrown text', 'failure', 'Error', 1],
  ] as const)('names what ended it: %s', (error, event, code, exitCode) => {
    expect(lastWords(error)).toMatchObject({ report: { event, code }, exitCode });
  });
});
