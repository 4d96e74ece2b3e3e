import { expect, test } from 'vitest';
import { createAlarms } from '../alarms.ts';
import type { Entry } from '../core/protocol/entry.ts';
import type { L1Event } from '../l1/l1Event.ts';
import { createL1Feed } from './l1Feed.ts';
import type { Applied } from './sequencer.ts';

const instrument = (id: number) => ({ instrument: id, kind: 'call', expirySec: 9_000, strike: 5n }) as const;
const list = (id: number): L1Event => ({ type: 'list', instrument: instrument(id) });
const delist = (id: number): L1Event => ({ type: 'delist', instrument: id });
const op = (index: number): L1Event => ({
  type: 'l1Op',
  index,
  op: { kind: 1, account: 1, amount: 5n, owner: 1n, keyX: 2n, keyY: 3n },
});

/** A replica that lists and delists as it is told; `held` cannot be delisted. */
const start = () => {
  const held = new Set<number>();
  const present = new Set<number>();
  const everListed = new Set<number>();
  const logged: Entry[] = [];
  let opsTaken = 0;
  const rejection = { code: 1, name: 'INSTRUMENT_HELD', message: 'held' };
  const apply = (entry: Entry): boolean => {
    logged.push(entry);
    if (entry.type === 'l1Op') opsTaken += 1;
    if (entry.type === 'list') {
      for (const each of entry.instruments) {
        present.add(each.instrument);
        everListed.add(each.instrument);
      }
    }
    if (entry.type === 'delist') {
      if (entry.instruments.some((id) => held.has(id))) return false;
      for (const id of entry.instruments) present.delete(id);
    }
    return true;
  };
  const view = {
    counters: () => ({ l1OpsTaken: opsTaken }),
    instruments: () => [...present].map(instrument),
    instrumentLimit: () => 24,
    timeSec: () => 0,
  };
  const feed = createL1Feed(
    { view: view as never, wasListed: (id) => everListed.has(id) },
    {
      submitOwn: async (entries) =>
        entries.map(
          (entry) => ({ entry, result: { rejections: [apply(entry) ? null : rejection] } }) as never as Applied,
        ),
    },
    createAlarms(() => undefined),
  );
  return { feed, held, logged, names: () => logged.map(({ type }) => type) };
};

test('events become entries in their order, each once, however often L1 is read again', async () => {
  const { feed, logged } = start();
  const events = [list(7), op(0), op(1), list(8)];
  await feed.onEvents(events);
  expect(logged).toMatchObject([
    { type: 'list', instruments: [{ instrument: 7 }] },
    { type: 'l1Op', index: 0 },
    { type: 'l1Op', index: 1 },
    { type: 'list', instruments: [{ instrument: 8 }] },
  ]);
  await feed.onEvents(events);
  await feed.onEvents([op(1), op(2), list(8), list(9), list(9)]);
  expect(logged.slice(4)).toMatchObject([
    { type: 'l1Op', index: 2 },
    { type: 'list', instruments: [{ instrument: 9 }] },
  ]);
});

test('an instrument that was listed and is gone is not listed again by a second reading', async () => {
  const { feed, names } = start();
  await feed.onEvents([list(7), delist(7)]);
  await feed.onEvents([list(7), delist(7)]);
  expect(names()).toEqual(['list', 'delist']);
  expect(feed.isPending()).toBe(false);
});

test('a delisting that is refused is tried again until it goes through; the cursor is to wait for it', async () => {
  const { feed, held, names } = start();
  await feed.onEvents([list(7)]);
  held.add(7);
  await feed.onEvents([delist(7)]);
  expect(feed.isPending()).toBe(true);
  await feed.retryListings();
  held.delete(7);
  await feed.retryListings();
  await feed.retryListings();
  expect(names()).toEqual(['list', 'delist', 'delist', 'delist']);
  expect(feed.isPending()).toBe(false);
});
