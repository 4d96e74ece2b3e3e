import { cancelAllMessage, cancelMessage, intentMessage, withdrawMessage } from '../../../node/core/codec/message.ts';
import type { AffinePoint } from '../../../node/core/crypto/babyJubjub.ts';
import type { Intent, WithdrawIntent } from '../../../node/core/protocol/rows.ts';
import type { Cryptography } from '../../../node/crypto/cryptography.ts';
import type { Submission } from '../../../node/gateway/intake/submission.ts';
import type { Prng } from '../../property/prng.ts';

interface Key {
  readonly privateKey: Uint8Array;
  readonly point: AffinePoint;
}

/** A trader's keys, old ones included, and its signatures under the one that counts. */
export class TraderKeys {
  private readonly cryptography: Cryptography;
  private readonly domain: bigint;
  private readonly random: Prng;
  private readonly keys: Key[] = [];

  constructor(cryptography: Cryptography, domain: bigint, random: Prng) {
    this.cryptography = cryptography;
    this.domain = domain;
    this.random = random;
  }

  make(): AffinePoint {
    const privateKey = Uint8Array.from({ length: 32 }, () => this.random.below(256));
    const point = this.cryptography.signer.publicKey(privateKey);
    this.keys.push({ privateKey, point });
    return point;
  }

  intent(keyX: bigint, intent: Intent): Submission & { readonly type: 'intent' } {
    const message = intentMessage(this.cryptography.hasher, this.domain, intent);
    return { type: 'intent', signed: { intent, signature: this.sign(keyX, message) } };
  }

  withdraw(keyX: bigint, intent: WithdrawIntent): Submission {
    const message = withdrawMessage(this.cryptography.hasher, this.domain, intent);
    return { type: 'withdraw', signed: { intent, signature: this.sign(keyX, message) } };
  }

  cancel(keyX: bigint, type: 'cancel' | 'cancelAll', account: number, nonce: number, expirySec: number): Submission {
    const fields = { account, nonce, expirySec };
    const { hasher } = this.cryptography;
    const message = (type === 'cancel' ? cancelMessage : cancelAllMessage)(hasher, this.domain, fields);
    return { type, ...fields, signature: this.sign(keyX, message) };
  }

  /** Under the key with this x; under the newest if it is none of these. */
  private sign(keyX: bigint, message: bigint) {
    const key = this.keys.find(({ point }) => point.x === keyX) ?? this.keys.at(-1);
    if (key === undefined) throw new Error('a trader signs before it has a key');
    return this.cryptography.signer.sign(key.privateKey, message);
  }
}
