import { z } from 'zod';
import { reasonOf, storageError } from '../storage/StorageError.ts';
import type { Change, Storage, Table } from '../storage/storage.ts';
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

const key = (kind: 'record' | 'job', batchNumber: number): Uint8Array =>
  ENCODER.encode(`${kind}!${String(batchNumber).padStart(16, '0')}`);

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
/** Behind every record's key: '"' follows '!'. */
const PAST_RECORDS = ENCODER.encode('record"');

const openFailed = (storage: Storage, cause: unknown): BatcherError => {
  const { code, data, message } = storageError(storage.name, cause);
  return new BatcherError(code === 'STORAGE_LOCKED' ? 'JOBS_LOCKED' : 'JOBS_OPEN_FAILED', message, data, cause);
};

const countRecords = async (table: Table): Promise<number> => {
  const last = await table.lastKey(PAST_RECORDS);
  const match = /^record!(\d{16})$/.exec(last === undefined ? '' : DECODER.decode(last));
  return match === null ? 0 : Number(match[1]) + 1;
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
export const openJobStore = async (storage: Storage): Promise<JobStore> => {
  const table = await storage.openTable('jobs').catch((cause) => {
    throw openFailed(storage, cause);
  });
  let count = await countRecords(table);

  const write = async (changes: readonly Change[]): Promise<void> => {
    try {
      await table.write(changes);
    } catch (cause) {
      const message = `cannot write to the jobs in ${storage.name} (${reasonOf(cause)}); free space or mend the disk, then restart`;
      throw new BatcherError('JOBS_WRITE_FAILED', message, { where: storage.name }, cause);
    }
  };
  const text = async (at: Uint8Array): Promise<string | null> => {
    const bytes = await table.get(at);
    return bytes === undefined ? null : DECODER.decode(bytes);
  };
  const put = (record: JobRecord): Change => ({
    key: key('record', record.batchNumber),
    value: ENCODER.encode(serialise(record)),
  });

  return {
    count: () => count,
    get: async (batchNumber) => {
      const found = await text(key('record', batchNumber));
      return found === null ? null : parse(batchNumber, found);
    },
    job: (batchNumber) => text(key('job', batchNumber)),
    add: async (record, job) => {
      const { batchNumber } = record;
      if (batchNumber !== count) throw new Error(`assertion: batch ${batchNumber} added after ${count} batches`);
      await write([put(record), { key: key('job', batchNumber), value: ENCODER.encode(job) }]);
      count = batchNumber + 1;
    },
    update: (record) => write([put(record)]),
    dropJob: (batchNumber) => write([{ key: key('job', batchNumber), value: null }]),
    close: table.close,
  };
};
