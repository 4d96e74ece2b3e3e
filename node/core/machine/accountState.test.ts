import { expect, it } from 'vitest';
import { naiveMargin } from '../../../test/property/invariants.ts';
import { Prng } from '../../../test/property/prng.ts';
import type { RiskRow } from '../protocol/riskRow.ts';
import { AccountState, LOTS_BOUND, PostScratch } from './accountState.ts';
import { InstrumentState } from './instrumentState.ts';

const COLUMNS = 15;
const TOP = 2n ** 40n - 1n;

function instruments(random: Prng): InstrumentState[] {
  return Array.from({ length: 6 }, (_, k) => {
    const state = new InstrumentState({ instrument: k + 1, kind: 'call', expirySec: 9, strike: 1n }, COLUMNS);
    const value = (): bigint => (random.chance(40) ? TOP : BigInt(random.below(2 ** 40)));
    const row: RiskRow = {
      instrument: k + 1,
      status: 0,
      shortCharge: value(),
      values: Array.from({ length: COLUMNS }, value),
    };
    state.setRow(row);
    return state;
  });
}

it('split arithmetic equals bigint arithmetic up to the bounds, posting, repricing and paying', () => {
  const seed = Number(process.env.SEED ?? 31);
  const random = new Prng(seed);
  let verdicts = '';
  for (let round = 0; round < 60; round++) {
    const listed = instruments(random);
    const table = listed.map((one) => one.row as RiskRow);
    const account = new AccountState(1, 0n, 0n, 0n, COLUMNS);
    const out = new PostScratch(COLUMNS);
    account.addCash(random.chance(50) ? 2n ** 62n : 10n ** 12n);
    for (let k = 0; k < 40; k++) {
      const instrument = random.pick(listed);
      const size = random.chance(50) ? LOTS_BOUND : 2 ** random.between(1, 30);
      const lots = random.between(-size, size) || 1;
      const cash = random.between(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      const before = account.worst;
      const equity = account.equity;
      const verdict = account.tryPost(out, instrument, lots, cash, 4);
      verdicts += verdict[0];
      expect(account.worst).toBe(before);
      if (verdict === 'positions' || verdict === 'bounds') continue;
      account.commit(out, instrument);
      const record = { cash: account.cash, positions: account.positions() };
      const naive = naiveMargin(record, table, COLUMNS);
      expect([account.worst, account.equity, account.maintenanceBreached], `seed ${seed}`).toEqual([
        naive.worst,
        naive.equity,
        naive.breached,
      ]);
      const fair = 4n * (equity - naive.equity) <= naive.worst - before;
      const noDebt = naive.equity >= 0n || naive.equity >= equity;
      const holds = naive.worst >= 0n || (naive.worst >= before && fair && noDebt);
      expect(verdict, `seed ${seed}`).toBe(holds ? 'ok' : 'margin');
      account.reprice();
      expect([account.worst, account.equity]).toEqual([naive.worst, naive.equity]);
      expect(account.heldLots).toBe(record.positions.reduce((sum, one) => sum + Math.abs(one.lots), 0));
    }
  }
  for (const initial of ['o', 'm', 'p', 'b']) expect(verdicts).toContain(initial);
});

it('a posting of cash to the last unit is in bounds, and one more is not', () => {
  const [instrument] = instruments(new Prng(1));
  if (instrument === undefined) throw new Error('no instrument');
  const account = new AccountState(1, 0n, 0n, 0n, COLUMNS);
  const out = new PostScratch(COLUMNS);
  account.addCash(2n ** 63n - 6n);
  expect(account.tryPost(out, instrument, 1, 5, 4)).toBe('ok');
  expect(account.tryPost(out, instrument, 1, 6, 4)).toBe('bounds');
  expect(() => account.addCash(6n)).toThrow('leaves 64 bits');
});
