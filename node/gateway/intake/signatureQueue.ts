import { MESSAGE_ELEMENTS } from '../../core/codec/message.ts';
import { type Hasher, hashMany } from '../../core/crypto/hasher.ts';
import { type SignatureVerifier, verifyEach } from '../../core/crypto/signatureVerifier.ts';
import type { SignedPreimage } from '../../crypto/signatureBytes.ts';

export interface SignatureQueue {
  /** Whether the signature holds. */
  readonly check: (signed: SignedPreimage) => Promise<boolean>;
}

export interface SignatureQueueConfig {
  readonly hasher: Hasher;
  readonly verifier: SignatureVerifier;
  /** Most checks before other work gets its turn. */
  readonly maxBatch?: number;
}

interface Waiting extends SignedPreimage {
  readonly resolve: (holds: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** A native verifier checks that many in less than a millisecond; core's own takes one for each. */
const MAX_BATCH = 64;
const MAX_BATCH_ONE_BY_ONE = 4;

/**
 * Checks together what arrives together: all that the sockets bring in one turn of the event loop. A lone message waits for
 * nothing but the end of that turn.
 */
export const createSignatureQueue = ({
  hasher,
  verifier,
  maxBatch = verifier.verifyMany === undefined ? MAX_BATCH_ONE_BY_ONE : MAX_BATCH,
}: SignatureQueueConfig): SignatureQueue => {
  let waiting: Waiting[] = [];

  const judge = (batch: readonly Waiting[]): readonly boolean[] => {
    const preimages = batch.flatMap(({ preimage }) => preimage);
    const messages = hashMany(hasher, MESSAGE_ELEMENTS, preimages);
    return verifyEach(
      verifier,
      batch.map(({ key, signature }, at) => ({ key, signature, message: messages[at] ?? 0n })),
    );
  };

  const flush = (): void => {
    const batch = waiting.slice(0, maxBatch);
    waiting = waiting.slice(maxBatch);
    if (waiting.length > 0) setImmediate(flush);
    try {
      const verdicts = judge(batch);
      batch.forEach(({ resolve }, at) => {
        resolve(verdicts[at] === true);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  return {
    check: (signed) =>
      new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ ...signed, resolve, reject });
      }),
  };
};
