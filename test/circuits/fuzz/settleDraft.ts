import { CodecError } from '../../../node/core/codec/CodecError.ts';
import { applyRows } from '../../../node/core/ledger/applyRows.ts';
import { LedgerError } from '../../../node/core/ledger/LedgerError.ts';
import type { AccountRecord } from '../../../node/core/protocol/account.ts';
import type { Deployment } from '../../../node/core/protocol/deployment.ts';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../../node/core/protocol/presets.ts';
import type { Cryptography } from '../../../node/crypto/cryptography.ts';
import { type BatchSpec, DOMAIN, signedBatch, stateBefore } from '../fixtures.ts';
import { type Draft, postBlindly } from '../postBlindly.ts';

export const FUZZ_PRESET: Deployment = { ...DEVELOPMENT_PRESET, shapes: [TEST_SHAPE] };

/** A batch with what it leaves, and core's judgement of it. */
export interface JudgedBatch {
  readonly spec: BatchSpec;
  /** Why core refuses it; undefined: it does not. */
  readonly refusal: string | undefined;
}

/**
 * Core's transition of the rows, signatures and all; where it refuses, what they post all the same. Undefined if a message
 * cannot be written at all: legs that are not canonical, a number that does not fit.
 */
export const settleDraft = ({ hasher, verifier }: Cryptography, draft: Draft): JudgedBatch | undefined => {
  const found = [...draft.before].map(([id, before]) => ({ account: id, before, after: before ?? EMPTY }));
  const start: BatchSpec = { ...draft, accounts: found };
  try {
    const context = { hasher, verifier, domain: DOMAIN, deployment: FUZZ_PRESET };
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
