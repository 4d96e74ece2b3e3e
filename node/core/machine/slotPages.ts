import { INTENT_SLOTS } from '../protocol/limits.ts';

const PAGE = 16;

/**
 * 16 neighbouring slots: nonces, then filled lots. Frozen once a batch after `batch` writes to the account.
 * Plain arrays: they are copied in every batch, and a typed array of this size costs ten times as much to make.
 */
interface SlotPage {
  readonly batch: number;
  readonly cells: number[];
}

/** An account's intent slots as they were at one moment: a view onto pages that nobody writes to any more. */
class FrozenSlots implements ReadonlyMap<number, bigint> {
  private readonly pages: readonly (SlotPage | undefined)[];
  readonly size: number;

  constructor(pages: readonly (SlotPage | undefined)[], size: number) {
    this.pages = pages;
    this.size = size;
  }

  get(slot: number): bigint | undefined {
    const cells = this.pages[Math.floor(slot / PAGE)]?.cells;
    if (cells === undefined) return undefined;
    const nonce = cells[slot % PAGE] ?? 0;
    const filled = cells[PAGE + (slot % PAGE)] ?? 0;
    return nonce === 0 && filled === 0 ? undefined : BigInt(nonce) * 2n ** 32n + BigInt(filled);
  }

  has(slot: number): boolean {
    return this.get(slot) !== undefined;
  }

  *entries(): MapIterator<[number, bigint]> {
    for (let page = 0; page < this.pages.length; page++) {
      if (this.pages[page] === undefined) continue;
      for (let slot = page * PAGE; slot < (page + 1) * PAGE; slot++) {
        const value = this.get(slot);
        if (value !== undefined) yield [slot, value];
      }
    }
    return undefined;
  }

  *keys(): MapIterator<number> {
    for (const [slot] of this.entries()) yield slot;
    return undefined;
  }

  *values(): MapIterator<bigint> {
    for (const [, value] of this.entries()) yield value;
    return undefined;
  }

  [Symbol.iterator](): MapIterator<[number, bigint]> {
    return this.entries();
  }

  forEach(visit: (value: bigint, slot: number, map: ReadonlyMap<number, bigint>) => void): void {
    for (const [slot, value] of this.entries()) visit(value, slot, this);
  }
}

/**
 * An account's 4,096 intent slots, in pages copied on the first write of each batch, so that a batch can keep
 * the slots as it found them for the price of 256 pointers.
 */
export class SlotPages {
  private pages: (SlotPage | undefined)[] = [];
  private size = 0;

  freeze(): FrozenSlots {
    return new FrozenSlots(this.pages.slice(), this.size);
  }

  /** The slot becomes nonce * 2^32 + filled, as batch number `batch` writes it. */
  write(batch: number, slot: number, nonce: number, filled: number): void {
    if (slot < 0 || slot >= INTENT_SLOTS) throw new Error(`invariant: there is no slot ${slot}`);
    const cells = this.pageFor(batch, Math.floor(slot / PAGE)).cells;
    const at = slot % PAGE;
    // Nothing is filled of nonce 0 while a package's legs fill one after another: the slot stays as if never written.
    const wasZero = cells[at] === 0 && cells[PAGE + at] === 0;
    if (wasZero && (nonce !== 0 || filled !== 0)) this.size += 1;
    cells[at] = nonce;
    cells[PAGE + at] = filled;
  }

  private pageFor(batch: number, index: number): SlotPage {
    const page = this.pages[index];
    if (page !== undefined && page.batch === batch) return page;
    const fresh = { batch, cells: page === undefined ? new Array<number>(2 * PAGE).fill(0) : page.cells.slice() };
    while (this.pages.length < index) this.pages.push(undefined);
    this.pages[index] = fresh;
    return fresh;
  }
}

/** Highest nonce accepted in each slot, which new intents must exceed. */
export class AcceptedNonces {
  /** By slot, as far as the highest slot in use. */
  private readonly last: number[] = [];

  /** -1: none yet. */
  get(slot: number): number {
    return this.last[slot] ?? -1;
  }

  set(slot: number, nonce: number): void {
    while (this.last.length <= slot) this.last.push(-1);
    this.last[slot] = nonce;
  }

  *entries(): Generator<[slot: number, nonce: number]> {
    for (let slot = 0; slot < this.last.length; slot++) {
      const nonce = this.get(slot);
      if (nonce >= 0) yield [slot, nonce];
    }
  }
}
