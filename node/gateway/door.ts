import { CodecError } from '../core/codec/CodecError.ts';
import {
  cancelAllPreimage,
  cancelPreimage,
  intentPreimage,
  type MessagePreimage,
  withdrawPreimage,
} from '../core/codec/message.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import { type RejectionName, rejection } from '../core/machine/rejections.ts';
import type { Signature, SignedIntent, SignedWithdrawIntent } from '../core/protocol/rows.ts';
import type { Signer } from '../sequencer/sequencer.ts';
import { BAD_SIGNATURE, type DoorRejection } from './doorRejection.ts';
import type { SignatureQueue } from './signatureQueue.ts';

export interface CancelRequest {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
  readonly signature: Signature;
}

/** A refusal, or the account and the key that its signature was found to be of. */
export type DoorVerdict = { readonly rejection: DoorRejection } | { readonly rejection: null; readonly signer: Signer };

/**
 * What is refused before it is logged: unknown account, expired, replayed, mis-signed. The machine checks all but
 * the signature again; here they keep rubbish out of the log, cheapest check first.
 */
export interface Door {
  readonly intent: (signed: SignedIntent) => Promise<DoorVerdict>;
  readonly withdraw: (signed: SignedWithdrawIntent) => Promise<DoorVerdict>;
  readonly cancel: (request: CancelRequest) => Promise<DoorVerdict>;
  readonly cancelAll: (request: CancelRequest) => Promise<DoorVerdict>;
}

export interface DoorConfig {
  readonly signatures: SignatureQueue;
  readonly domain: bigint;
  readonly view: MachineView;
  readonly nowSec: () => number;
}

interface Checked {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
}

export const createDoor = ({ signatures, domain, view, nowSec }: DoorConfig): Door => {
  const isReplayed = ({ account, nonce }: Checked): boolean => {
    const accepted = view.acceptedNonce(account, nonce);
    return accepted !== null && nonce <= accepted;
  };

  const check = async (
    fields: Checked,
    consumesNonce: boolean,
    signature: Signature,
    malformed: RejectionName,
    preimageOf: () => MessagePreimage,
  ): Promise<DoorVerdict> => {
    const account = view.account(fields.account);
    if (account === null) return { rejection: rejection('UNKNOWN_ACCOUNT') };
    if (fields.expirySec < nowSec()) return { rejection: rejection('EXPIRED') };
    if (consumesNonce && isReplayed(fields)) return { rejection: rejection('NONCE_TOO_LOW') };
    const { keyX, keyY } = account;
    let preimage: MessagePreimage;
    try {
      preimage = preimageOf();
    } catch (error) {
      // What has no canonical message cannot have been signed.
      if (error instanceof CodecError) return { rejection: rejection(malformed) };
      throw error;
    }
    const holds = await signatures.check({ key: { x: keyX, y: keyY }, preimage, signature });
    return holds
      ? { rejection: null, signer: { account: fields.account, key: { keyX, keyY } } }
      : { rejection: BAD_SIGNATURE };
  };

  return {
    intent: ({ intent, signature }) =>
      check(intent, true, signature, 'MALFORMED_LEGS', () => intentPreimage(domain, intent)),
    withdraw: ({ intent, signature }) =>
      check(intent, true, signature, 'MALFORMED_WITHDRAWAL', () => withdrawPreimage(domain, intent)),
    cancel: ({ signature, ...cancel }) =>
      check(cancel, false, signature, 'MALFORMED_CANCEL', () => cancelPreimage(domain, cancel)),
    cancelAll: ({ signature, ...cancel }) =>
      check(cancel, false, signature, 'MALFORMED_CANCEL', () => cancelAllPreimage(domain, cancel)),
  };
};
