import type { Receipt, SignedHead } from '../core/heads/head.ts';
import { type HeadDomain, headDigest } from '../core/heads/headDigest.ts';
import { buildHeadTree } from '../core/heads/headTree.ts';
import type { DigestSigner } from '../crypto/headSignature.ts';
import type { AppendedGroup, EntryLog } from '../log/entryLog.ts';
import type { LogRecord } from '../log/logRecord.ts';

/** Signs what is durable (protocol, section 8). A group's head is fixed by the write that its entries came with, so there is never another. */
export interface Heads {
  /** Of a group that is on the disk: the receipts of its entries, in order. */
  readonly sign: (group: AppendedGroup) => readonly Receipt[];
  /** At any later time; null: there is no such entry. @throws LogError LOG_CORRUPT, LOG_READ_FAILED */
  readonly receiptAt: (index: number) => Promise<Receipt | null>;
}

export interface HeadsConfig {
  readonly log: Pick<EntryLog, 'keepSignature' | 'headRow' | 'get' | 'read'>;
  readonly domain: HeadDomain;
  readonly signDigest: DigestSigner;
}

export const createHeads = ({ log, domain, signDigest }: HeadsConfig): Heads => ({
  sign: ({ records, head, tree }) => {
    const signature = signDigest(headDigest(domain, head));
    log.keepSignature(head, signature);
    const signed: SignedHead = { ...head, signature };
    return records.map(({ index, entryHash, chainHash }, position) => ({
      index,
      entryHash,
      chainHash,
      path: tree.path(position),
      head: signed,
    }));
  },
  receiptAt: async (index) => {
    const row = await log.headRow(index);
    if (row === null) return null;
    const records: LogRecord[] = [];
    for await (const { record } of log.read(row.first)) {
      records.push(record);
      if (record.index === row.last) break;
    }
    const [entry, last] = [records[index - row.first], records.at(-1)];
    if (entry === undefined || last === undefined) throw new Error(`assertion: no entry ${index} under its head`);
    const tree = buildHeadTree(records);
    const { signature: kept, ...place } = row;
    const head = { ...place, root: tree.root, chainHash: last.chainHash };
    const signature = kept ?? signDigest(headDigest(domain, head));
    const { entryHash, chainHash } = entry;
    return { index, entryHash, chainHash, path: tree.path(index - row.first), head: { ...head, signature } };
  },
});
