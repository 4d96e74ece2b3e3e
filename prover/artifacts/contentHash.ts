import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const READ_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a file's content as 64 lower-case hex digits. Streams, so the file may be larger than memory. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** SHA-256 of bytes or of a string's UTF-8 as 64 lower-case hex digits. */
export function hashBytes(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * One hash of a set of named inputs. Names are sorted, and every part is preceded by its length, so that no two
 * different sets can be spelt alike.
 */
export function hashInputs(inputs: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(inputs).sort()) {
    for (const part of [name, inputs[name] ?? '']) {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(bytes.length));
      hash.update(length).update(bytes);
    }
  }
  return hash.digest('hex');
}
