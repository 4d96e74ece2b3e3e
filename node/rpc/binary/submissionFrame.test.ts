import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../core/codec/CodecError.ts';
import type { Receipt } from '../../core/heads/head.ts';
import type { FillEvent } from '../../core/machine/events.ts';
import { RpcError } from '../rpcError.ts';
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeError,
  encodeRequest,
  type SubmissionAnswer,
} from './submissionFrame.ts';

const SEED = Number(process.env.SEED ?? 1);

const word = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const party = fc.record({
  account: fc.nat(2 ** 24 - 1),
  nonce: fc.nat(2 ** 32 - 1),
  fee: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
});
const fill: fc.Arbitrary<FillEvent> = fc.record({
  type: fc.constant('fill' as const),
  tradeId: fc.maxSafeNat(),
  batchNumber: fc.maxSafeNat(),
  instrument: fc.nat(2 ** 20 - 1),
  price: fc.maxSafeNat().map((value) => value % 2 ** 40),
  lots: fc.nat(2 ** 32 - 1),
  maker: party,
  taker: party,
  aggressor: fc.constantFrom('buy', 'sell'),
  liquidation: fc.boolean(),
  timeSec: fc.maxSafeNat().map((value) => value % 2 ** 40),
});
const receipt: fc.Arbitrary<Receipt> = fc.record({
  index: fc.maxSafeNat(),
  entryHash: word,
  chainHash: word,
  path: fc.array(bytes(32), { maxLength: 16 }),
  head: fc.record({
    epoch: fc.nat(2 ** 32 - 1),
    first: fc.maxSafeNat(),
    last: fc.maxSafeNat(),
    root: bytes(32),
    chainHash: word,
    timeSec: fc.maxSafeNat().map((value) => value % 2 ** 40),
    signature: bytes(65),
  }),
});
const answer: fc.Arbitrary<SubmissionAnswer> = fc.record({
  receipt: fc.option(receipt),
  parts: fc.array(
    fc.record({ rejection: fc.option(fc.integer({ min: 1, max: 999 })), fills: fc.array(fill, { maxLength: 4 }) }),
    { maxLength: 4 },
  ),
});

test('an answer is read as it was written', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), answer, (id, written) => {
      expect(decodeAnswer(encodeAnswer(id, written))).toEqual({ id, answer: written });
    }),
    { seed: SEED },
  );
});

test('so are a request and an error', () => {
  const entry = Uint8Array.of(1, 2, 3);
  expect(decodeRequest(encodeRequest(7, entry))).toEqual({ id: 7, entry });
  const { id, answer: error } = decodeAnswer(encodeError(9, new RpcError('BUSY', 'wait a moment – please')));
  expect([id, error]).toEqual([9, new RpcError('BUSY', 'wait a moment – please')]);
});

describe('what is no frame is refused', () => {
  const frame = fc.sample(answer, { seed: SEED, numRuns: 20 }).map((each) => encodeAnswer(1, each));

  test('cut short anywhere, or longer', () => {
    for (const whole of frame) {
      for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 50)) {
        expect(() => decodeAnswer(whole.subarray(0, length))).toThrow(CodecError);
      }
      expect(() => decodeAnswer(Uint8Array.of(...whole, 0))).toThrow(CodecError);
    }
  });

  test('with a flag or an error that nobody knows', () => {
    expect(() => decodeAnswer(Uint8Array.of(0, 0, 0, 1, 2))).toThrow('neither 0 nor 1');
    expect(() => decodeAnswer(Uint8Array.of(0, 0, 0, 1, 0, 2))).toThrow('neither 0 nor 1');
    expect(() => decodeAnswer(Uint8Array.of(0, 0, 0, 1, 1, 0, 0, 0, 5, 0, 0, 0, 0))).toThrow('an unknown error');
  });

  test('bytes at random throw nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (random) => {
        try {
          decodeAnswer(random);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { seed: SEED },
    );
  });
});
