import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What a restart resumes from: machine and ledger at one position of the log. */
export interface Snapshot {
  /** Entries applied. */
  readonly entries: number;
  /** The log's chain hash after them: ties the snapshot to this very log. */
  readonly chainHash: bigint;
  /** Batches sealed and applied to the ledger. */
  readonly batches: number;
  readonly machine: Uint8Array;
  readonly ledger: Uint8Array;
}

export interface SnapshotStore {
  /** Newest first; damaged ones are passed to `onDamaged` and skipped. */
  readonly load: (onDamaged: (file: string, reason: string) => void) => AsyncGenerator<Snapshot>;
  /** Durable when it resolves; keeps the newest two. @throws the file system's error, the older ones untouched. */
  readonly save: (snapshot: Snapshot) => Promise<void>;
}

const KEPT = 2;
const NAME = /^(\d{16})\.snapshot$/;

const headSchema = z.strictObject({
  version: z.literal(1),
  entries: z.int().nonnegative(),
  chainHash: z.string().regex(/^\d+$/),
  batches: z.int().nonnegative(),
  machineBytes: z.int().nonnegative(),
  ledgerBytes: z.int().nonnegative(),
});

/** One file a snapshot: SHA-256 of the rest, a line of JSON, the machine's bytes, the ledger's bytes. */
const encode = (snapshot: Snapshot): Uint8Array => {
  const head = {
    version: 1,
    entries: snapshot.entries,
    chainHash: snapshot.chainHash.toString(),
    batches: snapshot.batches,
    machineBytes: snapshot.machine.length,
    ledgerBytes: snapshot.ledger.length,
  };
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), snapshot.machine, snapshot.ledger]);
  return Buffer.concat([createHash('sha256').update(body).digest(), body]);
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
    batches: head.batches,
    machine: Uint8Array.from(body.subarray(newline + 1, machineEnd)),
    ledger: Uint8Array.from(body.subarray(machineEnd)),
  };
};

const writeDurably = async (dir: string, name: string, bytes: Uint8Array): Promise<void> => {
  const temporary = join(dir, `${name}.part`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(dir, name));
  const folder = await open(dir, 'r');
  await folder.sync().finally(() => folder.close());
};

/** @throws the file system's error if the folder cannot be made. */
export const openSnapshotStore = async (dir: string): Promise<SnapshotStore> => {
  await mkdir(dir, { recursive: true });
  const names = async (): Promise<string[]> =>
    (await readdir(dir))
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();

  return {
    async *load(onDamaged) {
      for (const name of await names()) {
        let snapshot: Snapshot;
        try {
          snapshot = decode(await readFile(join(dir, name)));
        } catch (error) {
          onDamaged(join(dir, name), error instanceof Error ? error.message : String(error));
          continue;
        }
        yield snapshot;
      }
    },
    save: async (snapshot) => {
      await writeDurably(dir, `${String(snapshot.entries).padStart(16, '0')}.snapshot`, encode(snapshot));
      for (const name of (await names()).slice(KEPT)) await rm(join(dir, name));
    },
  };
};
