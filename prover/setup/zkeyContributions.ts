import { blake2b } from '@noble/hashes/blake2.js';
import type { Group } from 'ffjavascript';
import { readZkeyHeader, readZkeySection } from '../prove/zkeyHeader.ts';
import { POINT_BYTES } from './Bn254Arena.ts';
import { SetupError } from './SetupError.ts';
import { singleThreadedCurve } from './singleThreadedCurve.ts';

/** One contribution as the key itself records it (snarkjs' zkey_utils.js, writeContribution). */
export type KeyContribution = {
  readonly kind: 'contribution' | 'beacon';
  readonly name: string;
  /** BLAKE2b of its points and transcript: what the contributor publishes. */
  readonly contributionHash: string;
  /** Of a beacon. */
  readonly beaconHash: string | undefined;
  readonly iterationsExp: number | undefined;
  /** Whether it left another delta than it found: a secret of 1 or -1 is none. */
  readonly changesDelta: boolean;
};
export type KeyContributions = { readonly circuitHash: string; readonly contributions: readonly KeyContribution[] };

const CONTRIBUTIONS_SECTION = 10;
const HASH_BYTES = 64;
/** The parameters' tags. */
const NAME = 1;
const ITERATIONS = 2;
const BEACON = 3;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

class SectionReader {
  private at = 0;
  private readonly bytes: Buffer;
  private readonly path: string;

  constructor(bytes: Uint8Array, path: string) {
    this.bytes = Buffer.from(bytes);
    this.path = path;
  }

  damaged(what: string): SetupError {
    const message = `The contributions of ${this.path} are damaged: ${what}. Do not use this key; fetch it again.`;
    return new SetupError('SETUP_CEREMONY_INVALID', message, { path: this.path });
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw this.damaged('they end too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  number(): number {
    return this.take(4).readUInt32LE(0);
  }

  end(): void {
    if (this.at !== this.bytes.length) throw this.damaged(`${this.bytes.length - this.at} bytes follow them`);
  }
}

type Parameters = Pick<KeyContribution, 'name' | 'beaconHash' | 'iterationsExp'>;

function readParameters(reader: SectionReader, block: Buffer): Parameters {
  let [name, beaconHash, iterationsExp]: [string, string | undefined, number | undefined] = ['', undefined, undefined];
  for (let at = 0; at < block.length; ) {
    const [tag, value = 0] = [block[at], block[at + 1]];
    at += 2;
    if (tag === ITERATIONS) {
      iterationsExp = value;
      continue;
    }
    if ((tag !== NAME && tag !== BEACON) || at + value > block.length) throw reader.damaged(`parameter ${tag} of one`);
    const content = block.subarray(at, at + value);
    if (tag === NAME) name = content.toString('utf8');
    else beaconHash = hex(content);
    at += value;
  }
  return { name, beaconHash, iterationsExp };
}

/**
 * The contributions inside a proving key, in order, with the hashes that their makers published. Says nothing about
 * whether they follow from one another: ceremony.ts does.
 *
 * @throws SetupError SETUP_CEREMONY_INVALID if the section is damaged; ProverError KEY_FILE_*
 */
export async function readKeyContributions(zkeyPath: string): Promise<KeyContributions> {
  const { sections } = await readZkeyHeader(zkeyPath);
  const section = sections.get(CONTRIBUTIONS_SECTION) ?? { offset: 0, bytes: 0 };
  const reader = new SectionReader(await readZkeySection(zkeyPath, section), zkeyPath);
  const curve = await singleThreadedCurve();
  const hashed = (group: Group, raw: Buffer): Uint8Array => {
    const out = new Uint8Array(raw.length);
    group.toRprUncompressed(out, 0, group.fromRprLEM(raw, 0));
    return out;
  };
  const circuitHash = hex(reader.take(HASH_BYTES));
  const contributions: KeyContribution[] = [];
  const generator = new Uint8Array(POINT_BYTES.g1);
  curve.G1.toRprUncompressed(generator, 0, curve.G1.g);
  let delta: Uint8Array = generator;
  for (let left = reader.number(); left > 0; left--) {
    const own = [0, 1, 2].map(() => hashed(curve.G1, reader.take(POINT_BYTES.g1)));
    const second = hashed(curve.G2, reader.take(POINT_BYTES.g2));
    const hash = blake2b(Buffer.concat([...own, second, reader.take(HASH_BYTES)]), { dkLen: HASH_BYTES });
    const type = reader.number();
    if (type > 1) throw reader.damaged(`one is of kind ${type}`);
    const parameters = readParameters(reader, reader.take(reader.number()));
    const after = own[0] ?? generator;
    // A point and its negative have one x, the first half.
    const changesDelta = hex(after.subarray(0, 32)) !== hex(delta.subarray(0, 32));
    const kind = type === 1 ? 'beacon' : 'contribution';
    contributions.push({ kind, contributionHash: hex(hash), changesDelta, ...parameters });
    delta = after;
  }
  reader.end();
  return { circuitHash, contributions };
}
