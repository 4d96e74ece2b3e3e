import { type FileHandle, open } from 'node:fs/promises';

/** Sections of a Groth16 .zkey, as snarkjs numbers them. */
export const ZKEY_SECTION = {
  protocol: 1,
  header: 2,
  ic: 3,
  coefficients: 4,
  a: 5,
  b1: 6,
  b2: 7,
  c: 8,
  h: 9,
  contributions: 10,
} as const;

const SECTION_COUNT = 10;

/** Little-endian 32-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  const buffer = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    buffer.writeUInt32LE(value, 4 * index);
  });
  return buffer;
}

/** Writes iden3's binary container section by section, streaming: a section's size is filled in when it ends. */
export class ZkeyWriter {
  private readonly file: FileHandle;
  private position = 0;
  private sectionStart = 0;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  static async create(path: string): Promise<ZkeyWriter> {
    const writer = new ZkeyWriter(await open(path, 'w'));
    await writer.append(Buffer.from('zkey', 'latin1'));
    await writer.append(words(1, SECTION_COUNT));
    return writer;
  }

  async begin(section: number): Promise<void> {
    await this.append(words(section, 0, 0));
    this.sectionStart = this.position;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.position);
      done += bytesWritten;
      this.position += bytesWritten;
    }
  }

  /** Overwrites the first bytes of the section that is being written. */
  async patch(bytes: Uint8Array): Promise<void> {
    await this.file.write(bytes, 0, bytes.length, this.sectionStart);
  }

  async end(): Promise<void> {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(this.position - this.sectionStart));
    await this.file.write(size, 0, 8, this.sectionStart - 8);
  }

  async section(section: number, ...parts: readonly Uint8Array[]): Promise<void> {
    await this.begin(section);
    for (const part of parts) await this.append(part);
    await this.end();
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
