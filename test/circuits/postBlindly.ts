import type { AccountRecord } from '../../node/core/protocol/account.ts';
import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import type { BatchSpec, ExpectedMove } from './fixtures.ts';

/** A batch before anybody has worked out what it leaves: the rows, and the accounts that they find. */
export interface Draft extends Omit<BatchSpec, 'accounts'> {
  /** null: opened by the batch. */
  readonly before: ReadonlyMap<number, AccountRecord | null>;
}

type Mutable = { -readonly [K in keyof AccountRecord]: AccountRecord[K] };

const addLots = (record: Mutable, instrument: number, lots: number): void => {
  const held = new Map(record.positions.map((one) => [one.instrument, one.lots]));
  held.set(instrument, (held.get(instrument) ?? 0) + lots);
  record.positions = [...held]
    .filter(([, count]) => count !== 0)
    .map(([id, count]) => ({ instrument: id, lots: count }))
    .sort((a, b) => a.instrument - b.instrument);
};

/** What the rows post, no rule asked: how a prover would present a batch that breaks one. */
export const postBlindly = (draft: Draft): ExpectedMove[] => {
  const accounts = new Map<number, Mutable>();
  const touch = (id: number): Mutable => {
    const empty = { keyX: 0n, keyY: 0n, owner: 0n, cash: 0n, positions: [], slots: new Map() };
    const found = accounts.get(id) ?? { ...(draft.before.get(id) ?? empty) };
    accounts.set(id, found);
    return found;
  };
  for (const row of draft.ops) {
    const record = touch(row.account);
    if (row.kind === L1_OP_KIND.OPEN) record.owner = row.owner;
    if (row.kind === L1_OP_KIND.OPEN || row.kind === L1_OP_KIND.CHANGE_KEY) {
      record.keyX = row.keyX;
      record.keyY = row.keyY;
    }
    const credited = row.kind === L1_OP_KIND.OPEN || row.kind === L1_OP_KIND.DEPOSIT;
    record.cash += (credited ? row.amount : 0n) - row.paid;
  }
  for (const row of draft.withdrawals) touch(row.account).cash -= row.amount;
  for (const row of draft.trades) {
    const record = touch(row.account);
    record.cash -= row.net + row.fee;
    for (const { instrument, ratio } of row.legs) addLots(record, instrument, ratio * row.lots);
  }
  for (const row of draft.settlements) {
    const record = touch(row.account);
    addLots(record, row.instrument, -row.lots);
    record.cash += row.payoff * BigInt(row.lots);
  }
  return [...accounts].map(([id, after]) => ({ account: id, before: draft.before.get(id) ?? null, after }));
};

/** The draft with what it posts. */
export const posted = (draft: Draft): BatchSpec => ({ ...draft, accounts: postBlindly(draft) });
