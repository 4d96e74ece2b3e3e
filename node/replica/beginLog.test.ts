import { expect, it } from 'vitest';
import { testGenesis } from '../../test/property/testMachine.ts';
import { type EncodedEntry, encodeEntry, entryHash } from '../core/codec/entry.ts';
import type { Entry } from '../core/protocol/entry.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import type { LogRecord } from '../log/logRecord.ts';
import { beginLog } from './beginLog.ts';

/** A log in memory, which knows no chain. */
function logOf(entries: readonly Entry[]) {
  const records = entries.map((entry, index) => toRecord(entry, index));
  return {
    records,
    get: async (index: number) => records[index] ?? null,
    append: async (added: readonly EncodedEntry[]) => {
      records.push(...added.map(({ entry }, k) => toRecord(entry, records.length + k)));
      return null;
    },
  };
}

function toRecord(entry: Entry, index: number): LogRecord {
  const bytes = encodeEntry(entry);
  return { index, bytes, entryHash: entryHash(bytes), chainHash: 0n, timeSec: 0 };
}

const genesis = testGenesis(DEVELOPMENT_PRESET);

it('begins a new log with what is configured, and leaves one that has begun so as it is', async () => {
  const log = logOf([]);
  expect(await beginLog(log, genesis)).toEqual(genesis);
  expect(await beginLog(log, { ...genesis })).toEqual(genesis);
  expect(log.records.map(({ bytes }) => bytes)).toEqual([encodeEntry({ type: 'genesis', genesis })]);
});

it('refuses a log of other parameters by name, with both values', async () => {
  const log = logOf([{ type: 'genesis', genesis }]);
  const configured = testGenesis(DEVELOPMENT_PRESET, { takerFeePpm: 500 });
  await expect(beginLog(log, configured)).rejects.toMatchObject({
    code: 'GENESIS_DIFFERS',
    data: { takerFeePpm: { log: '300', configured: '500' } },
  });
  expect(log.records).toHaveLength(1);
});

it('refuses a log that begins with anything else', async () => {
  await expect(beginLog(logOf([{ type: 'seal' }]), genesis)).rejects.toMatchObject({ code: 'GENESIS_MISPLACED' });
});
