import { writeFile } from 'node:fs/promises';
import { BN254_Q } from '../../prove/zkeyHeader.ts';
import { scalarBytes } from '../Bn254Arena.ts';
import { buildBn254Code } from '../bn254Code.ts';
import { FixedBase } from '../FixedBase.ts';
import { SCALAR_FIELD } from '../r1csHeader.ts';

/** Secrets whose powers a test's .ptau holds, so that snarkjs can make the key that ours is compared with. */
export type KnownSecrets = { readonly tau: bigint; readonly alpha: bigint; readonly beta: bigint };

function section(id: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(id);
  head.writeBigUInt64LE(BigInt(content.length), 4);
  return Buffer.concat([head, content]);
}

function word(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

/** Writes an unprepared .ptau without contributions from known secrets. */
export async function writeKnownPtau(path: string, power: number, secrets: KnownSecrets): Promise<void> {
  const code = await buildBn254Code();
  const [g1, g2] = [await FixedBase.create(code, 'g1', 6), await FixedBase.create(code, 'g2', 6)];
  const powers = (factor: bigint, count: number): Uint8Array => {
    const scalars: Uint8Array[] = [];
    for (let value = factor; scalars.length < count; value = (value * secrets.tau) % SCALAR_FIELD) {
      scalars.push(scalarBytes(value));
    }
    return Buffer.concat(scalars);
  };
  const points = (base: FixedBase, scalars: Uint8Array, bytes: number): Uint8Array => {
    const out = new Uint8Array((scalars.length / 32) * bytes);
    base.multiply(scalars, out);
    return out;
  };
  const size = 2 ** power;
  const sections = [
    section(1, Buffer.concat([word(32), scalarBytes(BN254_Q), word(power), word(power)])),
    section(2, points(g1, powers(1n, 2 * size - 1), 64)),
    section(3, points(g2, powers(1n, size), 128)),
    section(4, points(g1, powers(secrets.alpha, size), 64)),
    section(5, points(g1, powers(secrets.beta, size), 64)),
    section(6, points(g2, scalarBytes(secrets.beta), 128)),
    section(7, word(0)),
  ];
  await writeFile(path, Buffer.concat([Buffer.from('ptau'), word(1), word(sections.length), ...sections]));
}
