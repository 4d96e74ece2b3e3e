import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAlarms } from '../alarms.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { encoded } from '../core/codec/entry.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { openEntryLog } from '../log/entryLog.ts';
import { recordKey } from '../log/logRecord.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { createLogCheck } from './logCheck.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-check-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = async () =>
  openEntryLog({ storage: diskStorage(dir), clock: SYSTEM_CLOCK, hasher: await createCircomHasher(), domain: 3n });

const write = async (count: number): Promise<void> => {
  const log = await open();
  await log.append(Array.from({ length: count }, (_, at) => encoded({ type: 'tick', timeSec: at + 1 })));
  await log.close();
};

/** Changes the last byte of an entry, as a disk or a person would, behind the log's back. */
const damage = async (index: number): Promise<void> => {
  const level = new Level<Uint8Array, Uint8Array>(join(dir, 'log', 'entries'), {
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  const value = Uint8Array.from((await level.get(recordKey(index))) ?? []);
  value[value.length - 1] = (value.at(-1) ?? 0) ^ 1;
  await level.put(recordKey(index), value);
  await level.close();
};

test('walks through what the start left out, some at a time, and no further', async () => {
  await write(300);
  const log = await open();
  const alarms = createAlarms(() => undefined);
  const check = createLogCheck({ log, before: 250, entriesPerStep: 100, alarms });
  const verified: number[] = [];
  for (let step = 0; step < 4; step++) {
    await check.step();
    verified.push(check.verified());
  }
  expect(verified).toEqual([100, 200, 250, 250]);
  expect(alarms.list()).toEqual([]);
  await log.close();
});

test('damage before the snapshot is an alarm that names the entry, once, while the node goes on', async () => {
  await write(300);
  await damage(170);
  const log = await open();
  const raised: string[] = [];
  const alarms = createAlarms(({ message }) => raised.push(message));
  const check = createLogCheck({ log, before: 250, entriesPerStep: 100, alarms });
  for (let step = 0; step < 4; step++) await check.step();
  expect(alarms.list()).toMatchObject([{ code: 'LOG_CORRUPT', data: { index: 170 } }]);
  expect(raised).toEqual([expect.stringMatching(/log entry 170 .*the node goes on/)]);
  expect((await log.append([encoded({ type: 'seal' })]))?.head.first).toBe(300);
  await log.close();
});
