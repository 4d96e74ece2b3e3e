import { CodecError } from '../../../node/core/codec/CodecError.ts';
import type { Hasher } from '../../../node/core/crypto/hasher.ts';
import type { AccountRecord } from '../../../node/core/ledger/account.ts';
import { applyRows } from '../../../node/core/ledger/applyRows.ts';
import { LedgerError } from '../../../node/core/ledger/LedgerError.ts';
import { L1_OP_KIND } from '../../../node/core/ledger/rows.ts';
import { DEVELOPMENT_PRESET, type Preset, TEST_SHAPE } from '../../../node/core/presets.ts';
import { type BatchSpec, DOMAIN, type ExpectedMove, signedBatch, stateBefore } from '../fixtures.ts';
import type { Draft } from './randomBatch.ts';

export const FUZZ_PRESET: Preset = { ...DEVELOPMENT_PRESET, shapes: [TEST_SHAPE] };

/** A batch with what it leaves, and core's judgement of it. */
export interface JudgedBatch {
  readonly spec: BatchSpec;
  /** Why core refuses it; undefined: it does not. */
  readonly refusal: string | undefined;
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
const postBlindly = (draft: Draft): ExpectedMove[] => {
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

/**
 * Core's transition of the rows, signatures and all; where it refuses, what they post all the same. Undefined if a message
 * cannot be written at all: legs that are not canonical, a number that does not fit.
 */
export const settleDraft = (hasher: Hasher, draft: Draft): JudgedBatch | undefined => {
  const found = [...draft.before].map(([id, before]) => ({ account: id, before, after: before ?? EMPTY }));
  const start: BatchSpec = { ...draft, accounts: found };
  try {
    const context = { hasher, domain: DOMAIN, preset: FUZZ_PRESET };
    const { accounts } = applyRows(context, stateBefore(hasher, start), signedBatch(hasher, start));
    const moves = accounts.map(({ account, before, after }) => ({ account, before, after }));
    return { spec: { ...draft, accounts: moves }, refusal: undefined };
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    if (!(error instanceof LedgerError)) throw error;
    return { spec: { ...draft, accounts: postBlindly(draft) }, refusal: error.code };
  }
};

const EMPTY: AccountRecord = { keyX: 0n, keyY: 0n, owner: 0n, cash: 0n, positions: [], slots: new Map() };
