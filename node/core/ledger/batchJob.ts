import { CodecError } from '../codec/CodecError.ts';
import { decodeEntry, encodeEntry } from '../codec/entry.ts';
import {
  parseJson,
  readArray,
  readBigint,
  readBytes,
  readField,
  readNumber,
  readString,
  readTuple,
  toHex,
} from '../codec/strictJson.ts';
import { decodeRows, encodeRows } from '../codec/words.ts';
import type { RiskRow, RiskTable } from '../protocol/riskRow.ts';
import type { BatchAuthorisations, BatchRows, SignedIntent, SignedWithdrawIntent } from '../protocol/rows.ts';
import type { LedgerOpening } from './recordingStore.ts';
import { headFromJson, headToJson, recordFromJson, recordToJson } from './recordText.ts';

/** All that a prover needs of one batch, self-contained. */
export interface BatchJob {
  readonly domain: bigint;
  /** Names of the preset and of the shape whose circuit proves it. */
  readonly preset: string;
  readonly shape: string;
  readonly timeSec: number;
  readonly rows: BatchRows;
  readonly authorisations: BatchAuthorisations;
  readonly riskTable: RiskTable;
  /** What the batch reads of the state before it. */
  readonly opening: LedgerOpening;
  readonly stateRootBefore: bigint;
  readonly stateRootAfter: bigint;
}

const VERSION = 1;

const tableToJson = (table: RiskTable): unknown =>
  table.map((row) => [row.instrument, row.status, `${row.shortCharge}`, row.values.map(String)]);

const tableFromJson = (value: unknown): RiskTable =>
  readArray(value).map((item) => {
    const [instrument, statusValue, shortCharge, values] = readTuple(item, 4);
    const status = readNumber(statusValue);
    if (status !== 0 && status !== 1) throw new CodecError('CODEC_JOB', 'unknown status of an instrument', { status });
    return {
      instrument: readNumber(instrument),
      status,
      shortCharge: readBigint(shortCharge),
      values: readArray(values).map(readBigint),
    } satisfies RiskRow;
  });

const openingToJson = ({ head, accounts, nodes }: LedgerOpening): unknown => ({
  head: headToJson(head),
  accounts: accounts.map(([id, record]) => [id, record === null ? null : recordToJson(record)]),
  nodes: nodes.map(({ level, index, value }) => [level, index, `${value}`]),
});

const openingFromJson = (value: unknown): LedgerOpening => ({
  head: headFromJson(readField(value, 'head')),
  accounts: readArray(readField(value, 'accounts')).map((item) => {
    const [id, record] = readTuple(item, 2);
    return [readNumber(id), record === null ? null : recordFromJson(record)] as const;
  }),
  nodes: readArray(readField(value, 'nodes')).map((item) => {
    const [level, index, hash] = readTuple(item, 3);
    return { level: readNumber(level), index: readNumber(index), value: readBigint(hash) };
  }),
});

const intentToHex = (signed: SignedIntent): string => toHex(encodeEntry({ type: 'intent', signed }));

function intentFromHex(value: unknown): SignedIntent {
  const entry = decodeEntry(readBytes(value));
  if (entry.type !== 'intent') throw new CodecError('CODEC_JOB', 'an intent was expected', { type: entry.type });
  return entry.signed;
}

function withdrawalFromHex(value: unknown): SignedWithdrawIntent {
  const entry = decodeEntry(readBytes(value));
  if (entry.type !== 'withdraw') throw new CodecError('CODEC_JOB', 'a withdrawal was expected', { type: entry.type });
  return entry.signed;
}

/** The job as JSON text. */
export const encodeBatchJob = (job: BatchJob): string =>
  JSON.stringify({
    version: VERSION,
    domain: `${job.domain}`,
    preset: job.preset,
    shape: job.shape,
    timeSec: job.timeSec,
    words: encodeRows(job.rows).map(String),
    withdrawals: job.authorisations.withdrawals.map((signed) => toHex(encodeEntry({ type: 'withdraw', signed }))),
    trades: job.authorisations.trades.map((signed) => (signed === null ? null : intentToHex(signed))),
    riskTable: tableToJson(job.riskTable),
    opening: openingToJson(job.opening),
    stateRootBefore: `${job.stateRootBefore}`,
    stateRootAfter: `${job.stateRootAfter}`,
  });

/** @throws CodecError for anything but what encodeBatchJob writes */
export function decodeBatchJob(text: string): BatchJob {
  const json = parseJson(text);
  const field = (name: string): unknown => readField(json, name);
  const version = readNumber(field('version'));
  if (version !== VERSION)
    throw new CodecError('CODEC_JOB', 'a job of another version: run one release only', { version });
  return {
    domain: readBigint(field('domain')),
    preset: readString(field('preset')),
    shape: readString(field('shape')),
    timeSec: readNumber(field('timeSec')),
    rows: decodeRows(readArray(field('words')).map(readBigint)),
    authorisations: {
      withdrawals: readArray(field('withdrawals')).map(withdrawalFromHex),
      trades: readArray(field('trades')).map((signed) => (signed === null ? null : intentFromHex(signed))),
    },
    riskTable: tableFromJson(field('riskTable')),
    opening: openingFromJson(field('opening')),
    stateRootBefore: readBigint(field('stateRootBefore')),
    stateRootAfter: readBigint(field('stateRootAfter')),
  };
}
