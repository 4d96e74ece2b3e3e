import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decodeEntry, encodeEntry } from '../core/codec/entry.ts';
import type { Storage } from '../storage/storage.ts';
import type { KnownOfLog, ReportEntry } from './logFollower.ts';

/** What a restart resumes from: machine and ledger at one position of the log. */
export interface Snapshot {
  /** Entries applied. */
  readonly entries: number;
  /** The log's chain hash after them: ties the snapshot to this very log. */
  readonly chainHash: bigint;
  /** The log's time after them. */
  readonly timeSec: number;
  readonly known: KnownOfLog;
  /** Batches sealed and applied to the ledger. */
  readonly batches: number;
  readonly machine: Uint8Array;
  readonly ledger: Uint8Array;
}

export interface SnapshotStore {
  /** Newest first; damaged ones are passed to `onDamaged` and skipped. */
  readonly load: (onDamaged: (file: string, reason: string) => void) => AsyncGenerator<Snapshot>;
  /** Durable when it resolves; keeps the newest two. @throws StorageError, the older ones untouched. */
  readonly save: (snapshot: Snapshot) => Promise<void>;
}

const KEPT = 2;
const NAME = /^(\d{16})\.snapshot$/;

const headSchema = z.strictObject({
  version: z.literal(2),
  entries: z.int().nonnegative(),
  chainHash: z.string().regex(/^\d+$/),
  timeSec: z.int().nonnegative(),
  listed: z.array(z.int().nonnegative()),
  /** The report in force in its log encoding, base64; null: none yet. */
  report: z.nullable(z.base64()),
  batches: z.int().nonnegative(),
  machineBytes: z.int().nonnegative(),
  ledgerBytes: z.int().nonnegative(),
});

/** One file a snapshot: SHA-256 of the rest, a line of JSON, the machine's bytes, the ledger's bytes. */
const encode = (snapshot: Snapshot): Uint8Array => {
  const { reportInForce } = snapshot.known;
  const head = {
    version: 2,
    entries: snapshot.entries,
    chainHash: snapshot.chainHash.toString(),
    timeSec: snapshot.timeSec,
    listed: snapshot.known.listed,
    report: reportInForce === null ? null : Buffer.from(encodeEntry(reportInForce)).toString('base64'),
    batches: snapshot.batches,
    machineBytes: snapshot.machine.length,
    ledgerBytes: snapshot.ledger.length,
  };
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), snapshot.machine, snapshot.ledger]);
  return Buffer.concat([createHash('sha256').update(body).digest(), body]);
};

const decodeReport = (text: string): ReportEntry => {
  const entry = decodeEntry(Uint8Array.from(Buffer.from(text, 'base64')));
  if (entry.type !== 'report') throw new Error('its report is none');
  return entry;
};

const decode = (bytes: Buffer): Snapshot => {
  const body = bytes.subarray(32);
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(0, 32))) throw new Error('its hash is wrong');
  const newline = body.indexOf(10);
  const head = headSchema.parse(JSON.parse(body.subarray(0, newline).toString()));
  const machineEnd = newline + 1 + head.machineBytes;
  if (body.length !== machineEnd + head.ledgerBytes) throw new Error('its length is wrong');
  return {
    entries: head.entries,
    chainHash: BigInt(head.chainHash),
    timeSec: head.timeSec,
    known: { listed: head.listed, reportInForce: head.report === null ? null : decodeReport(head.report) },
    batches: head.batches,
    machine: Uint8Array.from(body.subarray(newline + 1, machineEnd)),
    ledger: Uint8Array.from(body.subarray(machineEnd)),
  };
};

/** @throws StorageError if the folder cannot be made. */
export const openSnapshotStore = async (storage: Storage): Promise<SnapshotStore> => {
  const folder = await storage.openFolder('snapshots');
  const names = async (): Promise<string[]> =>
    (await folder.names())
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();

  return {
    async *load(onDamaged) {
      for (const name of await names()) {
        let snapshot: Snapshot;
        try {
          snapshot = decode(Buffer.from(await folder.read(name)));
        } catch (error) {
          onDamaged(name, error instanceof Error ? error.message : String(error));
          continue;
        }
        yield snapshot;
      }
    },
    save: async (snapshot) => {
      await folder.replace(`${String(snapshot.entries).padStart(16, '0')}.snapshot`, encode(snapshot));
      for (const name of (await names()).slice(KEPT)) await folder.remove(name);
    },
  };
};
