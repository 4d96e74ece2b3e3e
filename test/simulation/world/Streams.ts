import { createHash } from 'node:crypto';
import { Prng } from '../../property/prng.ts';

/**
 * Everything random of one seed: a stream a concern, so that leaving out one kind of fault, or drawing once more in one place,
 * changes nothing of the others.
 */
export class Streams {
  readonly seed: number;
  private readonly streams = new Map<string, Prng>();

  constructor(seed: number) {
    this.seed = seed;
  }

  of(concern: string): Prng {
    const known = this.streams.get(concern);
    if (known !== undefined) return known;
    const digest = createHash('sha256').update(`${this.seed}/${concern}`).digest();
    const stream = new Prng(digest.readUInt32LE(0));
    this.streams.set(concern, stream);
    return stream;
  }
}
