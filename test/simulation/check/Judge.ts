import type { Alarm } from '../../../node/alarms.ts';
import { decodeEntry, entryHash } from '../../../node/core/codec/entry.ts';
import type { Head, Receipt } from '../../../node/core/heads/head.ts';
import { receiptSigner } from '../../../node/core/heads/receiptSigner.ts';
import { decodeRecord, recordKey } from '../../../node/log/logRecord.ts';
import type { Applied } from '../../../node/sequencer/sequencer.ts';
import type { SimulatedChain } from '../chain/SimulatedChain.ts';
import type { SimulatedDisk } from '../world/SimulatedDisk.ts';
import type { SimulatedNode } from '../world/SimulatedNode.ts';
import { HEAD_DOMAIN, NODE_KEY } from '../world/settings.ts';
import type { Shadow } from './Shadow.ts';
import { must, Violation } from './Violation.ts';
import { viewDigest } from './viewDigest.ts';

const LOG_TABLE = 'log/entries';

/** Alarms that no fault of the world excuses. */
const NEVER: ReadonlySet<string> = new Set([
  'LEDGER_DIVERGED',
  'BATCH_INVALID',
  'MACHINE_FAILED',
  'LOG_CORRUPT',
  'L1_STATE_DIFFERS',
  'L1_BATCH_REFUSED',
  'L1_REORG_TOO_DEEP',
  'L1_OP_SKIPPED',
  'L1_LOG_UNREADABLE',
  'L1_CHAIN_DIFFERS',
  'L1_REVERTED',
  'SETTLEMENT_FAILED',
]);

/** How a full disk shows; NOT_ACCEPTING: to whom it had told. */
const DISK_FULL: ReadonlySet<string> = new Set(['LOG_WRITE_FAILED', 'JOBS_WRITE_FAILED', 'NOT_ACCEPTING']);

/** Holds all that is promised against all that is. */
export class Judge {
  failure: Violation | null = null;
  shadow: Shadow;
  /** By index in the log. */
  readonly promised = new Map<number, Receipt>();
  private readonly disk: SimulatedDisk;
  private readonly chain: SimulatedChain;
  private readonly newShadow: () => Shadow;

  constructor(disk: SimulatedDisk, chain: SimulatedChain, newShadow: () => Shadow) {
    this.disk = disk;
    this.chain = chain;
    this.newShadow = newShadow;
    this.shadow = this.newShadow();
  }

  /** The first violation ends the run; what comes after it follows from it. */
  guard(check: () => void): void {
    if (this.failure !== null) return;
    try {
      check();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.failure = error;
    }
  }

  fail(code: string, message: string): void {
    this.failure ??= new Violation(code, message);
  }

  /** What is on the disk is applied by the shadow; what the node made of an entry is what the shadow made of it. */
  onApplied({ record, result }: Applied): void {
    this.guard(() => {
      this.catchUp();
      const { chainHash, entryHash: hash, index } = record;
      this.shadow.stands({ index, entryHash: hash, chainHash });
      const names = result.rejections.map((one) => one?.name ?? null);
      const expected = this.shadow.entries[index]?.rejections ?? [];
      must(
        names.join() === expected.join(),
        'REPLAY_DIFFERS',
        () => `entry ${index}: the node said ${names.join()}, a replay says ${expected.join()}`,
      );
    });
  }

  /** A receipt has left the node: it is a promise, whether or not it arrives. */
  onReceipt(receipt: Receipt): void {
    this.guard(() => {
      this.catchUp();
      this.shadow.stands(receipt);
      const { head, index } = receipt;
      must(
        receiptSigner(HEAD_DOMAIN, receipt) === NODE_KEY,
        'RECEIPT_INVALID',
        () => `the receipt of entry ${index} does not lead to a head that the node signed`,
      );
      const earlier = this.promised.get(index);
      // Two heads of one epoch over one entry: what L1 is to take a bond for.
      must(
        earlier === undefined || isSameHead(earlier.head, head),
        'TWO_HEADS',
        () => `entry ${index} was promised under two heads`,
      );
      this.promised.set(index, receipt);
    });
  }

  onAlarm({ code, data, message }: Alarm, isDiskFull: boolean): void {
    const isOfDisk = isDiskFull && code === 'SETTLEMENT_FAILED' && DISK_FULL.has(String(data.cause));
    if (!NEVER.has(code) || isOfDisk) return;
    this.fail(data.reason === undefined ? `ALARM_${code}` : `ALARM_${code}_${String(data.reason)}`, message);
  }

  /** What the node could not account for. A full disk ends its work; nothing else does. */
  onInternal(error: unknown, isDiskFull: boolean): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'NONE';
    if (isDiskFull && DISK_FULL.has(code)) return;
    this.fail('INTERNAL_ERROR', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  /** A node has started: its log holds all that was promised, and its state is what the log says. */
  onStarted(node: SimulatedNode): void {
    this.guard(() => {
      this.reread();
      for (const each of this.promised.values()) this.shadow.stands(each);
      this.compare(node);
    });
  }

  /** Live and replayed state are one, whenever they stand at the same entry. */
  compare({ view }: SimulatedNode): void {
    this.guard(() => {
      const replayed = this.shadow.machine.view;
      if (view.nextEntryIndex() !== replayed.nextEntryIndex()) return;
      const [live, shown] = [viewDigest(view), viewDigest(replayed)];
      must(
        live === shown,
        'REPLAY_DIFFERS',
        () => `after ${view.nextEntryIndex()} entries: ${difference(live, shown)}`,
      );
    });
  }

  /** L1 holds what the replica holds, and its books balance. */
  onBlock(): void {
    this.guard(() => {
      const { batchNumber, held, owedToAccounts, owedToClaims, shortfall, stateRoot } = this.chain.head.state;
      const { roots } = this.shadow;
      must(
        batchNumber < roots.length,
        'L1_DIFFERS',
        () => `L1 has ${batchNumber} batches, the log ${roots.length - 1}`,
      );
      must(roots[batchNumber] === stateRoot, 'L1_DIFFERS', () => `after batch ${batchNumber} L1 has another root`);
      must(
        owedToAccounts + owedToClaims === held + shortfall,
        'L1_MONEY_NOT_CONSERVED',
        () => `L1 holds ${held} (short of ${shortfall}) and owes ${owedToAccounts} and ${owedToClaims}`,
      );
    });
  }

  /** The log from its first entry: if what nobody was promised has gone with a crash, the shadow begins anew. */
  private reread(): void {
    const isPrefix = this.shadow.entries.every(({ chainHash }, index) => {
      const row = this.disk.row(LOG_TABLE, recordKey(index));
      return row !== null && decodeRecord(index, row).chainHash === chainHash;
    });
    if (!isPrefix) this.shadow = this.newShadow();
    this.catchUp();
  }

  private catchUp(): void {
    const { shadow } = this;
    for (let index = shadow.entries.length; ; index += 1) {
      const row = this.disk.row(LOG_TABLE, recordKey(index));
      if (row === null) return;
      const { bytes, chainHash } = decodeRecord(index, row);
      shadow.apply(decodeEntry(bytes), entryHash(bytes), chainHash);
    }
  }
}

const isSameHead = (one: Head, other: Head): boolean =>
  one.epoch === other.epoch &&
  one.first === other.first &&
  one.last === other.last &&
  Buffer.from(one.root).equals(Buffer.from(other.root));

/** Where two texts part. */
const difference = (one: string, other: string): string => {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return `live ...${one.slice(Math.max(0, at - 80), at + 80)}... replayed ...${other.slice(Math.max(0, at - 80), at + 80)}...`;
};
