import { intentPreimage, MESSAGE_ELEMENTS, withdrawPreimage } from '../codec/message.ts';
import { type Hasher, hashMany } from '../crypto/hasher.ts';
import { type SignatureVerifier, verifyEach } from '../crypto/signatureVerifier.ts';
import type { BatchAuthorisations, BatchRows, Intent, Signature, TradeRow } from '../protocol/rows.ts';
import { invariant } from '../units/invariant.ts';
import { premium } from '../units/premium.ts';
import { LedgerError, type LedgerErrorCode } from './LedgerError.ts';
import type { WorkingAccount, WorkingSet } from './workingAccount.ts';

function refuse(code: LedgerErrorCode, why: string, account: number, nonce: number): never {
  throw new LedgerError(code, `batch refused: ${why}`, { account, nonce });
}

const sameLegs = (intent: Intent, row: TradeRow): boolean =>
  intent.legs.length === row.legs.length &&
  intent.legs.every(({ instrument, ratio }, i) => {
    const leg = row.legs[i];
    return leg?.instrument === instrument && leg.ratio === ratio;
  });

/** The row stays inside what was signed: legs, limit, fee and expiry. Its lots are the slot's to bound. */
function checkTerms(row: TradeRow, intent: Intent, timeSec: number): void {
  const { account, nonce } = row;
  if (intent.account !== account || intent.nonce !== nonce || !sameLegs(intent, row)) {
    refuse('LEDGER_AUTHORISATION', 'a trade row differs from the intent behind it', account, nonce);
  }
  if (intent.expirySec < timeSec) refuse('LEDGER_EXPIRED', 'an intent had expired', account, nonce);
  if (row.net > premium(intent.limit, row.lots))
    refuse('LEDGER_LIMIT', "a trade is beyond its intent's limit", account, nonce);
  if (row.fee > premium(BigInt(intent.maxFeePerLot), row.lots)) {
    refuse('LEDGER_FEE', "a fee is above its intent's maximum", account, nonce);
  }
}

interface SignedRowCheck {
  readonly verifier: SignatureVerifier;
  readonly hasher: Hasher;
  readonly domain: bigint;
  readonly timeSec: number;
  readonly rows: BatchRows;
  readonly authorisations: BatchAuthorisations;
  /** After all rows are posted: signatures are checked against the key after the batch. */
  readonly accounts: WorkingSet;
}

interface Claim {
  readonly account: WorkingAccount;
  readonly nonce: number;
  readonly preimage: readonly bigint[];
  readonly signature: Signature;
}

/** The signatures of a batch, checked together. */
function checkSignatures({ hasher, verifier }: SignedRowCheck, claims: readonly Claim[]): void {
  const preimages = claims.flatMap(({ preimage }) => preimage);
  const messages = hashMany(hasher, MESSAGE_ELEMENTS, preimages);
  const checks = claims.map(({ account: { keyX, keyY }, signature }, at) => {
    const message = messages[at];
    invariant(message !== undefined, 'a hasher answers every question');
    return { key: { x: keyX, y: keyY }, message, signature };
  });
  const wrong = claims[verifyEach(verifier, checks).indexOf(false)];
  if (wrong !== undefined) {
    refuse('LEDGER_SIGNATURE', "a signature is not of the account's key", wrong.account.id, wrong.nonce);
  }
}

function checkWithdrawals({ accounts, authorisations, domain, rows, timeSec }: SignedRowCheck, claims: Claim[]): void {
  rows.withdrawals.forEach(({ account, nonce, amount }, i) => {
    const signed = authorisations.withdrawals[i];
    const intent = signed?.intent;
    if (signed === undefined || intent?.account !== account || intent.nonce !== nonce || intent.amount !== amount) {
      refuse('LEDGER_AUTHORISATION', 'a withdrawal differs from the intent behind it', account, nonce);
    }
    if (signed.intent.expirySec < timeSec) refuse('LEDGER_EXPIRED', 'a withdrawal had expired', account, nonce);
    const preimage = withdrawPreimage(domain, signed.intent);
    claims.push({ account: accounts.opened(account), nonce, preimage, signature: signed.signature });
  });
}

function checkTrades({ accounts, authorisations, domain, rows, timeSec }: SignedRowCheck, claims: Claim[]): void {
  rows.trades.forEach((row, i) => {
    const signed = authorisations.trades[i] ?? null;
    const { account, nonce } = row;
    if (row.liquidation !== (signed === null)) {
      refuse('LEDGER_AUTHORISATION', 'liquidation rows, and they alone, have no signature', account, nonce);
    }
    if (signed === null) return;
    checkTerms(row, signed.intent, timeSec);
    const preimage = intentPreimage(domain, signed.intent);
    claims.push({ account: accounts.opened(account), nonce, preimage, signature: signed.signature });
  });
}

/**
 * Everything that only the holder of the signed messages can check: the watcher, which has L1's words alone, leaves it to
 * the proof.
 */
export function checkAuthorisations(check: SignedRowCheck): void {
  const { authorisations, rows } = check;
  if (
    authorisations.withdrawals.length !== rows.withdrawals.length ||
    authorisations.trades.length !== rows.trades.length
  ) {
    throw new LedgerError('LEDGER_AUTHORISATION', 'batch refused: rows and authorisations differ in number');
  }
  const claims: Claim[] = [];
  try {
    checkWithdrawals(check, claims);
    checkTrades(check, claims);
  } catch (error) {
    // The first row that is wrong names the reason: a bad signature before it comes first.
    checkSignatures(check, claims);
    throw error;
  }
  checkSignatures(check, claims);
}
