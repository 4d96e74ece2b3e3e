import { beforeAll, describe, expect, it } from 'vitest';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { applyRows } from '../../node/core/ledger/applyRows.ts';
import { MemoryStore } from '../../node/core/ledger/memoryStore.ts';
import type { SealedBatch } from '../../node/core/ledger/sealedBatch.ts';
import { createMachine } from '../../node/core/machine/machine.ts';
import type { AccountRecord } from '../../node/core/protocol/account.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE } from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { CommandSource } from './commands.ts';
import { testGenesis, testRules } from './testMachine.ts';

const PRESETS: readonly Deployment[] = [
  { ...DEVELOPMENT_PRESET, shapes: [{ ...DEVELOPMENT_SHAPE, instruments: 40 }] },
  {
    ...DEVELOPMENT_PRESET,
    name: 'two shapes',
    shapes: [
      { ...DEVELOPMENT_SHAPE, instruments: 40 },
      {
        ...DEVELOPMENT_SHAPE,
        id: 2,
        accountChunks: [1, 1, 1, 1, 2, 2, 4],
        trades: 12,
        settlements: 8,
        instruments: 40,
      },
    ],
  },
];
const DOMAIN = 0x1234n;

let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

function plain(record: AccountRecord | null): unknown {
  if (record === null) return null;
  const slots = [...record.slots].sort(([a], [b]) => a - b);
  return { ...record, positions: [...record.positions], slots };
}

function sealedBy(preset: Deployment, seed: number, entries: number) {
  const machine = createMachine(testRules(preset), testGenesis(preset));
  const source = new CommandSource(seed, { accounts: 8, reportPercent: 3, columns: 15, deposit: 4_000_000_000n });
  const sealed: SealedBatch[] = [];
  for (const entry of source.opening()) sealed.push(...machine.apply(entry).sealed);
  for (let k = 0; k < entries; k++) sealed.push(...machine.apply(source.next(machine.view)).sealed);
  sealed.push(...machine.apply({ type: 'seal' }).sealed);
  return { machine, sealed };
}

describe('batches of the machine under the ledger that is proven', () => {
  it.each(PRESETS)('preset $name: every batch applies, and all accounts end equal', (preset) => {
    const seed = Number(process.env.SEED ?? 9_101);
    const { machine, sealed } = sealedBy(preset, seed, 700);
    const context = { hasher, domain: DOMAIN, deployment: preset };
    const store = new MemoryStore(hasher);
    let liquidations = 0;
    for (const batch of sealed) {
      const where = `seed ${seed}, batch ${batch.batchNumber}`;
      const { feePool, l1OpIndex, lastTimeSec } = store.head();
      expect([batch.feePoolBefore, batch.l1OpIndexBefore, batch.lastTimeSec], where).toEqual([
        feePool,
        l1OpIndex,
        lastTimeSec,
      ]);
      for (const [id, before] of batch.accountsBefore) {
        expect(plain(before), `${where}, account ${id}`).toEqual(plain(store.account(id)));
      }
      // The generated messages are unsigned; NaiveLedger judges what they say, here it is the rows that count.
      const { rows, timeSec, riskTable } = batch;
      const transition = applyRows(context, store, { rows, timeSec, riskTable });
      expect(new Set(transition.accounts.map((one) => one.account)), where).toEqual(
        new Set(batch.accountsBefore.keys()),
      );
      expect(transition.stateRootBefore, where).toBe(store.stateRoot(DOMAIN));
      store.commit(transition);
      expect(transition.stateRootAfter, where).toBe(store.stateRoot(DOMAIN));
      liquidations += batch.rows.trades.filter((row) => row.liquidation).length;
    }
    expect(store.head().feePool).toBe(machine.view.feePool());
    expect(store.accounts().map(([id]) => id)).toEqual(machine.view.accountIds());
    for (const [id, { cash, positions, keyX, owner }] of store.accounts()) {
      expect(machine.view.account(id), `seed ${seed}`).toMatchObject({ cash, positions, keyX, owner });
    }
    expect(sealed.length).toBeGreaterThan(20);
    expect(liquidations).toBeGreaterThan(0);
  });
});
