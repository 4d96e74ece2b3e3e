import {
  cancelAllPreimage,
  cancelPreimage,
  intentPreimage,
  type MessagePreimage,
  withdrawPreimage,
} from '../../core/codec/message.ts';
import type { RejectionName } from '../../core/machine/rejections.ts';
import type { Entry } from '../../core/protocol/entry.ts';
import type { Signature, SignedIntent } from '../../core/protocol/rows.ts';

/** What traders submit: the entries that carry signatures of trading keys. */
export type Submission = Extract<Entry, { type: 'intent' | 'massQuote' | 'cancel' | 'cancelAll' | 'withdraw' }>;

const TYPES: readonly Entry['type'][] = ['intent', 'massQuote', 'cancel', 'cancelAll', 'withdraw'];

export const isSubmission = (entry: Entry): entry is Submission => TYPES.includes(entry.type);

/** One signed message of a submission. */
export interface SignedPart {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
  readonly signature: Signature;
  /** Whether an accepted nonce may not come again. */
  readonly consumesNonce: boolean;
  /** What it is called when it has no canonical message. */
  readonly malformed: RejectionName;
  /** @throws CodecError when it has none */
  readonly preimage: (domain: bigint) => MessagePreimage;
}

const intentPart = ({ intent, signature }: SignedIntent): SignedPart => ({
  account: intent.account,
  nonce: intent.nonce,
  expirySec: intent.expirySec,
  signature,
  consumesNonce: true,
  malformed: 'MALFORMED_LEGS',
  preimage: (domain) => intentPreimage(domain, intent),
});

/** A submission's signed messages, in order: one of each quote, one of everything else. */
export const signedParts = (submission: Submission): readonly SignedPart[] => {
  switch (submission.type) {
    case 'intent':
      return [intentPart(submission.signed)];
    case 'massQuote':
      return submission.quotes.map(intentPart);
    case 'withdraw': {
      const { intent, signature } = submission.signed;
      const { account, nonce, expirySec } = intent;
      const preimage = (domain: bigint): MessagePreimage => withdrawPreimage(domain, intent);
      return [
        { account, nonce, expirySec, signature, consumesNonce: true, malformed: 'MALFORMED_WITHDRAWAL', preimage },
      ];
    }
    case 'cancel':
    case 'cancelAll': {
      const { type, account, nonce, expirySec, signature } = submission;
      const preimageOf = type === 'cancel' ? cancelPreimage : cancelAllPreimage;
      const preimage = (domain: bigint): MessagePreimage => preimageOf(domain, { account, nonce, expirySec });
      return [{ account, nonce, expirySec, signature, consumesNonce: false, malformed: 'MALFORMED_CANCEL', preimage }];
    }
  }
};
