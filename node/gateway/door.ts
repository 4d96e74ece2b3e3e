import { CodecError } from '../core/codec/CodecError.ts';
import { cancelAllMessage, cancelMessage, intentMessage, withdrawMessage } from '../core/codec/message.ts';
import { verifySignature } from '../core/crypto/eddsa.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import type { Signature, SignedIntent, SignedWithdrawIntent } from '../core/ledger/rows.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import { type RejectionName, rejection } from '../core/machine/rejections.ts';
import { BAD_SIGNATURE, type DoorRejection } from './doorRejection.ts';

export interface CancelRequest {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
  readonly signature: Signature;
}

/**
 * What is refused before it is logged: unknown account, expired, replayed, mis-signed. The machine checks all but
 * the signature again; here they keep rubbish out of the log, cheapest check first.
 */
export interface Door {
  readonly intent: (signed: SignedIntent) => DoorRejection | null;
  readonly withdraw: (signed: SignedWithdrawIntent) => DoorRejection | null;
  readonly cancel: (request: CancelRequest) => DoorRejection | null;
  readonly cancelAll: (request: CancelRequest) => DoorRejection | null;
}

export interface DoorConfig {
  readonly hasher: Hasher;
  readonly domain: bigint;
  readonly view: MachineView;
  readonly nowSec: () => number;
}

export const createDoor = ({ hasher, domain, view, nowSec }: DoorConfig): Door => {
  interface Checked {
    readonly account: number;
    readonly nonce: number;
    readonly expirySec: number;
  }

  const check = (
    fields: Checked,
    consumesNonce: boolean,
    signature: Signature,
    malformed: RejectionName,
    message: () => bigint,
  ): DoorRejection | null => {
    const account = view.account(fields.account);
    if (account === null) return rejection('UNKNOWN_ACCOUNT');
    if (fields.expirySec < nowSec()) return rejection('EXPIRED');
    if (consumesNonce) {
      const accepted = view.acceptedNonce(fields.account, fields.nonce);
      if (accepted !== null && fields.nonce <= accepted) return rejection('NONCE_TOO_LOW');
    }
    const key = { x: account.keyX, y: account.keyY };
    try {
      return verifySignature(hasher, key, message(), signature) ? null : BAD_SIGNATURE;
    } catch (error) {
      // What has no canonical message cannot have been signed.
      if (error instanceof CodecError) return rejection(malformed);
      throw error;
    }
  };

  return {
    intent: ({ intent, signature }) =>
      check(intent, true, signature, 'MALFORMED_LEGS', () => intentMessage(hasher, domain, intent)),
    withdraw: ({ intent, signature }) =>
      check(intent, true, signature, 'MALFORMED_WITHDRAWAL', () => withdrawMessage(hasher, domain, intent)),
    cancel: ({ signature, ...cancel }) =>
      check(cancel, false, signature, 'MALFORMED_CANCEL', () => cancelMessage(hasher, domain, cancel)),
    cancelAll: ({ signature, ...cancel }) =>
      check(cancel, false, signature, 'MALFORMED_CANCEL', () => cancelAllMessage(hasher, domain, cancel)),
  };
};
