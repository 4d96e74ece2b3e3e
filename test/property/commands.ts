import type { MachineView } from '../../node/core/machine/machineView.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { packFlags, type SelfTrade, type TimeInForce } from '../../node/core/protocol/flags.ts';
import type { Instrument } from '../../node/core/protocol/instrument.ts';
import { INTENT_SLOTS } from '../../node/core/protocol/limits.ts';
import { L1_OP_KIND, type L1OpKind, type Leg, type SignedIntent } from '../../node/core/protocol/rows.ts';
import { Prng } from './prng.ts';
import { simpleTable, tableBytes } from './tableText.ts';

export const MARKET = 1;
export const GENESIS_SEC = 1_000_000;
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };

export interface CommandOptions {
  readonly accounts: number;
  /** Percent of entries that are reports. */
  readonly reportPercent: number;
  readonly columns: number;
  /** Cash units of an opening deposit. */
  readonly deposit: bigint;
}

export function accountId(serial: number): number {
  return (MARKET << 20) | serial;
}

export function instrumentId(serial: number): number {
  return (MARKET << 16) | serial;
}

/** Random but mostly sensible entries: prices near the mark, makers and takers, and every kind of entry. */
export class CommandSource {
  readonly random: Prng;
  private readonly options: CommandOptions;
  private instruments: Instrument[] = [];
  private serial = 0;
  private opened = 0;
  private l1Index = 0;
  private readonly nonces = new Map<number, number>();
  private timeSec = GENESIS_SEC;
  private reportDue = false;
  private spot = 30_000_000n;

  constructor(seed: number, options: CommandOptions) {
    this.random = new Prng(seed);
    this.options = options;
  }

  /** What brings a machine to its first trade. */
  *opening(): Generator<Entry> {
    yield { type: 'tick', timeSec: this.timeSec };
    yield this.list();
    for (let k = 0; k < 2; k++) yield this.open();
    yield this.report();
    while (this.opened < this.options.accounts) yield this.open();
  }

  next(view: MachineView): Entry {
    const { random } = this;
    if (this.reportDue) return this.report();
    const roll = random.below(1000);
    if (roll < this.options.reportPercent * 10) {
      this.reportDue = true;
      return this.tick(random.between(1, 20));
    }
    if (roll > 990) return { type: 'seal' };
    if (roll > 970) return this.tick(random.between(0, 90));
    if (roll > 950) return this.l1Op();
    if (roll > 930) return this.withdraw();
    if (roll > 900) return this.cancel(view);
    if (roll > 890) return this.cancelAll();
    if (roll > 885) return this.list();
    if (roll > 882) return { type: 'delist', instruments: [random.pick(this.instruments).instrument] };
    if (roll > 800) return { type: 'intent', signed: this.packageIntent() };
    if (roll > 760) return { type: 'massQuote', quotes: this.quotes() };
    return { type: 'intent', signed: this.outright(this.account(), 30) };
  }

  private account(): number {
    return accountId(this.random.between(1, this.opened));
  }

  private nonce(account: number): number {
    const last = this.nonces.get(account) ?? 0;
    const jump = this.random.chance(2) ? INTENT_SLOTS - this.random.below(5) : this.random.chance(2) ? 0 : 1;
    const nonce = Math.max(last + jump, 0);
    this.nonces.set(account, nonce);
    return nonce;
  }

  private tick(seconds: number): Entry {
    this.timeSec += seconds;
    return { type: 'tick', timeSec: this.timeSec };
  }

  private list(): Entry {
    const live = this.instruments.filter((one) => one.expirySec > this.timeSec).length;
    const room = this.instruments.length === 0 ? 8 : live < 10 ? 2 : 0;
    const added = Array.from({ length: room }, (_, k): Instrument => {
      this.serial += 1;
      const kind = this.random.pick(['call', 'put', 'call', 'put', 'future'] as const);
      const strike = kind === 'future' ? 0n : this.spot + BigInt(this.random.between(-3, 3)) * 1_000_000n;
      return {
        instrument: instrumentId(this.serial),
        kind,
        strike,
        expirySec: this.timeSec + 300 * (k + 1) + this.random.below(900),
      };
    });
    this.instruments.push(...added);
    return { type: 'list', instruments: added };
  }

  private report(): Entry {
    this.reportDue = false;
    const { timeSec } = this;
    const jump = this.random.chance(30) ? 60 : 6;
    this.spot += (this.spot * BigInt(this.random.between(-jump, jump))) / 1000n;
    if (this.spot < 15_000_000n) this.spot = 20_000_000n;
    // Expired ones stay in for long enough that all are settled; later they make room.
    this.instruments = this.instruments.filter((one) => one.expirySec > timeSec - 900);
    const table = simpleTable(this.instruments, this.spot, timeSec, this.options.columns);
    const spots = [this.spot | (BigInt(MARKET) << 40n)];
    return { type: 'report', timeSec, inputs: tableBytes(table), spots, signatures: [] };
  }

  private open(): Entry {
    this.opened += 1;
    return this.opEntry(L1_OP_KIND.OPEN, accountId(this.opened), this.options.deposit);
  }

  private opEntry(kind: L1OpKind, account: number, amount: bigint): Entry {
    const keyed = kind === L1_OP_KIND.OPEN || kind === L1_OP_KIND.CHANGE_KEY;
    const keyX = keyed ? BigInt(this.random.between(1, 1_000_000)) : 0n;
    const op = { kind, account, amount, owner: BigInt(account) + 77n, keyX, keyY: keyed ? keyX + 1n : 0n };
    this.l1Index += 1;
    return { type: 'l1Op', index: this.l1Index - 1, op };
  }

  private l1Op(): Entry {
    const amount = BigInt(this.random.between(1, 2_000)) * 1_000_000n;
    const roll = this.random.below(100);
    if (roll < 30) return this.opEntry(L1_OP_KIND.DEPOSIT, this.account(), amount);
    if (roll < 50) return this.opEntry(L1_OP_KIND.CHANGE_KEY, this.account(), 0n);
    if (roll < 55) return this.open();
    return this.opEntry(L1_OP_KIND.FORCED_WITHDRAWAL, this.account(), amount * 3n);
  }

  private withdraw(): Entry {
    const account = this.account();
    const amount = BigInt(this.random.between(1, 1_000)) * 1_000_000n;
    const intent = { account, nonce: this.nonce(account), expirySec: this.timeSec + 100, amount };
    return { type: 'withdraw', signed: { intent, signature: SIGNATURE } };
  }

  private cancel(view: MachineView): Entry {
    const account = this.account();
    const open = view.openOrders(account);
    const nonce = open.length === 0 ? 5 : this.random.pick(open).intent.nonce;
    return { type: 'cancel', account, nonce, expirySec: this.timeSec + 100, signature: SIGNATURE };
  }

  private cancelAll(): Entry {
    const account = this.account();
    const nonce = Math.max((this.nonces.get(account) ?? 0) - this.random.below(3), 0);
    return { type: 'cancelAll', account, nonce, expirySec: this.timeSec + 100, signature: SIGNATURE };
  }

  private quotes(): SignedIntent[] {
    const account = this.account();
    return Array.from({ length: this.random.between(1, 6) }, () => this.outright(account, 0));
  }

  private flags(iocPercent: number): number {
    const { random } = this;
    const timeInForce: TimeInForce = random.chance(iocPercent) ? (random.chance(50) ? 1 : 2) : 0;
    return packFlags({
      timeInForce,
      postOnly: timeInForce === 0 && random.chance(15),
      reduceOnly: random.chance(8),
      selfTrade: random.below(3) as SelfTrade,
    });
  }

  /** Mostly instruments that can trade. */
  private tradable(): readonly Instrument[] {
    const live = this.instruments.filter((one) => one.expirySec > this.timeSec);
    return live.length === 0 || this.random.chance(3) ? this.instruments : live;
  }

  private mark(instrument: number): number {
    const spec = this.instruments.find((one) => one.instrument === instrument);
    const row = spec === undefined ? undefined : simpleTable([spec], this.spot, this.timeSec, 1)[0];
    return Number(row?.values[0] ?? 1n);
  }

  private outright(account: number, iocPercent: number): SignedIntent {
    const { random } = this;
    const { instrument } = random.pick(this.tradable());
    const ratio = random.chance(50) ? 1 : -1;
    const steps = random.between(-6, 4) * ratio;
    const price = Math.max(this.mark(instrument) + steps * 20_000, 1);
    return this.sign(
      account,
      [{ instrument, ratio }],
      BigInt(price * ratio),
      random.between(1, 3_000),
      this.flags(iocPercent),
    );
  }

  private packageIntent(): SignedIntent {
    const { random } = this;
    const legs: Leg[] = [];
    for (let k = random.between(1, 4); k > 0; k--) {
      const { instrument } = random.pick(this.tradable());
      const ratio = random.pick([1, -1, 2, -2, 3]);
      if (!legs.some((leg) => leg.instrument === instrument)) legs.push({ instrument, ratio });
    }
    const fair = legs.reduce((sum, leg) => sum + this.mark(leg.instrument) * leg.ratio, 0);
    const limit = BigInt(fair + random.between(-50_000, 400_000));
    const account = this.account();
    // The one nonce whose slot, as long as nothing is filled of it, is as if never used.
    const nonce = random.chance(20) ? 0 : this.nonce(account);
    return this.sign(account, legs, limit, random.between(1, 800), this.flags(95), nonce);
  }

  private sign(
    account: number,
    legs: readonly Leg[],
    limit: bigint,
    maxLots: number,
    flags: number,
    nonce = this.nonce(account),
  ): SignedIntent {
    const { random } = this;
    const expirySec = this.timeSec + (random.chance(10) ? random.between(-5, 60) : 10_000);
    const maxFeePerLot = random.chance(5) ? random.below(4_000) : 2 ** 24 - 1;
    const intent = { account, nonce, expirySec, maxLots, maxFeePerLot, limit, flags, legs };
    return { intent, signature: SIGNATURE };
  }
}
