import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../core/codec/entry.ts';
import type { Entry } from '../../core/protocol/entry.ts';
import { LogError } from '../../log/LogError.ts';
import { decodeAnswer, encodeRequest } from '../../rpc/binary/submissionFrame.ts';
import { RpcError } from '../../rpc/rpcError.ts';
import { SequencerError } from '../../sequencer/SequencerError.ts';
import { BAD_SIGNATURE } from '../intake/doorRejection.ts';
import type { Outcome } from '../intake/intake.ts';
import type { Submission } from '../intake/submission.ts';
import { createBinaryDoor } from './binaryDoor.ts';

const SEED = Number(process.env.SEED ?? 1);
const SIGNATURE = { rX: 1n, rY: 2n, s: 3n };
const CANCEL: Entry = { type: 'cancel', account: 7, nonce: 1, expirySec: 9, signature: SIGNATURE };
const REFUSED: Outcome = { receipt: null, parts: [{ rejection: BAD_SIGNATURE, fills: [] }] };

const start = (submit: () => Promise<Outcome> = async () => REFUSED) => {
  const submitted: [Submission, Uint8Array | undefined][] = [];
  const failures: unknown[] = [];
  const calls: [string, number][] = [];
  const door = createBinaryDoor({
    intake: {
      submit: (submission, bytes) => {
        submitted.push([submission, bytes]);
        return submit();
      },
    },
    onInternal: (_, error) => failures.push(error),
    onCall: (method, number) => calls.push([method, number]),
  });
  return { door, submitted, failures, calls };
};

test('an entry goes in with the bytes it came in, and its outcome comes out under its id', async () => {
  const { door, submitted, calls } = start();
  const bytes = encodeEntry(CANCEL);
  const answered = decodeAnswer(await door(encodeRequest(77, bytes)));
  expect(answered).toEqual({ id: 77, answer: { receipt: null, parts: [{ rejection: 901, fills: [] }] } });
  expect(submitted).toEqual([[CANCEL, bytes]]);
  expect(calls).toEqual([['binary/cancel', 0]]);
});

describe('bad input', () => {
  const seal: Entry = { type: 'seal' };
  const op: Entry = {
    type: 'l1Op',
    index: 0,
    op: { kind: 1, account: 1, amount: 1n, owner: 1n, keyX: 1n, keyY: 2n },
  };
  test.each<[string, Uint8Array, string, number]>([
    ['nothing', new Uint8Array(), 'INVALID_REQUEST', 0],
    ['half an id', Uint8Array.of(1, 2), 'INVALID_REQUEST', 0],
    ['an id alone', encodeRequest(5, new Uint8Array()), 'INVALID_PARAMS', 5],
    ['an unknown type', encodeRequest(5, Uint8Array.of(99)), 'INVALID_PARAMS', 5],
    ["the node's own seal", encodeRequest(5, encodeEntry(seal)), 'INVALID_PARAMS', 5],
    ["the node's own L1 op", encodeRequest(5, encodeEntry(op)), 'INVALID_PARAMS', 5],
    ['a cancel cut short', encodeRequest(5, encodeEntry(CANCEL).subarray(1)), 'INVALID_PARAMS', 5],
    ['a cancel with more behind', encodeRequest(5, Uint8Array.of(...encodeEntry(CANCEL), 0)), 'INVALID_PARAMS', 5],
  ])('%s', async (_what, frame, code, id) => {
    const { door, submitted, failures } = start();
    expect(decodeAnswer(await door(frame))).toMatchObject({ id, answer: { code } });
    expect([submitted, failures]).toEqual([[], []]);
  });

  test('bytes at random are answered with an error', async () => {
    const { door, submitted, failures } = start();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (frame) => {
        expect(decodeAnswer(await door(frame)).answer).toBeInstanceOf(RpcError);
      }),
      { seed: SEED },
    );
    expect([submitted, failures]).toEqual([[], []]);
  });
});

test.each<[unknown, string, number]>([
  [new SequencerError('BUSY', 'full'), 'BUSY', 0],
  [new SequencerError('KEY_CHANGED', 'sign again'), 'KEY_CHANGED', 0],
  [new LogError('LOG_WRITE_FAILED', 'disk'), 'NOT_ACCEPTING', 0],
  [new Error('secret'), 'INTERNAL', 1],
])('%s is answered as %s', async (error, code, failed) => {
  const { door, failures } = start(() => Promise.reject(error));
  const { answer } = decodeAnswer(await door(encodeRequest(1, encodeEntry(CANCEL))));
  expect(answer).toMatchObject({ code });
  expect((answer as RpcError).message).not.toContain('secret');
  expect(failures.length).toBe(failed);
});
