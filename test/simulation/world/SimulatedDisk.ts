import { StorageError } from '../../../node/storage/StorageError.ts';
import type { Change, Folder, PatchedFile, Storage, Table } from '../../../node/storage/storage.ts';
import type { Prng } from '../../property/prng.ts';
import type { Process } from './Process.ts';

/** What a disk may do to those who use it; asked afresh at every call. */
export interface DiskFaults {
  /** A sync says that it was done, and was not. */
  readonly isLying: () => boolean;
  /** No room is left. */
  readonly isFull: () => boolean;
}

type Rows = Map<string, Uint8Array>;

interface TableState {
  /** As reads see it. */
  rows: Rows;
  /** As a power cut leaves it, but for `unsynced`. */
  synced: Rows;
  /** Whole writes behind `synced`, in order: of these a power cut keeps the first few. */
  unsynced: (readonly Change[])[];
  /** Handed over and not answered yet. */
  pending: (readonly Change[])[];
  holder: Process | null;
}

interface FileState {
  written: Uint8Array;
  synced: Uint8Array;
  /** Since the last sync, in order. */
  patches: Patch[];
}

interface Patch {
  readonly position: number;
  readonly bytes: Uint8Array;
}

const keyOf = (key: Uint8Array): string => Buffer.from(key).toString('hex');
const bytesOf = (key: string): Uint8Array => Uint8Array.from(Buffer.from(key, 'hex'));

const applyTo = (rows: Rows, changes: readonly Change[]): void => {
  for (const { key, value } of changes) {
    if (value === null) rows.delete(keyOf(key));
    else rows.set(keyOf(key), value);
  }
};

const patched = (bytes: Uint8Array, { position, bytes: patch }: Patch, length = patch.length): Uint8Array => {
  const out = new Uint8Array(Math.max(bytes.length, position + length));
  out.set(bytes);
  out.set(patch.subarray(0, length), position);
  return out;
};

/** Rows read for one wait: a table is read in blocks. */
const ROWS_A_READ = 128;
const MOST_MS = 4;

/**
 * One machine's disk, as Level and a file system keep what they are given: a table's write is in its log wholly or not at all,
 * and none survives whose forerunner did not; a file that is replaced is the old one or the new; a file written in place may be
 * torn until it is synced.
 */
export class SimulatedDisk {
  private readonly random: Prng;
  private readonly faults: DiskFaults;
  private readonly tables = new Map<string, TableState>();
  private readonly folders = new Map<string, Map<string, Uint8Array>>();
  private readonly files = new Map<string, FileState>();
  /** Of each table, what an honest disk would hold after the last power cut: what a copy of the data directory brings back. */
  private readonly copies = new Map<TableState, Rows>();
  /** Writes that were answered as durable. */
  private readonly answered = new WeakSet<readonly Change[]>();
  readonly counts = { tornWrites: 0, lostWrites: 0, lostSyncs: 0 };

  constructor(random: Prng, faults: DiskFaults) {
    this.random = random;
    this.faults = faults;
  }

  /** The disk as one process sees it. */
  storageOf(process: Process): Storage {
    return {
      name: `the disk of ${process.name}`,
      openTable: (name) => process.wait(this.delayMs(), () => this.openTable(process, name)),
      openFolder: (name) => process.wait(this.delayMs(), () => this.openFolder(process, name)),
      openFile: (name) => process.wait(this.delayMs(), () => this.openFile(process, name)),
    };
  }

  /** The process is gone, the machine is not: what the kernel was given stays, what was on the way stays or not. */
  crashProcess(): void {
    for (const table of this.tables.values()) this.dropPending(table);
  }

  /** The machine loses power: nothing stays but what was synced, and of the rest what happened to be written. */
  cutPower(): void {
    for (const table of this.tables.values()) {
      // What is on the way may reach the disk or not; nobody was told, so nobody is lied to.
      this.dropPending(table);
      this.cutTable(table);
    }
    // A mark that is lost with the rows it was of leaves nothing by which their loss could be seen: then, and only then,
    // it is a person who sees it.
    const hidesLoss = this.hasLost() && this.random.chance(30);
    for (const file of this.files.values()) this.cutFile(file, this.hasLost() && !hidesLoss);
    if (hidesLoss) this.restoreCopy();
  }

  private cutTable(table: TableState): void {
    const kept = this.random.below(table.unsynced.length + 1);
    const lost = table.unsynced.slice(kept);
    this.counts.lostWrites += lost.length;
    if (lost.some((changes) => this.answered.has(changes))) {
      this.counts.lostSyncs += 1;
      this.copies.set(table, new Map(table.rows));
    }
    for (const changes of table.unsynced.slice(0, kept)) applyTo(table.synced, changes);
    table.rows = new Map(table.synced);
    table.unsynced = [];
  }

  private cutFile(file: FileState, isKept: boolean): void {
    let bytes = file.synced;
    for (const patch of file.patches) {
      const whole = patch.bytes.length;
      const written = isKept ? whole : this.random.pick([0, whole, this.random.below(whole + 1)]);
      if (written > 0 && written < whole) this.counts.tornWrites += 1;
      bytes = patched(bytes, patch, written);
    }
    file.written = bytes;
    file.synced = bytes;
    file.patches = [];
  }

  /** A row as reads see it. */
  row(name: string, key: Uint8Array): Uint8Array | null {
    return this.tables.get(name)?.rows.get(keyOf(key)) ?? null;
  }

  /** Whether the last power cut took something that a sync had promised. */
  hasLost(): boolean {
    return this.copies.size > 0;
  }

  /** A person restores the data directory from a copy. */
  restoreCopy(): void {
    for (const [table, rows] of this.copies) {
      table.rows = new Map(rows);
      table.synced = new Map(rows);
    }
    this.copies.clear();
  }

  /** Nobody misses what was lost. */
  forgetCopy(): void {
    this.copies.clear();
  }

  private delayMs(): number {
    return this.random.below(MOST_MS + 1);
  }

  private dropPending(table: TableState): void {
    const kept = this.random.below(table.pending.length + 1);
    for (const changes of table.pending.slice(0, kept)) {
      applyTo(table.rows, changes);
      table.unsynced.push(changes);
    }
    table.pending = [];
  }

  private refuseIfFull(name: string): void {
    if (!this.faults.isFull()) return;
    throw new StorageError('STORAGE_FAILED', `${name} cannot be used (ENOSPC)`, { where: name, reason: 'ENOSPC' });
  }

  private openTable(process: Process, name: string): Table {
    const table = this.tables.get(name) ?? {
      rows: new Map(),
      synced: new Map(),
      unsynced: [],
      pending: [],
      holder: null,
    };
    this.tables.set(name, table);
    if (table.holder?.isAlive === true) {
      throw new StorageError('STORAGE_LOCKED', `another process is using ${name}`, { where: name, reason: 'LOCK' });
    }
    table.holder = process;
    return {
      write: (changes) => this.write(process, name, table, changes),
      get: (key) => process.wait(0, () => table.rows.get(keyOf(key))),
      iterate: (from) => this.iterate(process, table, keyOf(from)),
      lastKey: (before) =>
        process.wait(this.delayMs(), () => {
          const end = keyOf(before);
          const last = sortedKeys(table.rows).findLast((key) => key < end);
          return last === undefined ? undefined : bytesOf(last);
        }),
      close: () =>
        process.wait(this.delayMs(), () => {
          table.holder = null;
        }),
    };
  }

  private write(process: Process, name: string, table: TableState, changes: readonly Change[]): Promise<void> {
    if (!process.isAlive) return process.wait(0, () => undefined);
    const copied = changes.map(({ key, value }) => ({
      key: key.slice(),
      value: value === null ? null : value.slice(),
    }));
    table.pending.push(copied);
    return process.wait(1 + this.delayMs(), () => {
      const at = table.pending.indexOf(copied);
      // A crash has dealt with it, or a later write has: they reach the disk in order.
      if (at < 0) return;
      this.refuseIfFull(name);
      for (const each of table.pending.splice(0, at + 1)) {
        applyTo(table.rows, each);
        table.unsynced.push(each);
        this.answered.add(each);
      }
      if (this.faults.isLying()) return;
      // What a sync brings to the disk it brings with all that was written before.
      for (const each of table.unsynced) applyTo(table.synced, each);
      table.unsynced = [];
    });
  }

  private async *iterate(process: Process, table: TableState, from: string): AsyncGenerator<[Uint8Array, Uint8Array]> {
    const snapshot = await process.wait(0, () => new Map(table.rows));
    const keys = sortedKeys(snapshot).filter((key) => key >= from);
    for (const [at, key] of keys.entries()) {
      if (at % ROWS_A_READ === ROWS_A_READ - 1) await process.wait(this.delayMs(), () => undefined);
      const value = snapshot.get(key);
      if (value !== undefined) yield [bytesOf(key), value];
    }
  }

  private openFolder(process: Process, name: string): Folder {
    const files = this.folders.get(name) ?? new Map<string, Uint8Array>();
    this.folders.set(name, files);
    return {
      names: () => process.wait(this.delayMs(), () => [...files.keys()].sort()),
      read: (file) =>
        process.wait(this.delayMs(), () => {
          const bytes = files.get(file);
          if (bytes !== undefined) return bytes.slice();
          throw new StorageError('STORAGE_FAILED', `${file} cannot be used (ENOENT)`, {
            where: file,
            reason: 'ENOENT',
          });
        }),
      replace: (file, bytes) => {
        const copy = bytes.slice();
        return process.wait(this.delayMs(), () => {
          // A crash on the way leaves the old one or the new.
          if (!process.isAlive && this.random.chance(50)) return;
          this.refuseIfFull(name);
          files.set(file, copy);
        });
      },
      remove: (file) =>
        process.wait(this.delayMs(), () => {
          if (process.isAlive || this.random.chance(50)) files.delete(file);
        }),
    };
  }

  private openFile(process: Process, name: string): PatchedFile {
    const empty = new Uint8Array(0);
    const file = this.files.get(name) ?? { written: empty, synced: empty, patches: [] };
    this.files.set(name, file);
    return {
      read: () => process.wait(this.delayMs(), () => file.written.slice()),
      writeAt: (position, bytes) => {
        const patch = { position, bytes: bytes.slice() };
        return process.wait(0, () => {
          if (!process.isAlive && this.random.chance(50)) return;
          this.refuseIfFull(name);
          file.written = patched(file.written, patch);
          file.patches.push(patch);
        });
      },
      sync: () =>
        process.wait(this.delayMs(), () => {
          if (this.faults.isLying()) return;
          file.synced = file.written;
          file.patches = [];
        }),
      close: () => process.wait(this.delayMs(), () => undefined),
    };
  }
}

const sortedKeys = (rows: Rows): string[] => [...rows.keys()].sort();
