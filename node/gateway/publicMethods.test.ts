import { expect, test } from 'vitest';
import type { MachineView } from '../core/machine/machineView.ts';
import type { Signature } from '../core/protocol/rows.ts';
import type { Applied, Signer } from '../sequencer/sequencer.ts';
import { createDoor } from './door.ts';
import type { Feeds } from './feeds.ts';
import { publicMethods, type Status } from './publicMethods.ts';
import { createSignatureQueue } from './signatureQueue.ts';

const SIGNATURE = { rX: '1', rY: '2', s: '3' };
const KEY = { keyX: 5n, keyY: 6n };

/** A node whose signatures all hold but those of rX 0; notes what is submitted. */
function start() {
  const submitted: { type: string; signers: readonly Signer[] }[] = [];
  const view = {
    account: (id: number) => (id === 404 ? null : KEY),
    acceptedNonce: () => null,
  } as unknown as MachineView;
  const verify = ({ signature }: { signature: Signature }): boolean => signature.rX !== 0n;
  const hasher = { poseidon: (inputs: readonly bigint[]) => inputs.reduce((sum, each) => sum + each, 0n) };
  const methods = publicMethods({
    view,
    door: createDoor({
      signatures: createSignatureQueue({ hasher, verifier: { verify }, maxBatch: 4 }),
      domain: 1n,
      view,
      nowSec: () => 1000,
    }),
    feeds: {} as Feeds,
    submit: async (entry, signers) => {
      submitted.push({ type: entry.type, signers });
      const quotes = entry.type === 'massQuote' ? entry.quotes.length : 1;
      return { record: {}, entry, result: { rejections: Array(quotes).fill(null), events: [] } } as unknown as Applied;
    },
    receipt: async () => ({}) as never,
    receiptAt: async () => null,
    greeks: () => null,
    status: () => ({}) as Status,
    batch: async () => null,
    batches: async () => [],
  });
  const call = (name: string, params: unknown) =>
    methods.find(({ method }) => method.name === name)?.call(params, null) as Promise<unknown>;
  return { call, submitted };
}

const intent = (nonce: number, signature = SIGNATURE) => ({
  account: 7,
  nonce,
  expirySec: 2000,
  maxLots: 1,
  maxFeePerLot: 1,
  limit: '1',
  flags: 0,
  legs: [{ instrument: 9, ratio: 1 }],
  signature,
});
const cancel = { account: 7, nonce: 1, expirySec: 2000, signature: SIGNATURE };

test('calls are submitted in the order in which they came, also around quotes and full batches of checks', async () => {
  const { call, submitted } = start();
  await Promise.all([
    call('submit_intent', intent(1)),
    call('mass_quote', { quotes: [intent(2), intent(3), intent(4), intent(5), intent(6)] }),
    call('cancel_all', cancel),
    call('mass_quote', { quotes: [intent(7)] }),
    call('cancel', cancel),
  ]);
  expect(submitted.map(({ type }) => type)).toEqual(['intent', 'massQuote', 'cancelAll', 'massQuote', 'cancel']);
});

test('what is submitted names the keys that its signatures were checked against', async () => {
  const { call, submitted } = start();
  const answer = await call('mass_quote', { quotes: [intent(1), intent(2, { ...SIGNATURE, rX: '0' }), intent(3)] });
  expect(answer).toMatchObject({
    results: [{ rejection: null }, { rejection: { name: 'BAD_SIGNATURE' } }, { rejection: null }],
  });
  expect(submitted).toEqual([
    {
      type: 'massQuote',
      signers: [
        { account: 7, key: KEY },
        { account: 7, key: KEY },
      ],
    },
  ]);
});

test('what the door refuses is not submitted', async () => {
  const { call, submitted } = start();
  const refused = async (params: unknown): Promise<unknown> => {
    const { rejection, receipt } = (await call('submit_intent', params)) as {
      rejection: { name: string };
      receipt: null;
    };
    expect(receipt).toBe(null);
    return rejection.name;
  };
  expect(await refused({ ...intent(1), account: 404 })).toBe('UNKNOWN_ACCOUNT');
  expect(await refused({ ...intent(1), expirySec: 999 })).toBe('EXPIRED');
  expect(await refused({ ...intent(1), legs: [{ instrument: 9, ratio: 0 }] })).toBe('MALFORMED_LEGS');
  expect(await refused(intent(1, { ...SIGNATURE, rX: '0' }))).toBe('BAD_SIGNATURE');
  expect(submitted).toEqual([]);
});
