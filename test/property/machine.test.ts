import { describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry } from '../../node/core/codec/entry.ts';
import type { SealedBatch } from '../../node/core/ledger/sealedBatch.ts';
import { genesisOf } from '../../node/core/machine/genesis.ts';
import { createMachine, type Machine, restoreMachine } from '../../node/core/machine/machine.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { CommandSource } from './commands.ts';
import { checkMachine, checkMarginKept, NaiveLedger } from './invariants.ts';
import { testGenesis, testRules } from './testMachine.ts';

const COLUMNS = 15;
const TINY_PRESET: Deployment = { ...DEVELOPMENT_PRESET, name: 'tiny', shapes: [{ ...TEST_SHAPE, instruments: 40 }] };
const WIDE_PRESET: Deployment = {
  ...DEVELOPMENT_PRESET,
  name: 'wide',
  shapes: [{ ...TEST_SHAPE, accountChunks: [1, 1, 1, 2, 2, 4], trades: 12, settlements: 6, l1Ops: 3, instruments: 40 }],
};

const seedBase = Number(process.env.SEED ?? 7_000);

interface Run {
  readonly entries: readonly Entry[];
  readonly sealed: readonly SealedBatch[];
  readonly machine: Machine;
  readonly counts: ReadonlyMap<string, number>;
}

function run(seed: number, preset: Deployment, entries: number, after: (machine: Machine) => void): Run {
  const machine = createMachine(testRules(preset), testGenesis(preset));
  const source = new CommandSource(seed, { accounts: 10, reportPercent: 3, columns: COLUMNS, deposit: 4_000_000_000n });
  const log: Entry[] = [];
  const sealed: SealedBatch[] = [];
  const counts = new Map<string, number>();
  const count = (name: string): number => counts.set(name, (counts.get(name) ?? 0) + 1).size;
  const step = (entry: Entry): void => {
    const before = new Map(machine.view.accountIds().map((id) => [id, machine.view.account(id)?.initialExcess ?? 0n]));
    const result = machine.apply(entry);
    log.push(entry);
    sealed.push(...result.sealed);
    for (const event of result.events) {
      count(event.type === 'cancelled' ? `cancelled ${event.reason}` : event.type);
      if (event.type === 'fill' && event.liquidation) count('fill in liquidation');
    }
    for (const rejected of result.rejections) if (rejected !== null) count(rejected.name);
    if (entry.type !== 'report') checkMarginKept(before, machine, result);
    after(machine);
  };
  for (const entry of source.opening()) step(entry);
  for (let k = 0; k < entries; k++) step(source.next(machine.view));
  return { entries: log, sealed, machine, counts };
}

/** What four seeds of any preset bring about, and must: a generator that stopped reaching these would prove little. */
const REACHED = [
  ...['accepted', 'resting', 'fill', 'fill in liquidation', 'liquidation', 'settled', 'withdrawal', 'l1Op'],
  ...['l1OpDeferred', 'listed', 'reportApplied', 'batchSealed', 'bookChange'],
  ...['user', 'expired', 'replaced', 'selfTrade', 'keyChanged', 'riskMaker', 'riskTaker', 'feeMaker'].map(
    (reason) => `cancelled ${reason}`,
  ),
  ...['reduceOnly', 'ioc', 'liquidation', 'instrumentExpired'].map((reason) => `cancelled ${reason}`),
  ...['EXPIRED', 'FEE_CAP_TOO_LOW', 'INSTRUMENT_EXPIRED', 'INSTRUMENT_HELD', 'INSTRUMENT_NOT_PRICED'],
  ...['INSUFFICIENT_MARGIN', 'NONCE_TOO_LOW', 'NOTHING_TO_REDUCE', 'NOT_ENOUGH_LIQUIDITY', 'PACKAGE_NEEDS_IOC_OR_FOK'],
  ...['POST_ONLY_WOULD_CROSS', 'SELF_TRADE', 'UNKNOWN_ORDER'],
];

describe.each([
  ['development', DEVELOPMENT_PRESET],
  ['tiny', TINY_PRESET],
  ['wide', WIDE_PRESET],
] as const)('generated commands, %s preset', (_, preset) => {
  const relaxed: Deployment = { ...preset, shapes: [{ ...preset.shapes[0], instruments: 40 }] };

  it('conserves every asset, never crosses a book, keeps margins exact, and seals valid batches', () => {
    const reached = new Set<string>();
    for (let seed = seedBase; seed < seedBase + 4; seed++) {
      try {
        const { sealed, machine, counts } = run(seed, relaxed, 1_500, (m) => checkMachine(m, COLUMNS));
        if (process.env.SHOW_COUNTS !== undefined) console.log(seed, Object.fromEntries([...counts].sort()));
        const last = machine.apply({ type: 'seal' });
        const ledger = new NaiveLedger(relaxed);
        for (const batch of [...sealed, ...last.sealed]) ledger.apply(batch);
        for (const id of machine.view.accountIds()) {
          expect(ledger.accounts.get(id)?.cash ?? 0n).toBe(machine.view.account(id)?.cash);
        }
        expect(counts.get('fill') ?? 0).toBeGreaterThan(50);
        expect(sealed.length).toBeGreaterThan(10);
        for (const name of counts.keys()) reached.add(name);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
    expect(
      REACHED.filter((name) => !reached.has(name)),
      `never happened in seeds ${seedBase} to ${seedBase + 3}`,
    ).toEqual([]);
  });

  it('is replayed from the bytes of its log alone, by any program that knows its deployment', () => {
    const seed = seedBase + 90;
    const { entries, machine } = run(seed, relaxed, 300, () => undefined);
    const log = [{ type: 'genesis', genesis: machine.view.genesis() } as const, ...entries].map(encodeEntry);
    const [first, ...rest] = log.map(decodeEntry);
    const known = [
      { ...DEVELOPMENT_PRESET, name: 'another' },
      { ...relaxed, name: 'renamed' },
    ];
    const replay = createMachine({ ...testRules(relaxed), deployments: known }, genesisOf(first as Entry));
    for (const entry of rest) replay.apply(entry);
    expect(replay.snapshot(), `seed ${seed}`).toEqual(machine.snapshot());
  });

  it('replays to the same state, and restarts from a snapshot at every prefix', () => {
    const seed = seedBase + 50;
    const snapshots: Uint8Array[] = [];
    const { entries, machine } = run(seed, relaxed, 200, (m) => snapshots.push(m.snapshot()));
    const replay = createMachine(testRules(relaxed), testGenesis(relaxed));
    const live = entries.map((entry) => replay.apply(entry));
    expect(replay.snapshot(), `seed ${seed}`).toEqual(machine.snapshot());
    for (let k = 0; k < entries.length; k++) {
      const restored = restoreMachine(testRules(relaxed), snapshots[k] as Uint8Array);
      expect(restored.snapshot(), `seed ${seed}, entry ${k}`).toEqual(snapshots[k]);
      const next = entries[k + 1];
      if (next === undefined) break;
      const result = restored.apply(next);
      expect(result.events, `seed ${seed}, after entry ${k}`).toEqual(live[k + 1]?.events);
      expect(result.rejections).toEqual(live[k + 1]?.rejections);
      expect(restored.snapshot(), `seed ${seed}, after entry ${k}`).toEqual(snapshots[k + 1]);
    }
  });
});
