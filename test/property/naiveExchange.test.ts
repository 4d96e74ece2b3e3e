import { expect, it } from 'vitest';
import { createMachine } from '../../node/core/machine/machine.ts';
import { packFlags, type SelfTrade } from '../../node/core/protocol/flags.ts';
import type { Instrument } from '../../node/core/protocol/instrument.ts';
import { DEVELOPMENT_PRESET } from '../../node/core/protocol/presets.ts';
import type { Intent } from '../../node/core/protocol/rows.ts';
import { accountId, GENESIS_SEC, instrumentId } from './commands.ts';
import { NaiveExchange } from './naiveExchange.ts';
import { Prng } from './prng.ts';
import { simpleTable, tableBytes } from './tableText.ts';
import { testGenesis, testRules } from './testMachine.ts';

const SPOT = 30_000_000n;
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const CHAIN: readonly Instrument[] = [1, 2].map((serial) => ({
  instrument: instrumentId(serial),
  kind: 'call',
  expirySec: GENESIS_SEC + 9_000,
  strike: SPOT,
}));

/** Rich accounts, so that margin never speaks and only the order of matching is compared. */
function started() {
  const genesis = testGenesis(DEVELOPMENT_PRESET, { makerFeePpm: 0, takerFeePpm: 0 });
  const machine = createMachine(testRules(DEVELOPMENT_PRESET), genesis);
  machine.apply({ type: 'tick', timeSec: GENESIS_SEC });
  machine.apply({ type: 'list', instruments: CHAIN });
  const inputs = tableBytes(simpleTable(CHAIN, SPOT, GENESIS_SEC, 15));
  machine.apply({ type: 'report', timeSec: GENESIS_SEC, inputs, spots: [], signatures: [] });
  for (let k = 0; k < 5; k++) {
    const op = { kind: 1, account: accountId(k + 1), amount: 10n ** 15n, owner: 1n, keyX: 1n, keyY: 2n } as const;
    machine.apply({ type: 'l1Op', index: k, op });
  }
  return machine;
}

function randomIntent(random: Prng, nonce: number): Intent {
  const ratio = random.chance(50) ? 1 : -1;
  const timeInForce = random.chance(20) ? 1 : 0;
  const flags = packFlags({
    timeInForce,
    postOnly: timeInForce === 0 && random.chance(10),
    reduceOnly: random.chance(15),
    selfTrade: random.below(3) as SelfTrade,
  });
  const base = {
    account: accountId(random.between(1, 5)),
    nonce,
    expirySec: GENESIS_SEC + 500,
    maxFeePerLot: 0,
    flags,
  };
  const limit = BigInt(ratio * (500_000 + random.between(-6, 5) * ratio * 100));
  return {
    ...base,
    maxLots: random.between(1, 40),
    limit,
    legs: [{ instrument: instrumentId(random.between(1, 2)), ratio }],
  };
}

it('fills and depth equal those of a list that is searched anew for every fill', () => {
  const first = Number(process.env.SEED ?? 400);
  for (let seed = first; seed < first + 3; seed++) {
    const random = new Prng(seed);
    const machine = started();
    const naive = new NaiveExchange();
    let fills = 0;
    for (let nonce = 0; nonce < 1_200; nonce++) {
      const intent = randomIntent(random, nonce);
      const { account, expirySec } = intent;
      if (random.chance(15)) {
        const resting = machine.view.openOrders(account);
        const gone = resting.length === 0 ? 0 : random.pick(resting).intent.nonce;
        machine.apply({ type: 'cancel', account, nonce: gone, expirySec, signature: SIGNATURE });
        naive.cancel(account, gone);
      }
      const { events } = machine.apply({ type: 'intent', signed: { intent, signature: SIGNATURE } });
      const found = events.flatMap((event) => {
        if (event.type !== 'fill') return [];
        const { maker, taker, price, lots } = event;
        return [{ maker: `${maker.account}:${maker.nonce}`, taker: `${taker.account}:${taker.nonce}`, price, lots }];
      });
      expect(found, `seed ${seed}, nonce ${nonce}`).toEqual(naive.submit(intent));
      fills += found.length;
      for (const { instrument } of CHAIN) {
        const depth = machine.view.depth(instrument, 100);
        expect(depth?.bids, `seed ${seed}, nonce ${nonce}`).toEqual(naive.depth(instrument, 1));
        expect(depth?.asks, `seed ${seed}, nonce ${nonce}`).toEqual(naive.depth(instrument, -1));
      }
    }
    expect(fills).toBeGreaterThan(300);
  }
});
