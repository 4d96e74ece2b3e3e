import { createMachine, type Machine } from '../../node/core/machine/machine.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { packFlags } from '../../node/core/protocol/flags.ts';
import type { Instrument } from '../../node/core/protocol/instrument.ts';
import { PRODUCTION_RISK_PRESET } from '../../node/core/protocol/riskPreset.ts';
import { Prng } from '../property/prng.ts';
import { simpleTable, tableBytes } from '../property/tableText.ts';
import { testGenesis, testRules } from '../property/testMachine.ts';
import type { Figure } from './figure.ts';
import { profileShares } from './profileShares.ts';

const ACCOUNTS = 10_000;
const INSTRUMENTS = 64;
/** Entries that the sequencer logs and applies at a time, at most: so many wait in memory, decoded (config: maxGroup). */
const GROUP = 256;
const WARM_UP = 240 * GROUP;
const MEASURED = 1_200 * GROUP;
/** Further orders, sampled for where their time goes: a profiler slows what it watches, so these are not in the rates. */
const PROFILED = 600 * GROUP;
const START_SEC = 1_000_000;
const SPOT = 30_000_000n;
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };

/** A production-sized shape: batches of 256 trades over 128 accounts, and 30 columns. */
const BENCH_PRESET: Deployment = {
  name: 'bench',
  columns: 30,
  risk: PRODUCTION_RISK_PRESET,
  shapes: [
    {
      id: 9,
      name: 'bench',
      accountChunks: [...Array<number>(96).fill(1), ...Array<number>(24).fill(4), ...Array<number>(8).fill(8)],
      trades: 256,
      withdrawals: 16,
      l1Ops: 16,
      settlements: 64,
      instruments: 128,
      reduction: 'core',
    },
  ],
};

const accountId = (k: number): number => (1 << 20) | (k + 1);

function chain(): Instrument[] {
  return Array.from({ length: INSTRUMENTS }, (_, k) => ({
    instrument: (1 << 16) | (k + 1),
    kind: k % 16 === 0 ? ('future' as const) : k % 2 === 0 ? ('call' as const) : ('put' as const),
    expirySec: START_SEC + 86_400 * (1 + (k % 4)),
    strike: k % 16 === 0 ? 0n : SPOT + BigInt((k % 13) - 6) * 1_000_000n,
  }));
}

function openMachine(instruments: readonly Instrument[]): Machine {
  const machine = createMachine(testRules(BENCH_PRESET), testGenesis(BENCH_PRESET, { reportMaxAgeSec: 3_600 }));
  const inputs = tableBytes(simpleTable(instruments, SPOT, START_SEC, BENCH_PRESET.columns));
  machine.apply({ type: 'tick', timeSec: START_SEC });
  machine.apply({ type: 'list', instruments });
  machine.apply({ type: 'report', timeSec: START_SEC, inputs, spots: [(1n << 40n) | SPOT], signatures: [] });
  for (let k = 0; k < ACCOUNTS; k++) {
    const op = { kind: 1, account: accountId(k), amount: 10n ** 13n, owner: 1n, keyX: 1n, keyY: 2n } as const;
    machine.apply({ type: 'l1Op', index: k, op });
  }
  return machine;
}

/** Orders around the mark, a quarter of them IOC; somewhat more than half of them meet a counterparty. */
class OrderFlow {
  private readonly random = new Prng(42);
  private readonly nonces = new Int32Array(ACCOUNTS).fill(-1);
  private readonly marks: readonly number[];
  private readonly flags = ([0, 0, 0, 1] as const).map((timeInForce) =>
    packFlags({ timeInForce, postOnly: false, reduceOnly: false, selfTrade: 1 }),
  );

  constructor(instruments: readonly Instrument[]) {
    this.marks = simpleTable(instruments, SPOT, START_SEC, 1).map((row) => Number(row.values[0]));
  }

  next(): Entry {
    const { random } = this;
    const k = random.below(ACCOUNTS);
    const nonce = (this.nonces[k] ?? -1) + 1;
    this.nonces[k] = nonce;
    const which = random.below(INSTRUMENTS);
    const ratio = random.chance(50) ? 1 : -1;
    const price = (this.marks[which] ?? 1) + ratio * random.between(-10, 8) * 1_000;
    const intent = {
      account: accountId(k),
      nonce,
      expirySec: START_SEC + 1_000,
      maxLots: random.between(1, 500),
      maxFeePerLot: 100_000,
      limit: BigInt(ratio * Math.max(price, 1)),
      flags: random.pick(this.flags),
      legs: [{ instrument: (1 << 16) | (which + 1), ratio }],
    };
    return { type: 'intent', signed: { intent, signature: SIGNATURE } };
  }
}

/**
 * What a run took. Wall seconds are those of a machine with other work on it. CPU seconds are the process's on all
 * of its threads, V8's collector and compiler included: what the work would take on one core with nothing else on it.
 */
interface Took {
  readonly wallSec: number;
  readonly cpuSec: number;
}

/** Applies `count` orders, in groups as the sequencer does; making them is not counted. */
function applyOrders(machine: Machine, flow: OrderFlow, count: number): Took {
  let wallNs = 0n;
  let cpuUs = 0;
  for (let done = 0; done < count; done += GROUP) {
    const entries = Array.from({ length: GROUP }, () => flow.next());
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    for (const entry of entries) machine.apply(entry);
    wallNs += process.hrtime.bigint() - start;
    const { user, system } = process.cpuUsage(cpu);
    cpuUs += user + system;
  }
  return { wallSec: Number(wallNs) / 1e9, cpuSec: cpuUs / 1e6 };
}

/** Which files of the machine do what; what is in none of them is 'rest'. Making the orders does not count, its garbage does. */
const PARTS: readonly [part: string, files: RegExp][] = [
  ['risk', /machine\/(accountState|accountSums|splitInteger|judgeFill)\.ts|core\/risk\//],
  ['checks of intents', /machine\/checkIntent\.ts/],
  ['matching and books', /core\/matching\/|machine\/(applyIntent|fillRoom)\.ts/],
  ['rows of batches', /machine\/(openBatch|slotPages)\.ts/],
  ['orders resting, events', /machine\/exchange\.ts/],
];

function partOf(functionName: string, url: string): string {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (!url.includes('/node/core/')) return '';
  return PARTS.find(([, files]) => files.test(url))?.[0] ?? 'rest';
}

async function shareFigures(machine: Machine, flow: OrderFlow): Promise<Figure[]> {
  const shares = await profileShares(() => void applyOrders(machine, flow, PROFILED), partOf);
  return [...shares]
    .sort(([, a], [, b]) => b - a)
    .map(([part, share]) => ({
      name: `core: of that time, ${part}`,
      value: Number((100 * share).toFixed(1)),
      unit: '%',
      goal: 'none set',
      better: 'lower',
    }));
}

/** Orders a second through the whole machine on one core: risk, rows, batches and events; signatures aside. */
export async function benchCore(): Promise<Figure[]> {
  const instruments = chain();
  const machine = openMachine(instruments);
  const flow = new OrderFlow(instruments);
  applyOrders(machine, flow, WARM_UP);
  const trades = machine.view.counters().trades;
  const { wallSec, cpuSec } = applyOrders(machine, flow, MEASURED);
  const fills = machine.view.counters().trades - trades;
  const shares = await shareFigures(machine, flow);
  machine.apply({ type: 'tick', timeSec: START_SEC + 60 });
  const inputs = tableBytes(simpleTable(instruments, (SPOT * 98n) / 100n, START_SEC + 60, BENCH_PRESET.columns));
  const reportStart = process.hrtime.bigint();
  machine.apply({ type: 'report', timeSec: START_SEC + 60, inputs, spots: [(1n << 40n) | SPOT], signatures: [] });
  const reportMs = Number(process.hrtime.bigint() - reportStart) / 1e6;
  return [
    {
      name: 'core: orders with risk, per CPU second',
      value: Math.round(MEASURED / cpuSec),
      unit: 'orders/CPU s',
      goal: '250,000, or where the time goes',
      better: 'higher',
    },
    {
      name: 'core: orders with risk, by the wall clock',
      value: Math.round(MEASURED / wallSec),
      unit: 'orders/s',
      goal: '250,000, or where the time goes',
      better: 'higher',
    },
    {
      name: 'core: fills among them, per CPU second',
      value: Math.round(fills / cpuSec),
      unit: 'fills/CPU s',
      goal: 'none set',
      better: 'higher',
    },
    ...shares,
    {
      name: 'core: report over 10,000 accounts',
      value: Math.round(reportMs),
      unit: 'ms',
      goal: 'none set',
      better: 'lower',
    },
  ];
}
