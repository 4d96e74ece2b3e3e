import { beforeAll, describe, expect, test } from 'vitest';
import { encodeRows } from '../../node/core/codec/words.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { type BatchJob, encodeBatchJob } from '../../node/core/ledger/batchJob.ts';
import { DEVELOPMENT_PRESET } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { replayJob } from './replayJob.ts';
import { exampleJobs } from './testdata/exampleJobs.ts';

let hasher: Hasher;
let jobs: ReturnType<typeof exampleJobs>;
beforeAll(async () => {
  hasher = await createCircomHasher();
  jobs = exampleJobs(hasher);
});

const jobAt = (index: number): BatchJob => {
  const found = jobs[index]?.job;
  if (found === undefined) throw new Error('no such example');
  return found;
};
const codeOf = (job: BatchJob): string => {
  try {
    replayJob(hasher, [DEVELOPMENT_PRESET], encodeBatchJob(job));
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'accepted';
};

test.each([0, 1, 2])('batch %i: witness and core state the same', (index) => {
  const { job, text } = jobs[index] ?? { job: jobAt(index), text: '' };
  const { publicSignals, words, shape } = replayJob(hasher, [DEVELOPMENT_PRESET], text);
  expect(publicSignals.slice(0, 3)).toEqual([job.stateRootBefore, job.stateRootAfter, BigInt(job.timeSec)]);
  expect(words).toEqual(encodeRows(job.rows));
  expect(shape.name).toBe('development');
});

describe('a job is refused', () => {
  test('with a signature of another message', () => {
    const job = jobAt(1);
    const trades = [...job.authorisations.trades].reverse();
    expect(codeOf({ ...job, authorisations: { ...job.authorisations, trades } })).toBe('LEDGER_AUTHORISATION');
  });

  test('with a record that its root does not hold', () => {
    const job = jobAt(1);
    const accounts = job.opening.accounts.map(([id, record]) => [id, record && { ...record, cash: 1n }] as const);
    expect(codeOf({ ...job, opening: { ...job.opening, accounts } })).toBe('LEDGER_OPENING');
  });

  test('with an account left out', () => {
    const job = jobAt(1);
    const accounts = job.opening.accounts.slice(1);
    expect(codeOf({ ...job, opening: { ...job.opening, accounts } })).toBe('LEDGER_OPENING');
  });

  test('with roots that it does not lead to', () => {
    const job = jobAt(2);
    expect(codeOf({ ...job, stateRootAfter: job.stateRootAfter + 1n })).toBe('JOB_INVALID');
  });

  test('of a preset or shape that this release lacks', () => {
    expect(codeOf({ ...jobAt(0), shape: 'huge' })).toBe('SHAPE_UNKNOWN');
    expect(codeOf({ ...jobAt(0), preset: 'other' })).toBe('SHAPE_UNKNOWN');
  });

  test('that is damaged', () => {
    const text = jobs[1]?.text ?? '';
    for (const damaged of ['', 'null', '{}', text.slice(0, -1), text.replace('"version":1', '"version":2')]) {
      expect(() => replayJob(hasher, [DEVELOPMENT_PRESET], damaged)).toThrow(
        expect.objectContaining({ code: 'CODEC_JOB' }),
      );
    }
  });
});
