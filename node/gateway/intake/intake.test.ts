import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '../../core/codec/entry.ts';
import type { Signature } from '../../core/protocol/rows.ts';
import type { SignedPreimage } from '../../crypto/signatureBytes.ts';
import { SequencerError } from '../../sequencer/SequencerError.ts';
import type { Applied, SignedEntry } from '../../sequencer/sequencer.ts';
import { createIntake, type Outcome } from './intake.ts';
import { createJudge } from './judge.ts';
import type { Submission } from './submission.ts';

const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const KEY = { keyX: 5n, keyY: 6n };
const ACCEPTED_NONCE = 100;

/** Signatures of which rX is not 0 hold; the check of nonce n takes `delays(n)` turns of the event loop. */
const slowChecks = (delays: (nonce: number) => number) => ({
  check: async ({ preimage, signature }: SignedPreimage): Promise<boolean> => {
    const nonce = Number((preimage[1] >> 28n) & 0xffffffffn);
    for (let turn = delays(nonce); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
    return signature.rX !== 0n;
  },
});

/** An intake over a sequencer that notes what it is given and rejects lots of 13. */
function start(delays: (nonce: number) => number = () => 0, maxWaiting = 100) {
  const logged: SignedEntry[] = [];
  const intake = createIntake({
    judge: createJudge({
      signatures: slowChecks(delays),
      domain: 1n,
      view: {
        tradingKey: (id) => (id === 404 ? null : KEY),
        acceptedNonce: (id) => (id === 8 ? ACCEPTED_NONCE : null),
      },
      nowSec: () => 1000,
    }),
    sequencer: {
      queueLength: () => 0,
      submit: async (signed) => {
        logged.push(signed);
        const { entry } = signed;
        const quotes = entry.type === 'massQuote' ? entry.quotes : entry.type === 'intent' ? [entry.signed] : [null];
        const rejections = quotes.map((quote) => (quote?.intent.maxLots === 13 ? { code: 502 } : null));
        const events = quotes.map((quote) => ({ type: 'fill', taker: quote?.intent ?? { account: 7, nonce: 1 } }));
        return { result: { rejections, events }, receipt: { index: logged.length - 1 } } as unknown as Applied;
      },
    },
    maxWaiting,
  });
  return { intake, logged };
}

const quote = (nonce: number, changes: { lots?: number; account?: number; signature?: Signature } = {}) => ({
  intent: {
    account: changes.account ?? 7,
    nonce,
    expirySec: 2000,
    maxLots: changes.lots ?? 1,
    maxFeePerLot: 1,
    limit: 1n,
    flags: 0,
    legs: [{ instrument: 9, ratio: 1 }],
  },
  signature: changes.signature ?? SIGNATURE,
});
const BAD = { ...SIGNATURE, rX: 0n };
const intent = (...values: Parameters<typeof quote>): Submission => ({ type: 'intent', signed: quote(...values) });
const cancel = (type: 'cancel' | 'cancelAll', nonce = 1): Submission => ({
  type,
  account: 7,
  nonce,
  expirySec: 2000,
  signature: SIGNATURE,
});

test('submissions are logged in the order of their calls, whatever their checks take', async () => {
  const { intake, logged } = start((nonce) => (nonce * 7) % 5);
  const calls: Submission[] = [
    intent(1),
    { type: 'massQuote', quotes: [2, 3, 4, 5, 6].map((nonce) => quote(nonce)) },
    cancel('cancelAll', 7),
    intent(8, { signature: BAD }),
    { type: 'massQuote', quotes: [quote(9)] },
    cancel('cancel', 10),
    intent(11),
  ];
  const outcomes = await Promise.all(calls.map((call) => intake.submit(call)));
  expect(logged.map(({ entry }) => entry)).toEqual(calls.filter((_, at) => at !== 3));
  expect(outcomes.map(({ receipt }) => receipt?.index ?? null)).toEqual([0, 1, 2, null, 3, 4, 5]);
});

test('one that waits for a slow check holds back those behind it, and nobody before it', async () => {
  const { intake, logged } = start((nonce) => (nonce === 2 ? 50 : 0));
  const [first, slow, last] = [1, 2, 3].map((nonce) => intake.submit(intent(nonce)));
  await first;
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(logged.length).toBe(1);
  await Promise.all([slow, last]);
  expect(logged.map(({ entry }) => (entry.type === 'intent' ? entry.signed.intent.nonce : null))).toEqual([1, 2, 3]);
});

test('what is logged names the keys that its signatures were checked against, and is its own encoding', async () => {
  const { intake, logged } = start();
  const quotes = [quote(1), quote(2, { signature: BAD }), quote(3, { lots: 13 })];
  const { parts } = await intake.submit({ type: 'massQuote', quotes });
  expect(parts.map(({ rejection }) => rejection?.code ?? null)).toEqual([null, 901, 502]);
  expect(parts.map(({ fills }) => fills.map(({ taker }) => taker.nonce))).toEqual([[1], [], [3]]);
  const signers = [1, 2].map(() => ({ account: 7, key: KEY }));
  const entry = { type: 'massQuote', quotes: [quotes[0], quotes[2]] };
  expect(logged).toEqual([{ entry, bytes: encodeEntry(entry as Submission), signers }]);
});

test('bytes that a door has are logged as they are', async () => {
  const { intake, logged } = start();
  const bytes = encodeEntry(intent(1));
  await intake.submit(decodeEntry(bytes) as Submission, bytes);
  expect(logged[0]?.bytes).toBe(bytes);
});

describe('refused at the door, and not logged', () => {
  const one = (submission: Submission) => submission;
  const late = (submission: Submission): Submission =>
    submission.type === 'intent'
      ? { ...submission, signed: { ...submission.signed, intent: { ...submission.signed.intent, expirySec: 999 } } }
      : submission;
  const withdraw = (amount: bigint): Submission => ({
    type: 'withdraw',
    signed: { intent: { account: 7, nonce: 1, expirySec: 2000, amount }, signature: SIGNATURE },
  });
  const legs = (...list: [number, number][]): Submission => {
    const { intent: fields, signature } = quote(1);
    const all = list.map(([instrument, ratio]) => ({ instrument, ratio }));
    return { type: 'intent', signed: { intent: { ...fields, legs: all }, signature } };
  };
  test.each<[string, Submission]>([
    ['UNKNOWN_ACCOUNT', one(intent(1, { account: 404 }))],
    ['EXPIRED', late(intent(1))],
    ['NONCE_TOO_LOW', intent(ACCEPTED_NONCE, { account: 8 })],
    ['MALFORMED_LEGS', legs([9, 0])],
    ['MALFORMED_LEGS', legs([9, 1], [9, 1])],
    ['MALFORMED_LEGS', legs()],
    ['MALFORMED_WITHDRAWAL', withdraw(1n << 64n)],
    ['MALFORMED_CANCEL', cancel('cancel', 2 ** 32)],
    ['MALFORMED_CANCEL', cancel('cancelAll', -1)],
    ['BAD_SIGNATURE', intent(1, { signature: BAD })],
  ])('%s', async (name, submission) => {
    const { intake, logged } = start();
    const { receipt, parts }: Outcome = await intake.submit(submission);
    expect([receipt, parts.map(({ rejection }) => rejection?.name)]).toEqual([null, [name]]);
    expect(logged).toEqual([]);
    // Its ticket does not hold back the next.
    expect((await intake.submit(intent(2))).receipt).not.toBeNull();
  });

  test('a cancel may name an accepted nonce', async () => {
    const { intake } = start();
    const { parts } = await intake.submit({ ...cancel('cancel', 3), account: 8 } as Submission);
    expect(parts[0]?.rejection).toBeNull();
  });
});

test('more than may wait is busy, and there is room again afterwards', async () => {
  const { intake } = start(() => 3, 2);
  const taken = [intake.submit(intent(1)), intake.submit(intent(2))];
  await expect(intake.submit(intent(3))).rejects.toBeInstanceOf(SequencerError);
  await expect(intake.submit(intent(3))).rejects.toMatchObject({ code: 'BUSY' });
  await Promise.all(taken);
  expect((await intake.submit(intent(3))).receipt).not.toBeNull();
});

test('a check that fails fails its own submission, and holds back nobody', async () => {
  const judge = createJudge({
    signatures: {
      check: ({ preimage }) => (preimage[1] === 0n ? Promise.resolve(true) : Promise.reject(new Error('gone'))),
    },
    domain: 1n,
    view: { tradingKey: () => KEY, acceptedNonce: () => null },
    nowSec: () => 0,
  });
  const sequencer = {
    queueLength: () => 0,
    submit: () => Promise.reject(new SequencerError('KEY_CHANGED', 'changed')),
  };
  const intake = createIntake({ judge, sequencer, maxWaiting: 1 });
  for (const nonce of [1, 2]) await expect(intake.submit(intent(nonce))).rejects.toThrow('gone');
});
