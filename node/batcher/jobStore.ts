import { mkdir } from 'node:fs/promises';
import { Level } from 'level';
import { z } from 'zod';
import { systemCode } from '../log/LogError.ts';
import { BatcherError } from './BatcherError.ts';
import { type JobRecord, jobRecordSchema } from './jobRecord.ts';

/** Batches and their jobs on the disk. Records stay; a job's text goes once L1 has its batch for good. */
export interface JobStore {
  /** How many batches there are: the number of the next one. */
  readonly count: () => number;
  readonly get: (batchNumber: number) => Promise<JobRecord | null>;
  readonly job: (batchNumber: number) => Promise<string | null>;
  /** Appends a batch. */
  readonly add: (record: JobRecord, job: string) => Promise<void>;
  readonly update: (record: JobRecord) => Promise<void>;
  readonly dropJob: (batchNumber: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const key = (kind: 'record' | 'job', batchNumber: number): string => `${kind}!${String(batchNumber).padStart(16, '0')}`;

const openFailed = (dir: string, cause: unknown): BatcherError => {
  const reason = systemCode(cause);
  return reason === 'LEVEL_LOCKED'
    ? new BatcherError(
        'JOBS_LOCKED',
        `another process is using ${dir}; stop it, or use another data directory`,
        { dir },
        cause,
      )
    : new BatcherError(
        'JOBS_OPEN_FAILED',
        `cannot open ${dir} (${reason}); check that it is writable`,
        { dir, reason },
        cause,
      );
};

const parse = (batchNumber: number, text: string): JobRecord => {
  try {
    return z.decode(jobRecordSchema, JSON.parse(text));
  } catch (cause) {
    const message = `the record of batch ${batchNumber} is damaged; delete the jobs folder: it is rebuilt from the log`;
    throw new BatcherError('JOBS_CORRUPT', message, { batchNumber }, cause);
  }
};

const serialise = (record: JobRecord): string => JSON.stringify(z.encode(jobRecordSchema, record));

/** @throws BatcherError JOBS_LOCKED, JOBS_OPEN_FAILED, JOBS_CORRUPT */
export const openJobStore = async (dir: string): Promise<JobStore> => {
  const level = new Level<string, string>(dir);
  try {
    await mkdir(dir, { recursive: true });
    await level.open();
  } catch (cause) {
    throw openFailed(dir, cause);
  }
  const [lastKey] = await level.keys({ gt: 'record!', lt: 'record"', reverse: true, limit: 1 }).all();
  let count = lastKey === undefined ? 0 : Number(lastKey.slice('record!'.length)) + 1;

  const write = async (operation: () => Promise<void>): Promise<void> => {
    try {
      await operation();
    } catch (cause) {
      const message = `cannot write to ${dir} (${systemCode(cause)}); free space or mend the disk, then restart`;
      throw new BatcherError('JOBS_WRITE_FAILED', message, { dir }, cause);
    }
  };

  return {
    count: () => count,
    get: async (batchNumber) => {
      const text = await level.get(key('record', batchNumber));
      return text === undefined ? null : parse(batchNumber, text);
    },
    job: async (batchNumber) => (await level.get(key('job', batchNumber))) ?? null,
    add: async (record, job) => {
      const { batchNumber } = record;
      if (batchNumber !== count) throw new Error(`assertion: batch ${batchNumber} added after ${count} batches`);
      await write(() =>
        level.batch(
          [
            { type: 'put', key: key('record', batchNumber), value: serialise(record) },
            { type: 'put', key: key('job', batchNumber), value: job },
          ],
          { sync: true },
        ),
      );
      count = batchNumber + 1;
    },
    update: (record) => write(() => level.put(key('record', record.batchNumber), serialise(record), { sync: true })),
    dropJob: (batchNumber) => write(() => level.del(key('job', batchNumber))),
    close: () => level.close(),
  };
};
