import { intentMessage, withdrawMessage } from '../codec/message.ts';
import { verifySignature } from '../crypto/eddsa.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { premium } from '../units/premium.ts';
import { LedgerError, type LedgerErrorCode } from './LedgerError.ts';
import type { BatchAuthorisations, BatchRows, Intent, Signature, TradeRow } from './rows.ts';
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
  readonly hasher: Hasher;
  readonly domain: bigint;
  readonly timeSec: number;
  readonly rows: BatchRows;
  readonly authorisations: BatchAuthorisations;
  /** After all rows are posted: signatures are checked against the key after the batch. */
  readonly accounts: WorkingSet;
}

/**
 * Everything that only the holder of the signed messages can check: the watcher, which has L1's words alone, leaves it to
 * the proof.
 */
export function checkAuthorisations({ hasher, domain, timeSec, rows, authorisations, accounts }: SignedRowCheck): void {
  const verify = ({ id, keyX, keyY }: WorkingAccount, nonce: number, message: bigint, signature: Signature): void => {
    if (verifySignature(hasher, { x: keyX, y: keyY }, message, signature)) return;
    refuse('LEDGER_SIGNATURE', "a signature is not of the account's key", id, nonce);
  };
  if (
    authorisations.withdrawals.length !== rows.withdrawals.length ||
    authorisations.trades.length !== rows.trades.length
  ) {
    throw new LedgerError('LEDGER_AUTHORISATION', 'batch refused: rows and authorisations differ in number');
  }
  rows.withdrawals.forEach(({ account, nonce, amount }, i) => {
    const signed = authorisations.withdrawals[i];
    const intent = signed?.intent;
    if (signed === undefined || intent?.account !== account || intent.nonce !== nonce || intent.amount !== amount) {
      refuse('LEDGER_AUTHORISATION', 'a withdrawal differs from the intent behind it', account, nonce);
    }
    if (signed.intent.expirySec < timeSec) refuse('LEDGER_EXPIRED', 'a withdrawal had expired', account, nonce);
    verify(accounts.opened(account), nonce, withdrawMessage(hasher, domain, signed.intent), signed.signature);
  });
  const seen = new Set<string>();
  rows.trades.forEach((row, i) => {
    const signed = authorisations.trades[i] ?? null;
    const { account, nonce } = row;
    if (row.liquidation !== (signed === null)) {
      refuse('LEDGER_AUTHORISATION', 'liquidation rows, and they alone, have no signature', account, nonce);
    }
    if (signed === null) return;
    if (seen.has(`${account}/${nonce}`))
      refuse('LEDGER_DUPLICATE', 'an intent has two rows in one batch', account, nonce);
    seen.add(`${account}/${nonce}`);
    checkTerms(row, signed.intent, timeSec);
    verify(accounts.opened(account), nonce, intentMessage(hasher, domain, signed.intent), signed.signature);
  });
}
