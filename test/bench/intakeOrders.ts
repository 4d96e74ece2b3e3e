import { encodeEntry } from '../../node/core/codec/entry.ts';
import { intentMessage } from '../../node/core/codec/message.ts';
import { stateDomain } from '../../node/core/ledger/domain.ts';
import { packFlags } from '../../node/core/protocol/flags.ts';
import type { Instrument } from '../../node/core/protocol/instrument.ts';
import type { SignedIntent } from '../../node/core/protocol/rows.ts';
import type { Cryptography } from '../../node/crypto/cryptography.ts';
import { encodeRequest } from '../../node/rpc/binary/submissionFrame.ts';
import { request } from '../../node/rpc/frame.ts';
import { toJson } from '../../node/rpc/json.ts';
import { submitIntent } from '../../node/rpc/methods/submission.ts';

/** What node and load of the intake bench agree on. */

export const BENCH_CHAIN_ID = 31_337;
export const BENCH_EXCHANGE = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
export const ACCOUNTS = 64;
export const SPOT = 30_000_000n;
const INSTRUMENTS = 8;
const LEVELS = 50;
const STRIKE_STEP = 1_000_000n;

export const accountId = (k: number): number => (1 << 20) | (k + 1);

export const privateKeyOf = (k: number): Uint8Array => new Uint8Array(32).fill(k + 1);

export const benchInstruments = (startSec: number): Instrument[] =>
  Array.from({ length: INSTRUMENTS }, (_, k) => ({
    instrument: (1 << 16) | (k + 1),
    kind: 'call',
    expirySec: startSec + 30 * 86_400,
    strike: SPOT + BigInt(k - 4) * STRIKE_STEP,
  }));

const domain = stateDomain(BigInt(BENCH_CHAIN_ID), BigInt(BENCH_EXCHANGE));
const flags = packFlags({ timeInForce: 0, postOnly: true, reduceOnly: false, selfTrade: 0 });

/** The intent with this number: a bid far below every mark, which rests. */
const signedIntent = ({ hasher, signer }: Cryptography, number: number): SignedIntent => {
  const k = number % ACCOUNTS;
  const intent = {
    account: accountId(k),
    nonce: 1 + Math.floor(number / ACCOUNTS),
    expirySec: 4_000_000_000,
    maxLots: 10,
    maxFeePerLot: 100_000,
    limit: 1_000n + BigInt((number * 7) % LEVELS),
    flags,
    legs: [{ instrument: (1 << 16) | (1 + (number % INSTRUMENTS)), ratio: 1 }],
  };
  return { intent, signature: signer.sign(privateKeyOf(k), intentMessage(hasher, domain, intent)) };
};

/** The message that submits it under this id. */
export const jsonOrder = (cryptography: Cryptography, number: number, id: number): string => {
  const { intent, signature } = signedIntent(cryptography, number);
  return toJson(request(id, submitIntent.name, { ...intent, signature }));
};

export const binaryOrder = (cryptography: Cryptography, number: number, id: number): Uint8Array =>
  encodeRequest(id, encodeEntry({ type: 'intent', signed: signedIntent(cryptography, number) }));
