import { bytesToHex, hexToBytes, type Log } from 'viem';
import { intentMessage, withdrawMessage } from '../../node/core/codec/message.ts';
import { publicKey, sign } from '../../node/core/crypto/eddsa.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import type { MachineView } from '../../node/core/machine/machineView.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import type { Instrument } from '../../node/core/protocol/instrument.ts';
import { INSTRUMENT_KIND } from '../../node/core/protocol/instrument.ts';
import { L1_OP_KIND, type L1Op, type SignedIntent } from '../../node/core/protocol/rows.ts';
import { riskTableHash } from '../../node/core/risk/tableHash.ts';
import { type L1Event, l1EventIn } from '../../node/l1/l1Event.ts';
import { reportTypedData } from '../../node/l1/reportTypedData.ts';
import { GENESIS_SEC, MARKET } from '../property/commands.ts';
import type { Prng } from '../property/prng.ts';
import { tableFromBytes } from '../property/tableText.ts';
import type { ExchangeOnL1 } from './exchangeOnL1.ts';
import { shownSpots } from './shownSpots.ts';

/** Price units; what packages offer above the generated limit, so that more of them fill. */
const GENEROUS = 2_000_000n;

/**
 * Makes generated commands real: they run on L1's clock, messages are signed with the keys that L1 knows, reports by the
 * committee, and what starts on L1 is sent there first and read back from the contract's events.
 */
export class ChainCommands {
  private readonly l1: ExchangeOnL1;
  private readonly hasher: Hasher;
  private readonly random: Prng;
  private readonly laterSec: number;
  /** Private keys by the x of the public ones. */
  private readonly keys = new Map<bigint, Uint8Array>();
  private readonly firstKeys = new Map<number, Uint8Array>();
  /** By index in the queue. */
  readonly queued: L1Op[] = [];

  constructor(l1: ExchangeOnL1, hasher: Hasher, random: Prng, startSec: number) {
    this.l1 = l1;
    this.hasher = hasher;
    this.random = random;
    this.laterSec = startSec - GENESIS_SEC;
  }

  ownerOf(account: number) {
    const owner = this.l1.owners[account % this.l1.owners.length];
    if (owner === undefined) throw new Error('there are no owners');
    return owner;
  }

  /** Null: the contract refuses what the command asks of it, or it asks nothing. */
  async entry(command: Entry, view: MachineView): Promise<Entry | null> {
    const { laterSec } = this;
    switch (command.type) {
      case 'tick':
        return { ...command, timeSec: command.timeSec + laterSec };
      case 'list':
        return command.instruments.length === 0 ? null : this.list(command.instruments);
      case 'delist':
        return this.delist(command.instruments);
      case 'l1Op':
        return this.l1Op(this.askedFor(command.op));
      case 'report':
        return this.report({ ...command, timeSec: command.timeSec + laterSec });
      case 'intent':
        return { ...command, signed: this.signed(command.signed, view) };
      case 'massQuote':
        return { ...command, quotes: command.quotes.map((quote) => this.signed(quote, view)) };
      case 'withdraw': {
        const intent = { ...command.signed.intent, expirySec: command.signed.intent.expirySec + laterSec };
        const message = withdrawMessage(this.hasher, this.l1.deployed.domain, intent);
        return { ...command, signed: { intent, signature: this.sign(intent.account, message, view) } };
      }
      case 'cancel':
      case 'cancelAll':
        return { ...command, expirySec: command.expirySec + laterSec };
      default:
        return command;
    }
  }

  private sign(account: number, message: bigint, view: MachineView) {
    const known = view.account(account);
    const key = (known === null ? undefined : this.keys.get(known.keyX)) ?? this.firstKeys.get(account);
    if (key === undefined) throw new Error(`account ${account} has no key`);
    return sign(this.hasher, key, message);
  }

  private signed({ intent: command }: SignedIntent, view: MachineView): SignedIntent {
    const limit = command.legs.length > 1 ? command.limit + GENEROUS : command.limit;
    const intent = { ...command, limit, expirySec: command.expirySec + this.laterSec };
    const message = intentMessage(this.hasher, this.l1.deployed.domain, intent);
    return { intent, signature: this.sign(intent.account, message, view) };
  }

  private newKey(account: number) {
    const seed = Uint8Array.from({ length: 32 }, () => this.random.below(256));
    const key = publicKey(seed);
    this.keys.set(key.x, seed);
    if (!this.firstKeys.has(account)) this.firstKeys.set(account, seed);
    return key;
  }

  private async report(command: Extract<Entry, { type: 'report' }>): Promise<Entry> {
    const hash = riskTableHash(this.hasher, tableFromBytes(command.inputs));
    const { timeSec, spots } = command;
    const report = { timeSec, riskTableHash: hash, inputs: bytesToHex(command.inputs), prices: shownSpots(spots) };
    const absent = this.random.below(this.l1.oracles.length);
    const signers = this.l1.oracles
      .filter((_, i) => i !== absent)
      .sort((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const typed = reportTypedData(this.l1.reportDomain, report);
    const signatures = await Promise.all(signers.map((signer) => signer.signTypedData(typed)));
    return { ...command, signatures: signatures.map((signature) => hexToBytes(signature)) };
  }

  private async list(instruments: readonly Instrument[]): Promise<Entry> {
    const items = instruments.map(({ instrument, kind, expirySec, strike }) => ({
      id: instrument,
      kind: INSTRUMENT_KIND[kind],
      expiry: expirySec + this.laterSec,
      strike: Number(strike),
    }));
    const events = eventsOf(await this.l1.send(this.l1.lister, 'listInstruments', [items]));
    return { type: 'list', instruments: events.flatMap((one) => (one.type === 'list' ? [one.instrument] : [])) };
  }

  private async delist(instruments: readonly number[]): Promise<Entry | null> {
    if ((await this.l1.refusal(this.l1.lister, 'delistInstruments', [instruments])) !== null) return null;
    const events = eventsOf(await this.l1.send(this.l1.lister, 'delistInstruments', [instruments]));
    return { type: 'delist', instruments: events.flatMap((one) => (one.type === 'delist' ? [one.instrument] : [])) };
  }

  /** Half of the forced withdrawals are small enough to be paid in full. */
  private askedFor(op: L1Op): L1Op {
    const isSmall = op.kind === L1_OP_KIND.FORCED_WITHDRAWAL && this.random.chance(50);
    return isSmall ? { ...op, amount: op.amount / 100n } : op;
  }

  private async l1Op(op: L1Op): Promise<Entry | null> {
    const logs = await this.sendOp(op);
    if (logs === null) return null;
    const [event] = eventsOf(logs);
    if (event?.type !== 'l1Op') throw new Error('an op was sent and none queued');
    if (event.op.account !== op.account) throw new Error(`account ${event.op.account} opened, expected ${op.account}`);
    this.queued[event.index] = event.op;
    return event;
  }

  private async sendOp({ kind, account, amount }: L1Op): Promise<Log[] | null> {
    const { l1 } = this;
    const owner = this.ownerOf(account);
    if (kind === L1_OP_KIND.DEPOSIT) return l1.send(owner, 'deposit', [account, owner.address, amount]);
    if (kind === L1_OP_KIND.OPEN) {
      const { x, y } = this.newKey(account);
      return l1.send(owner, 'openAccount', [MARKET, x, y, amount]);
    }
    if (kind === L1_OP_KIND.FORCED_WITHDRAWAL) {
      if ((await l1.refusal(owner, 'forceWithdraw', [account, amount])) === 'OpStillPending') return null;
      return l1.send(owner, 'forceWithdraw', [account, amount]);
    }
    const { x, y } = this.newKey(account);
    if ((await l1.refusal(owner, 'changeKey', [account, x, y])) === 'OpStillPending') return null;
    return l1.send(owner, 'changeKey', [account, x, y]);
  }
}

const eventsOf = (logs: readonly Log[]): L1Event[] => logs.flatMap((log) => l1EventIn(log) ?? []);
