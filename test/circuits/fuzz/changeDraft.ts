import { INTENT_SLOTS } from '../../../node/core/protocol/limits.ts';
import { L1_OP_KIND } from '../../../node/core/protocol/rows.ts';
import type { Prng } from '../../property/prng.ts';
import { CALL, EXPIRED, FUTURE, PUT } from '../fixtures.ts';
import type { Draft } from '../postBlindly.ts';

type Change = (prng: Prng, draft: Draft) => Draft;

const step = (prng: Prng): number => prng.pick([1, -1, 2, -2, 1000, -1000]);
const bigStep = (prng: Prng): bigint => BigInt(step(prng));

/** Changes one row of a list, if it has any. */
const one =
  <K extends 'ops' | 'withdrawals' | 'trades' | 'settlements'>(
    list: K,
    change: (prng: Prng, row: Draft[K][number]) => Partial<Draft[K][number]>,
  ): Change =>
  (prng, draft) => {
    const at = prng.below(Math.max(1, draft[list].length));
    return { ...draft, [list]: draft[list].map((row, i) => (i === at ? { ...row, ...change(prng, row) } : row)) };
  };

const CHANGES: readonly Change[] = [
  one('trades', (prng, { lots }) => ({ lots: Math.max(0, lots + step(prng)) })),
  one('trades', (prng, { net }) => ({ net: net + bigStep(prng) })),
  one('trades', (prng, { fee }) => ({ fee: fee + BigInt(prng.pick([1, 20, 1000])) })),
  one('trades', (prng, { limit }) => ({ limit: limit + bigStep(prng) })),
  one('trades', (prng, { maxLots }) => ({ maxLots: Math.max(0, maxLots + step(prng)) })),
  one('trades', (prng, { maxFeePerLot }) => ({ maxFeePerLot: Math.max(0, maxFeePerLot - prng.below(5)) })),
  one('trades', (prng, { expirySec }) => ({ expirySec: expirySec - prng.pick([1, 60, 1000]) })),
  one('trades', (prng, { nonce }) => ({ nonce: Math.max(0, nonce + prng.pick([INTENT_SLOTS, -INTENT_SLOTS, 1])) })),
  one('trades', (prng) => ({ signer: prng.pick([1, 2, 3, 31]) })),
  one('trades', (prng, { legs }) => ({
    legs: legs.map((leg) => ({ ...leg, instrument: prng.pick([CALL, PUT, FUTURE, EXPIRED, CALL + (1 << 16)]) })),
  })),
  one('trades', (prng, { legs }) => ({ legs: legs.map((leg) => ({ ...leg, ratio: leg.ratio + prng.pick([1, -1]) })) })),
  one('trades', () => ({ signer: null })),
  one('withdrawals', (prng, { amount }) => ({ amount: amount * BigInt(prng.pick([2, 1_000, 1_000_000])) })),
  one('withdrawals', (prng, { expirySec }) => ({ expirySec: expirySec - prng.pick([1, 1000]) })),
  one('withdrawals', (prng) => ({ signer: prng.pick([1, 2, 3, 31, 32]) })),
  one('withdrawals', (prng) => ({ nonce: prng.below(9000) })),
  one('settlements', (prng, { lots }) => ({ lots: lots + step(prng) })),
  one('settlements', (prng, { payoff }) => ({ payoff: payoff + bigStep(prng) })),
  one('settlements', (prng) => ({ instrument: prng.pick([CALL, PUT, EXPIRED, EXPIRED + 1]) })),
  one('ops', (prng, { amount }) => ({ amount: amount + BigInt(prng.pick([1, 1000, 3_000_000])) })),
  one('ops', (prng, { kind, paid, amount }) =>
    kind === L1_OP_KIND.FORCED_WITHDRAWAL ? { paid: prng.pick([0n, paid / 2n, amount + 1n, paid + 1n]) } : { paid: 1n },
  ),
  one('ops', (prng) => ({ kind: prng.pick(Object.values(L1_OP_KIND)) })),
  (prng, draft) => ({ ...draft, trades: [...draft.trades, ...draft.trades.slice(0, prng.below(2))].slice(0, 3) }),
  (prng, draft) => ({ ...draft, timeSec: draft.timeSec + prng.pick([1, 61, 2000]) }),
];

/** The batch with one of its rows, or its time, other than it was: signed and posted as it then stands. */
export const changeDraft = (prng: Prng, draft: Draft): Draft => prng.pick(CHANGES)(prng, draft);
