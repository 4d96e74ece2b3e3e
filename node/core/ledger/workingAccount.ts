import type { AccountRecord } from '../protocol/account.ts';
import { accountMarket, instrumentMarket } from '../protocol/ids.ts';
import { CHUNKS_PER_ACCOUNT, POSITIONS_PER_CHUNK } from '../protocol/limits.ts';
import { WIDTH } from '../protocol/widths.ts';
import { fitsSigned, fitsSignedNumber } from '../units/bounds.ts';
import { LedgerError } from './LedgerError.ts';

/** An account while the rows of a batch post to it. Bounds are checked once, on what the batch leaves. */
export class WorkingAccount {
  readonly id: number;
  readonly before: AccountRecord | null;
  keyX: bigint;
  keyY: bigint;
  owner: bigint;
  cash: bigint;
  /** False until the account's OPEN row. */
  isOpen: boolean;
  keyChanged = false;
  hasSignedRow = false;
  hasLiquidationRow = false;
  hasL1Op = false;
  wasShaved = false;
  readonly positions: Map<number, number>;
  readonly slots = new Map<number, bigint>();

  constructor(id: number, before: AccountRecord | null) {
    this.id = id;
    this.before = before;
    this.isOpen = before !== null;
    this.keyX = before?.keyX ?? 0n;
    this.keyY = before?.keyY ?? 0n;
    this.owner = before?.owner ?? 0n;
    this.cash = before?.cash ?? 0n;
    this.positions = new Map(before?.positions.map(({ instrument, lots }) => [instrument, lots]));
  }

  addLots(instrument: number, lots: number): void {
    this.positions.set(instrument, (this.positions.get(instrument) ?? 0) + lots);
  }

  slot(index: number): bigint {
    return this.slots.get(index) ?? this.before?.slots.get(index) ?? 0n;
  }

  /** @throws LedgerError LEDGER_RANGE, LEDGER_MARKET, LEDGER_POSITIONS */
  finish(): AccountRecord {
    if (!fitsSigned(this.cash, WIDTH.cash)) this.#refuse('LEDGER_RANGE', 'cash exceeds 64 bits', `${this.cash}`);
    const positions = [...this.positions]
      .filter(([, lots]) => lots !== 0)
      .map(([instrument, lots]) => ({ instrument, lots }))
      .sort((a, b) => a.instrument - b.instrument);
    for (const { instrument, lots } of positions) {
      if (!fitsSignedNumber(lots, WIDTH.positionLots)) this.#refuse('LEDGER_RANGE', 'a position exceeds 32 bits', lots);
      if (instrumentMarket(instrument) !== accountMarket(this.id)) {
        this.#refuse('LEDGER_MARKET', 'a position is of another market than its account', instrument);
      }
    }
    if (positions.length > CHUNKS_PER_ACCOUNT * POSITIONS_PER_CHUNK) {
      this.#refuse('LEDGER_POSITIONS', 'an account holds too many positions', positions.length);
    }
    const slots = new Map(this.before?.slots);
    for (const [index, value] of this.slots) slots.set(index, value);
    const { keyX, keyY, owner, cash } = this;
    return { keyX, keyY, owner, cash, positions, slots };
  }

  #refuse(code: 'LEDGER_RANGE' | 'LEDGER_MARKET' | 'LEDGER_POSITIONS', why: string, value: string | number): never {
    throw new LedgerError(code, `batch refused: ${why}`, { account: this.id, value });
  }
}

/** The accounts that a batch touches, loaded on first use. */
export class WorkingSet {
  readonly #load: (id: number) => AccountRecord | null;
  readonly #accounts = new Map<number, WorkingAccount>();

  constructor(load: (id: number) => AccountRecord | null) {
    this.#load = load;
  }

  /** Also an account that is not open. */
  touch(id: number): WorkingAccount {
    const known = this.#accounts.get(id);
    if (known !== undefined) return known;
    const account = new WorkingAccount(id, this.#load(id));
    this.#accounts.set(id, account);
    return account;
  }

  /** @throws LedgerError LEDGER_ACCOUNT_UNKNOWN */
  opened(id: number): WorkingAccount {
    const account = this.touch(id);
    if (account.isOpen) return account;
    throw new LedgerError('LEDGER_ACCOUNT_UNKNOWN', `batch refused: account ${id} is not open`, { account: id });
  }

  sorted(): WorkingAccount[] {
    return [...this.#accounts.values()].sort((a, b) => a.id - b.id);
  }
}
