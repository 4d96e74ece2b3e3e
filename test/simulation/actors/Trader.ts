import { type Address, getAddress, numberToHex } from 'viem';
import type { MachineView } from '../../../node/core/machine/machineView.ts';
import { packFlags, type SelfTrade, type TimeInForce } from '../../../node/core/protocol/flags.ts';
import type { Intent, Leg } from '../../../node/core/protocol/rows.ts';
import type { Submission } from '../../../node/gateway/intake/submission.ts';
import type { Prng } from '../../property/prng.ts';
import type { Call } from '../chain/contract.ts';
import { MARKET } from './Market.ts';
import type { TraderKeys } from './TraderKeys.ts';

/** What one trader does next, of its own mind: a submission to a node, or a call on L1. */
export type Move =
  | { readonly to: 'node'; readonly entry: Submission }
  | { readonly to: 'l1'; readonly call: Call }
  | null;

export interface TraderOptions {
  readonly isHostile: () => boolean;
  readonly changesKeys: () => boolean;
  readonly deposit: bigint;
  /** Trades so many times as much as others. */
  readonly greed: number;
}

/** How long an account may take to be known to the node. */
const OPENING_SEC = 400;

/** One owner with one account: makes, takes, quotes, withdraws, and sometimes lies. */
export class Trader {
  readonly owner: Address;
  private readonly random: Prng;
  private readonly keys: TraderKeys;
  private readonly options: TraderOptions;
  private nonce = 0;
  private openedSec = 0;
  private account: number | null = null;

  constructor(index: number, random: Prng, keys: TraderKeys, options: TraderOptions) {
    this.owner = getAddress(numberToHex(0x7_0000 + index, { size: 20 }));
    this.random = random;
    this.keys = keys;
    this.options = options;
  }

  next(view: MachineView | null, nowSec: number, claimable: bigint): Move {
    const { random } = this;
    const account = view === null ? null : this.findAccount(view);
    // What was opened on L1 may have been lost there.
    if (account === null && nowSec - this.openedSec > OPENING_SEC) return this.open(nowSec);
    if (view === null || account === null) return null;
    const roll = random.below(1000);
    if (roll < 15) return this.onL1(account);
    if (claimable > 0n && roll < 30) return { to: 'l1', call: { name: 'claim', args: [this.owner] } };
    const entry = this.submission(view, account, nowSec);
    return entry === null ? null : { to: 'node', entry };
  }

  private open(nowSec: number): Move {
    this.openedSec = nowSec;
    const { x, y } = this.keys.make();
    return { to: 'l1', call: { name: 'openAccount', args: [MARKET, x, y, this.options.deposit] } };
  }

  private findAccount(view: MachineView): number | null {
    if (this.account !== null && view.account(this.account) !== null) return this.account;
    const owner = BigInt(this.owner);
    this.account = view.accountIds().find((id) => view.account(id)?.owner === owner) ?? null;
    return this.account;
  }

  private onL1(account: number): Move {
    const { random } = this;
    const roll = random.below(100);
    const amount = BigInt(random.between(1, 2_000)) * 1_000_000n;
    if (roll < 40) return { to: 'l1', call: { name: 'deposit', args: [account, this.owner, amount] } };
    if (roll < 70) return { to: 'l1', call: { name: 'forceWithdraw', args: [account, amount * 2n] } };
    if (!this.options.changesKeys()) return null;
    const { x, y } = this.keys.make();
    return { to: 'l1', call: { name: 'changeKey', args: [account, x, y] } };
  }

  private submission(view: MachineView, account: number, nowSec: number): Submission | null {
    const { random } = this;
    const keyX = view.account(account)?.keyX ?? 0n;
    const roll = random.below(1000);
    if (roll < 40) {
      const amount = BigInt(random.between(1, 3_000)) * 1_000_000n;
      return this.keys.withdraw(keyX, { account, nonce: this.takeNonce(), expirySec: nowSec + 600, amount });
    }
    if (roll < 110) {
      const open = view.openOrders(account);
      const nonce = open.length === 0 ? random.below(5) : random.pick(open).intent.nonce;
      return this.keys.cancel(keyX, 'cancel', account, nonce, nowSec + 60);
    }
    if (roll < 125) return this.keys.cancel(keyX, 'cancelAll', account, Math.max(0, this.nonce - 3), nowSec + 60);
    const live = view.instruments().filter(({ expirySec }) => expirySec > nowSec);
    if (live.length === 0) return null;
    if (roll < 200) {
      const quotes = Array.from({ length: random.between(1, 5) }, () => this.outright(view, account, nowSec, 0));
      return { type: 'massQuote', quotes: quotes.map((intent) => this.keys.intent(keyX, intent).signed) };
    }
    const intent = roll < 300 ? this.package(view, account, nowSec) : this.outright(view, account, nowSec, 35);
    const signed = this.keys.intent(keyX, intent);
    return this.options.isHostile() ? this.spoiled(signed) : signed;
  }

  /** What no honest trader sends. */
  private spoiled({ signed }: Submission & { readonly type: 'intent' }): Submission {
    const { intent, signature } = signed;
    const { random } = this;
    switch (random.below(6)) {
      case 0:
        return { type: 'intent', signed: { intent, signature: { ...signature, s: signature.s + 1n } } };
      case 1:
        return { type: 'intent', signed: { intent: { ...intent, account: intent.account + 1 }, signature } };
      case 2:
        return { type: 'intent', signed: { intent: { ...intent, maxLots: intent.maxLots + 1 }, signature } };
      case 3:
        return { type: 'intent', signed: { intent: { ...intent, legs: [] }, signature } };
      case 4:
        return { type: 'intent', signed: { intent: { ...intent, nonce: 2 ** 32 }, signature } };
      default:
        return { type: 'intent', signed: { intent: { ...intent, expirySec: 1 }, signature } };
    }
  }

  private takeNonce(): number {
    // Now and then a slot is used again, or a nonce that was.
    if (this.random.chance(2)) this.nonce += 4096 - this.random.below(3);
    if (this.random.chance(2)) return Math.max(0, this.nonce - 1);
    this.nonce += 1;
    return this.nonce;
  }

  private mark(view: MachineView, instrument: number): number {
    return Number(view.riskTable().find((row) => row.instrument === instrument)?.values[0] ?? 500_000n);
  }

  private live(view: MachineView, nowSec: number): number {
    const all = view.instruments();
    const live = all.filter(({ expirySec }) => expirySec > nowSec);
    return this.random.pick(live.length === 0 || this.random.chance(2) ? all : live).instrument;
  }

  private flags(takesPercent: number): number {
    const { random } = this;
    const timeInForce: TimeInForce = random.chance(takesPercent) ? (random.chance(50) ? 1 : 2) : 0;
    return packFlags({
      timeInForce,
      postOnly: timeInForce === 0 && random.chance(10),
      reduceOnly: random.chance(5),
      selfTrade: random.below(3) as SelfTrade,
    });
  }

  private outright(view: MachineView, account: number, nowSec: number, takesPercent: number): Intent {
    const { random } = this;
    const instrument = this.live(view, nowSec);
    const mark = this.mark(view, instrument);
    const ratio = random.chance(50) ? 1 : -1;
    const tick = Math.max(1, Math.floor(mark / 200));
    const price = Math.max(1, mark + ratio * random.between(-6, 5) * tick);
    const legs = [{ instrument, ratio }];
    return this.unsigned(account, nowSec, legs, BigInt(price * ratio), this.flags(takesPercent));
  }

  private package(view: MachineView, account: number, nowSec: number): Intent {
    const { random } = this;
    const legs: Leg[] = [];
    for (let count = random.between(2, 4); count > 0; count -= 1) {
      const instrument = this.live(view, nowSec);
      if (!legs.some((leg) => leg.instrument === instrument))
        legs.push({ instrument, ratio: random.pick([1, -1, 2, -2]) });
    }
    const fair = legs.reduce((sum, leg) => sum + this.mark(view, leg.instrument) * leg.ratio, 0);
    return this.unsigned(account, nowSec, legs, BigInt(fair + random.between(-20_000, 600_000)), this.flags(97));
  }

  private unsigned(account: number, nowSec: number, legs: readonly Leg[], limit: bigint, flags: number): Intent {
    const { random } = this;
    return {
      account,
      nonce: this.takeNonce(),
      expirySec: nowSec + (random.chance(10) ? random.between(1, 60) : random.between(300, 7_200)),
      maxLots: this.options.greed * (random.chance(10) ? random.between(400, 4_000) : random.between(1, 400)),
      maxFeePerLot: random.chance(3) ? random.below(2_000) : 2 ** 24 - 1,
      limit,
      flags,
      legs,
    };
  }
}
