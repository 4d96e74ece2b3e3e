import { CodedError } from '../codedError.ts';

export type LedgerErrorCode =
  | 'LEDGER_BATCH_NUMBER'
  | 'LEDGER_TIME'
  | 'LEDGER_SHAPE'
  | 'LEDGER_ACCOUNT_UNKNOWN'
  | 'LEDGER_ACCOUNT_EXISTS'
  | 'LEDGER_OWNER'
  | 'LEDGER_KEY_TWICE'
  | 'LEDGER_OP'
  | 'LEDGER_SLOT'
  | 'LEDGER_OVERFILL'
  | 'LEDGER_TRADE_EMPTY'
  | 'LEDGER_LEGS'
  | 'LEDGER_LEGS_UNBALANCED'
  | 'LEDGER_NET_UNBALANCED'
  | 'LEDGER_MARKET'
  | 'LEDGER_RANGE'
  | 'LEDGER_POSITIONS'
  | 'LEDGER_SETTLEMENT'
  | 'LEDGER_INSTRUMENT'
  | 'LEDGER_MARGIN'
  | 'LEDGER_LIQUIDATION'
  | 'LEDGER_SHAVED'
  | 'LEDGER_AUTHORISATION'
  | 'LEDGER_SIGNATURE'
  | 'LEDGER_LIMIT'
  | 'LEDGER_FEE'
  | 'LEDGER_EXPIRED'
  | 'LEDGER_OPENING'
  | 'LEDGER_SNAPSHOT';

/** A batch, opening or snapshot that breaks the protocol. Nothing was changed; the batch must not go on. */
export class LedgerError extends CodedError<LedgerErrorCode> {
  override readonly name = 'LedgerError';
}
