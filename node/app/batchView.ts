import type { JobRecord } from '../batcher/jobRecord.ts';

/** A batch as the public surface shows it: all but the oracle's bytes and the data words. */
export const showBatch = (record: JobRecord) => {
  const { words, report, ...rest } = record;
  return { ...rest, words: words.length, reportTimeSec: report.time };
};
