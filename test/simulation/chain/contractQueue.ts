import { type Address, concat, getAddress, type Hex, keccak256, numberToHex } from 'viem';
import { double, isIdentity, isOnCurve, toExtended } from '../../../node/core/crypto/babyJubjub.ts';
import { type EmittedLog, emitted } from './contractLog.ts';
import { type ContractConfig, type ContractState, type OpLink, Revert, requireThat } from './contractState.ts';

/** contracts/src/libraries/L1Ops.sol without bonds, fees and shares of the cap: what users ask of the queue. */

const OPEN = 1;
const DEPOSIT = 2;
const CHANGE_KEY = 3;
const FORCED_WITHDRAWAL = 4;
const MAX_SERIAL = 2 ** 20 - 2;

/** Who calls, and in which block. */
export interface CallContext {
  readonly config: ContractConfig;
  readonly sender: Address;
  readonly blockSec: number;
}

export const extendChain = (chainHash: Hex, op: bigint, owner: bigint, keyX: bigint, keyY: bigint): Hex =>
  keccak256(concat([chainHash, ...[op, owner, keyX, keyY].map((word) => numberToHex(word, { size: 32 }))]));

interface Op {
  readonly kind: number;
  readonly account: number;
  readonly owner: Address;
  readonly amount: bigint;
  readonly keyX: bigint;
  readonly keyY: bigint;
}

const append = (state: ContractState, { blockSec }: CallContext, op: Op): EmittedLog => {
  const index = state.links.length - 1;
  const head = BigInt(op.kind) | (BigInt(op.account) << 4n) | (op.amount << 28n);
  const last = state.links[index] as OpLink;
  const chainHash = extendChain(last.chainHash, head, BigInt(op.owner), op.keyX, op.keyY);
  const dueAt = blockSec + state.bounds.latest.forcedDeadlineSec;
  state.links = [...state.links, { chainHash, queuedAt: blockSec, dueAt }];
  return emitted('L1OpQueued', { index: BigInt(index), ...op, opHash: chainHash });
};

const requireNotPaused = (state: ContractState, { blockSec }: CallContext): void =>
  requireThat(blockSec >= state.pausedUntil, 'ExchangePaused', state.pausedUntil);

const pull = (state: ContractState, { config }: CallContext, amount: bigint): void => {
  requireThat(amount >= config.minDeposit, 'DepositBelowMinimum', amount, config.minDeposit);
  const total = state.owedToAccounts + amount;
  requireThat(total <= config.depositCap, 'DepositCapExceeded', total, config.depositCap);
  state.owedToAccounts = total;
  state.held += amount;
};

const useKey = (state: ContractState, account: number, keyX: bigint, keyY: bigint): void => {
  const key = `${account}/${keyX}/${keyY}`;
  requireThat(!state.usedKeys.has(key), 'KeyUsedBefore', account, keyX, keyY);
  state.usedKeys.add(key);
};

const requireKey = (x: bigint, y: bigint): void => {
  requireThat(isOnCurve({ x, y }), 'KeyNotOnCurve', x, y);
  requireThat(!isIdentity(double(double(double(toExtended({ x, y }))))), 'KeyOfSmallOrder', x, y);
};

export function openAccount(
  state: ContractState,
  context: CallContext,
  market: number,
  keyX: bigint,
  keyY: bigint,
  amount: bigint,
): EmittedLog[] {
  requireNotPaused(state, context);
  requireThat(market <= 15, 'MarketOutOfRange', market);
  requireKey(keyX, keyY);
  const serial = (state.lastSerial.get(market) ?? 0) + 1;
  requireThat(serial <= MAX_SERIAL, 'MarketFull', market);
  pull(state, context, amount);
  state.lastSerial.set(market, serial);
  const account = (market << 20) | serial;
  state.accounts.set(account, { owner: context.sender, keyChangePending: false, withdrawalPending: false });
  useKey(state, account, keyX, keyY);
  return [append(state, context, { kind: OPEN, account, owner: context.sender, amount, keyX, keyY })];
}

export function deposit(
  state: ContractState,
  context: CallContext,
  account: number,
  owner: Address,
  amount: bigint,
): EmittedLog[] {
  requireNotPaused(state, context);
  const entry = state.accounts.get(account);
  if (entry === undefined) throw new Revert('UnknownAccount', account);
  requireThat(entry.owner === owner, 'OwnerDiffers', account, entry.owner);
  pull(state, context, amount);
  return [append(state, context, { kind: DEPOSIT, account, owner, amount, keyX: 0n, keyY: 0n })];
}

const ownAccount = (state: ContractState, { sender }: CallContext, account: number) => {
  const entry = state.accounts.get(account);
  if (entry === undefined) throw new Revert('UnknownAccount', account);
  requireThat(entry.owner === sender, 'NotAccountOwner', account, sender);
  return entry;
};

export function changeKey(
  state: ContractState,
  context: CallContext,
  account: number,
  keyX: bigint,
  keyY: bigint,
): EmittedLog[] {
  const entry = ownAccount(state, context, account);
  requireKey(keyX, keyY);
  requireThat(!entry.keyChangePending, 'OpStillPending', account, CHANGE_KEY);
  useKey(state, account, keyX, keyY);
  state.accounts.set(account, { ...entry, keyChangePending: true });
  return [append(state, context, { kind: CHANGE_KEY, account, owner: context.sender, amount: 0n, keyX, keyY })];
}

export function forceWithdraw(
  state: ContractState,
  context: CallContext,
  account: number,
  amount: bigint,
): EmittedLog[] {
  const entry = ownAccount(state, context, account);
  requireThat(amount > 0n, 'AmountZero');
  requireThat(!entry.withdrawalPending, 'OpStillPending', account, FORCED_WITHDRAWAL);
  state.accounts.set(account, { ...entry, withdrawalPending: true });
  const op = { kind: FORCED_WITHDRAWAL, account, owner: context.sender, amount, keyX: 0n, keyY: 0n };
  return [append(state, context, op)];
}

export function claim(state: ContractState, { sender }: CallContext, to: Address): EmittedLog[] {
  const owed = state.claimable.get(sender) ?? 0n;
  requireThat(owed > 0n, 'NothingToClaim', sender);
  const most = state.held > state.owedToAccounts ? state.held - state.owedToAccounts : 0n;
  requireThat(most > 0n, 'NoMoneyForClaims', owed);
  const amount = owed < most ? owed : most;
  state.claimable.set(sender, owed - amount);
  state.owedToClaims -= amount;
  state.held -= amount;
  return [emitted('Claimed', { owner: sender, to, amount })];
}

const credit = (
  state: ContractState,
  owner: Address,
  account: number,
  amount: bigint,
  number: number,
  forced: boolean,
): EmittedLog => {
  state.claimable.set(owner, (state.claimable.get(owner) ?? 0n) + amount);
  return emitted('WithdrawalCredited', { owner, account, amount, batchNumber: BigInt(number), forced });
};

const PAID_MASK = ((1n << 64n) - 1n) << 92n;
const field = (word: bigint, offset: bigint, bits: bigint): bigint => (word >> offset) & ((1n << bits) - 1n);

/** Replays a batch's ops on the queue's chain. @returns what was credited, and the events */
export function processOps(
  state: ContractState,
  words: readonly bigint[],
  count: number,
): { readonly credited: bigint; readonly logs: readonly EmittedLog[] } {
  const first = state.l1OpIndex;
  const queued = state.links.length - 1;
  requireThat(count <= queued - first, 'L1OpsBeyondQueue', BigInt(first + count), BigInt(queued));
  let { chainHash } = state.links[first] as OpLink;
  let credited = 0n;
  const logs: EmittedLog[] = [];
  for (let i = 0; i < count; i += 1) {
    const [op = 0n, owner = 0n, keyX = 0n, keyY = 0n] = words.slice(1 + 4 * i, 5 + 4 * i);
    chainHash = extendChain(chainHash, op & ~PAID_MASK, owner, keyX, keyY);
    const [kind, account, asked, paid] = [
      field(op, 0n, 4n),
      Number(field(op, 4n, 24n)),
      field(op, 28n, 64n),
      op >> 92n,
    ];
    const entry = state.accounts.get(account);
    if (kind === BigInt(FORCED_WITHDRAWAL)) {
      requireThat(paid <= asked, 'PaidMoreThanAsked', account, paid, asked);
      if (entry !== undefined) state.accounts.set(account, { ...entry, withdrawalPending: false });
      logs.push(credit(state, getAddress(numberToHex(owner, { size: 20 })), account, paid, state.batchNumber, true));
      credited += paid;
    } else {
      requireThat(paid === 0n, 'PaidWithoutForcedWithdrawal', account, paid);
      if (kind === BigInt(CHANGE_KEY) && entry !== undefined) {
        state.accounts.set(account, { ...entry, keyChangePending: false });
      }
    }
  }
  const expected = (state.links[first + count] as OpLink).chainHash;
  requireThat(chainHash === expected, 'L1OpsDisagreeWithQueue', BigInt(first + count), expected, chainHash);
  return { credited, logs };
}

/** The withdrawal words of a batch. */
export function processWithdrawals(
  state: ContractState,
  words: readonly bigint[],
): { readonly credited: bigint; readonly logs: readonly EmittedLog[] } {
  let credited = 0n;
  const logs = words.map((word) => {
    const account = Number(field(word, 0n, 24n));
    const amount = field(word, 56n, 64n);
    const entry = state.accounts.get(account);
    if (entry === undefined) throw new Revert('UnknownAccount', account);
    credited += amount;
    return credit(state, entry.owner, account, amount, state.batchNumber, false);
  });
  return { credited, logs };
}
