import { CodecError } from '../../core/codec/CodecError.ts';
import type { MessagePreimage } from '../../core/codec/message.ts';
import type { MachineView } from '../../core/machine/machineView.ts';
import { rejection } from '../../core/machine/rejections.ts';
import type { Signer } from '../../sequencer/sequencer.ts';
import { BAD_SIGNATURE, type DoorRejection } from './doorRejection.ts';
import type { SignatureQueue } from './signatureQueue.ts';
import type { SignedPart } from './submission.ts';

/** A refusal, or the account and the key that the signature was found to be of. */
export type Verdict = { readonly rejection: DoorRejection } | { readonly rejection: null; readonly signer: Signer };

export interface JudgeConfig {
  readonly signatures: SignatureQueue;
  readonly domain: bigint;
  readonly view: Pick<MachineView, 'tradingKey' | 'acceptedNonce'>;
  readonly nowSec: () => number;
}

/**
 * What is refused before it is logged: unknown account, expired, replayed, mis-signed. The machine checks all but the signature
 * again; here they keep rubbish out of the log, cheapest check first.
 */
export type Judge = (part: SignedPart) => Verdict | Promise<Verdict>;

export const createJudge =
  ({ signatures, domain, view, nowSec }: JudgeConfig): Judge =>
  (part) => {
    const { account, nonce, signature } = part;
    const key = view.tradingKey(account);
    if (key === null) return { rejection: rejection('UNKNOWN_ACCOUNT') };
    if (part.expirySec < nowSec()) return { rejection: rejection('EXPIRED') };
    if (part.consumesNonce) {
      const accepted = view.acceptedNonce(account, nonce);
      if (accepted !== null && nonce <= accepted) return { rejection: rejection('NONCE_TOO_LOW') };
    }
    let preimage: MessagePreimage;
    try {
      preimage = part.preimage(domain);
    } catch (error) {
      // What has no canonical message cannot have been signed.
      if (error instanceof CodecError) return { rejection: rejection(part.malformed) };
      throw error;
    }
    return signatures
      .check({ key: { x: key.keyX, y: key.keyY }, preimage, signature })
      .then((holds) => (holds ? { rejection: null, signer: { account, key } } : { rejection: BAD_SIGNATURE }));
  };
