import { checkLegs } from '../codec/message.ts';
import { accountMarket, instrumentMarket, isAccountId } from '../protocol/ids.ts';
import { intentSlot } from '../protocol/limits.ts';
import { INSTRUMENT_STATUS } from '../protocol/riskRow.ts';
import { L1_OP_KIND, type L1OpRow, type SettlementRow, type TradeRow, type WithdrawalRow } from '../protocol/rows.ts';
import { MAX_UINT32 } from '../protocol/widths.ts';
import type { RiskIndex } from '../risk/riskTable.ts';
import { premium } from '../units/premium.ts';
import { LedgerError, type LedgerErrorCode } from './LedgerError.ts';
import type { WorkingAccount, WorkingSet } from './workingAccount.ts';

/** What each kind of row posts (protocol, section 6). */

function refuse(code: LedgerErrorCode, why: string, account: number): never {
  throw new LedgerError(code, `batch refused: ${why}`, { account });
}

function setKey(account: WorkingAccount, row: L1OpRow): void {
  if (account.keyChanged) refuse('LEDGER_KEY_TWICE', 'an account has two key ops in one batch', row.account);
  account.keyChanged = true;
  account.keyX = row.keyX;
  account.keyY = row.keyY;
}

function open(accounts: WorkingSet, row: L1OpRow): void {
  if (!isAccountId(row.account)) refuse('LEDGER_OP', 'no account can have this id', row.account);
  const account = accounts.touch(row.account);
  if (account.isOpen) refuse('LEDGER_ACCOUNT_EXISTS', 'an account is opened twice', row.account);
  account.isOpen = true;
  account.owner = row.owner;
  account.hasL1Op = true;
  setKey(account, row);
  account.cash += row.amount;
}

export function postL1Op(accounts: WorkingSet, row: L1OpRow): void {
  if (row.kind !== L1_OP_KIND.FORCED_WITHDRAWAL && row.paid !== 0n) {
    refuse('LEDGER_OP', 'an L1 op is paid that is no forced withdrawal', row.account);
  }
  if (row.kind === L1_OP_KIND.OPEN) {
    open(accounts, row);
    return;
  }
  const account = accounts.opened(row.account);
  if (account.owner !== row.owner) refuse('LEDGER_OWNER', "an L1 op is not of the account's owner", row.account);
  account.hasL1Op = true;
  if (row.kind === L1_OP_KIND.DEPOSIT) {
    account.cash += row.amount;
  } else if (row.kind === L1_OP_KIND.CHANGE_KEY) {
    setKey(account, row);
  } else {
    if (row.paid < 0n || row.paid > row.amount) refuse('LEDGER_OP', 'a forced withdrawal is overpaid', row.account);
    account.cash -= row.paid;
    if (row.paid < row.amount) account.wasShaved = true;
  }
}

/** What a signed row asks of its intent's slot. */
export interface SlotMove {
  readonly account: WorkingAccount;
  readonly nonce: number;
  readonly lots: number;
  /** The signed bound, or 2^32 - 1 for who has not seen it. */
  readonly maxLots: number;
}

/** Moves an intent slot strictly forward. */
function moveSlot({ account, lots, maxLots, nonce }: SlotMove): void {
  const index = intentSlot(nonce);
  const slot = account.slot(index);
  const nonceBefore = Number(slot >> 32n);
  if (nonceBefore > nonce) refuse('LEDGER_SLOT', `nonce ${nonce} was overtaken by ${nonceBefore}`, account.id);
  const filled = (nonceBefore === nonce ? Number(slot & 0xffffffffn) : 0) + lots;
  if (filled > maxLots) refuse('LEDGER_OVERFILL', `intent ${nonce} is filled beyond its lots`, account.id);
  account.slots.set(index, (BigInt(nonce) << 32n) | BigInt(filled));
}

/**
 * Moves all slots of a batch. Rows of one slot may stand in any order in a batch; the order that can hold is that of their
 * nonces and, for intents that share one, of their bounds.
 */
export function moveSlots(moves: readonly SlotMove[]): void {
  for (const move of [...moves].sort((a, b) => a.nonce - b.nonce || a.maxLots - b.maxLots)) moveSlot(move);
}

export function postWithdrawal(accounts: WorkingSet, row: WithdrawalRow): SlotMove {
  const account = accounts.opened(row.account);
  account.cash -= row.amount;
  account.hasSignedRow = true;
  return { account, nonce: row.nonce, lots: MAX_UINT32, maxLots: MAX_UINT32 };
}

/** Canonical legs, all of live instruments of the account's market. */
function requireLegs({ account, legs }: TradeRow, table: RiskIndex): void {
  try {
    checkLegs(legs);
  } catch (cause) {
    throw new LedgerError('LEDGER_LEGS', "batch refused: a trade row's legs are not canonical", { account }, cause);
  }
  for (const { instrument } of legs) {
    if (instrumentMarket(instrument) !== accountMarket(account)) {
      refuse('LEDGER_MARKET', `instrument ${instrument} is of another market than the account that trades it`, account);
    }
    if (table.get(instrument)?.status !== INSTRUMENT_STATUS.LIVE) {
      refuse('LEDGER_INSTRUMENT', `instrument ${instrument} is traded but not live in the risk table`, account);
    }
  }
}

/** The move of the intent's slot; null for a liquidation. */
export function postTrade(accounts: WorkingSet, row: TradeRow, table: RiskIndex, maxLots: number): SlotMove | null {
  const account = accounts.opened(row.account);
  if (row.lots < 1) refuse('LEDGER_TRADE_EMPTY', 'a trade row has no lots', row.account);
  requireLegs(row, table);
  for (const { instrument, ratio } of row.legs) account.addLots(instrument, ratio * row.lots);
  account.cash -= row.net + row.fee;
  if (!row.liquidation) {
    account.hasSignedRow = true;
    return { account, nonce: row.nonce, lots: row.lots, maxLots };
  }
  if (row.fee !== 0n) refuse('LEDGER_FEE', 'a liquidation row, which nobody signed, charges a fee', row.account);
  account.hasLiquidationRow = true;
  return null;
}

/** Over all trade rows: every instrument's lots and the net premium sum to zero, so nothing is minted. */
export function checkBalance(trades: readonly TradeRow[]): void {
  const lots = new Map<number, number>();
  let net = 0n;
  for (const row of trades) {
    net += row.net;
    for (const leg of row.legs) lots.set(leg.instrument, (lots.get(leg.instrument) ?? 0) + leg.ratio * row.lots);
  }
  for (const [instrument, sum] of lots) {
    if (sum === 0) continue;
    throw new LedgerError('LEDGER_LEGS_UNBALANCED', 'batch refused: the trades of an instrument do not sum to zero', {
      instrument,
      sum,
    });
  }
  if (net !== 0n) {
    throw new LedgerError('LEDGER_NET_UNBALANCED', 'batch refused: premiums do not sum to zero', { sum: `${net}` });
  }
}

export function postSettlement(accounts: WorkingSet, row: SettlementRow, table: RiskIndex): void {
  const account = accounts.opened(row.account);
  const expired = table.get(row.instrument);
  if (expired?.status !== INSTRUMENT_STATUS.EXPIRED) {
    refuse('LEDGER_SETTLEMENT', `instrument ${row.instrument} is settled but has not expired`, row.account);
  }
  const payoff = expired.values[0] ?? 0n;
  if (row.payoff !== payoff) refuse('LEDGER_SETTLEMENT', 'a settlement pays another payoff', row.account);
  if (row.lots === 0) refuse('LEDGER_SETTLEMENT', 'a settlement closes no lots', row.account);
  // Nothing trades what has expired, so the position is still the one before the batch unless it was settled already.
  if ((account.positions.get(row.instrument) ?? 0) !== row.lots) {
    refuse('LEDGER_SETTLEMENT', 'a settlement does not close exactly the position held', row.account);
  }
  account.addLots(row.instrument, -row.lots);
  account.cash += premium(payoff, row.lots);
}
