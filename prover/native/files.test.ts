import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wtns } from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readZkeyHeader } from '../prove/zkeyHeader.ts';
import { readR1csHeader } from '../setup/r1csHeader.ts';
import { loadCore, type NativeCore } from './core.ts';
import { runJob } from './runJob.ts';

const core = loadCore();

/** An ordinary circuit with its files, made by circom and snarkjs: 1000 constraints, x -> x^2 + b. */
const packages = join(import.meta.dirname, '../../node_modules');
const circuitFolder = join(packages, 'circom_runtime/test/circuit');
const zkeyPath = join(circuitFolder, 'circuit.zkey');
const r1csPath = join(circuitFolder, 'circuit.r1cs');

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: { code?: string }) => error.code ?? String(error),
  );

type Edit = (bytes: Buffer) => Buffer;
const setWord =
  (offset: number, value: number): Edit =>
  (bytes) => {
    bytes.writeUInt32LE(value, offset);
    return bytes;
  };
const cut =
  (length: number): Edit =>
  (bytes) =>
    bytes.subarray(0, length);
/** Where a section's bytes begin. */
function sectionOf(bytes: Buffer, wanted: number): number {
  for (let offset = 12; offset < bytes.length; ) {
    if (bytes.readUInt32LE(offset) === wanted) return offset + 12;
    offset += 12 + Number(bytes.readBigUInt64LE(offset + 4));
  }
  throw new Error(`no section ${wanted}`);
}
const inSection =
  (id: number, offset: number, value: number): Edit =>
  (bytes) =>
    setWord(sectionOf(bytes, id) + offset, value)(bytes);
const dropSection =
  (id: number): Edit =>
  (bytes) => {
    const start = sectionOf(bytes, id);
    const size = Number(bytes.readBigUInt64LE(start - 8));
    bytes.writeUInt32LE(bytes.readUInt32LE(8) - 1, 8);
    return Buffer.concat([bytes.subarray(0, start - 12), bytes.subarray(start + size)]);
  };
const repeatSection =
  (id: number): Edit =>
  (bytes) => {
    const start = sectionOf(bytes, id);
    const size = Number(bytes.readBigUInt64LE(start - 8));
    bytes.writeUInt32LE(bytes.readUInt32LE(8) + 1, 8);
    return Buffer.concat([bytes, bytes.subarray(start - 12, start + size)]);
  };
const renameSection =
  (id: number, other: number): Edit =>
  (bytes) =>
    setWord(sectionOf(bytes, id) - 12, other)(bytes);
const append: Edit = (bytes) => Buffer.concat([bytes, Buffer.from([0])]);

describe.skipIf(core === undefined)('files', () => {
  const native = core as NativeCore;
  let folder = '';
  let path = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'straddle-files-'));
    path = join(folder, 'file');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const damage = (source: string, edit: Edit): void => writeFileSync(path, edit(readFileSync(source)));

  describe('zkey', () => {
    const inspect = (file: string): Promise<unknown> => runJob(() => native.inspectZkey(file, 2));

    it('reads the sizes of an ordinary key', async () => {
      const { wires, publicSignals, domainSize } = await readZkeyHeader(zkeyPath);
      expect({ wires, publicSignals, domainSize }).toEqual({ wires: 1004, publicSignals: 4, domainSize: 1024 });
      expect(await inspect(zkeyPath)).toEqual({ wires, publicSignals, domainSize, coefficients: 2005 });
    });

    it('tells a missing file, a folder and an empty file apart from a damaged one', async () => {
      writeFileSync(path, '');
      expect(await codeOf(inspect(join(folder, 'none')))).toBe('KEY_FILE_MISSING');
      expect(await codeOf(inspect(folder))).toBe('KEY_FILE_MISSING');
      expect(await codeOf(inspect(path))).toBe('KEY_FILE_DAMAGED');
    });

    it('names the file and the fault', async () => {
      damage(zkeyPath, inSection(4, 4 + 44 * 7 + 8, 1004));
      const message = `${path}: The proving key is damaged: coefficient 7 is out of range.`;
      await expect(inspect(path)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    });

    // Faults that the header shows: prover/prove/zkeyHeader.ts must see them too, under the same code.
    const headerFaults: readonly (readonly [string, Edit, string])[] = [
      ['other magic', setWord(0, 0x79656b7b), 'KEY_FILE_DAMAGED'],
      ['another version', setWord(4, 2), 'KEY_FILE_DAMAGED'],
      ['more sections than there are', setWord(8, 11), 'KEY_FILE_DAMAGED'],
      ['fewer sections than there are', setWord(8, 9), 'KEY_FILE_DAMAGED'],
      ['a cut in the head', cut(11), 'KEY_FILE_DAMAGED'],
      ['a cut in the points', cut(40_000), 'KEY_FILE_DAMAGED'],
      ['a byte too many', append, 'KEY_FILE_DAMAGED'],
      ['a repeated section', repeatSection(5), 'KEY_FILE_DAMAGED'],
      ['no section of H', dropSection(9), 'KEY_FILE_DAMAGED'],
      ['A and B1 under other names', renameSection(5, 15), 'KEY_FILE_DAMAGED'],
      ['another proof system', inSection(1, 0, 2), 'KEY_FILE_WRONG_CIRCUIT'],
      ['another field size', inSection(2, 0, 48), 'KEY_FILE_WRONG_CIRCUIT'],
      ['another base field', inSection(2, 4, 5), 'KEY_FILE_WRONG_CIRCUIT'],
      ['another scalar field', inSection(2, 40, 5), 'KEY_FILE_WRONG_CIRCUIT'],
      ['one wire more', inSection(2, 72, 1005), 'KEY_FILE_DAMAGED'],
      ['all wires public', inSection(2, 76, 1004), 'KEY_FILE_DAMAGED'],
      ['2^32 - 1 public signals', inSection(2, 76, 0xffffffff), 'KEY_FILE_DAMAGED'],
      ['a domain of 1023', inSection(2, 80, 1023), 'KEY_FILE_DAMAGED'],
      ['a domain of none', inSection(2, 80, 0), 'KEY_FILE_DAMAGED'],
      ['a domain of 2^29', inSection(2, 80, 2 ** 29), 'KEY_FILE_DAMAGED'],
    ];
    it.each(headerFaults)('refuses %s', async (_, edit, code) => {
      damage(zkeyPath, edit);
      expect([await codeOf(inspect(path)), await codeOf(readZkeyHeader(path))]).toEqual([code, code]);
    });

    // Faults among the coefficients, which only a full reading finds.
    const coefficientFaults: readonly (readonly [string, Edit])[] = [
      ['another number of them', inSection(4, 0, 2004)],
      ['a matrix C', inSection(4, 4, 2)],
      ['a row beyond the domain', inSection(4, 4 + 4, 1024)],
      ['a wire beyond the last', inSection(4, 4 + 8, 1004)],
      ['a value of r or more', inSection(4, 4 + 12 + 28, 0x30644e73)],
      ['a fault in the last one', inSection(4, 4 + 44 * 2004, 0x80000000)],
    ];
    it.each(coefficientFaults)('refuses coefficients with %s', async (_, edit) => {
      damage(zkeyPath, edit);
      expect(await codeOf(inspect(path))).toBe('KEY_FILE_DAMAGED');
    });
  });

  describe('wtns', () => {
    const inspect = (witness: string | Uint8Array): Promise<number> => runJob(() => native.inspectWtns(witness));
    let file = Buffer.alloc(0);
    beforeAll(async () => {
      const wasm = readFileSync(join(circuitFolder, 'circuit_js/circuit.wasm'));
      const output: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
      await wtns.calculate(JSON.parse(readFileSync(join(circuitFolder, 'input.json'), 'utf8')), wasm, output);
      file = Buffer.from(output.data ?? []);
    });
    const valuesOffset = 12 + 12 + 40 + 12;

    it('reads a witness of snarkjs from a file and from memory', async () => {
      writeFileSync(path, file);
      expect([await inspect(path), await inspect(file)]).toEqual([1004, 1004]);
    });

    it('writes what snarkjs writes, byte for byte', () => {
      expect(Buffer.from(native.encodeWtns(file.subarray(valuesOffset)))).toEqual(file);
    });

    const faults: readonly (readonly [string, Edit])[] = [
      ['nothing in it', cut(0)],
      ['another version', setWord(4, 1)],
      ['a cut in the last value', (bytes) => bytes.subarray(0, bytes.length - 1)],
      ['a byte too many', append],
      ['one value fewer than it says', inSection(1, 36, 1005)],
      ['another field', inSection(1, 4, 5)],
      ['a first value that is not one', inSection(2, 0, 2)],
      ['a value of r or more', inSection(2, 32 * 1003 + 28, 0x30644e73)],
      ['values under another name', renameSection(2, 3)],
    ];
    it.each(faults)('refuses %s', async (_, edit) => {
      const bytes = edit(Buffer.from(file));
      writeFileSync(path, bytes);
      const codes = [await codeOf(inspect(path)), await codeOf(inspect(bytes))];
      expect(codes).toEqual(['PROVER_WITNESS_INVALID', 'PROVER_WITNESS_INVALID']);
    });

    it('accepts r - 1 and refuses r', async () => {
      const largest = Buffer.from('000000f093f5e1439170b97948e833285d588181b64550b829a031e1724e6430', 'hex');
      const order = Buffer.from('010000f093f5e1439170b97948e833285d588181b64550b829a031e1724e6430', 'hex');
      const one = Buffer.alloc(32);
      one[0] = 1;
      expect(await inspect(native.encodeWtns(Buffer.concat([one, largest])))).toBe(2);
      const beyond = native.encodeWtns(Buffer.concat([one, order]));
      expect(await codeOf(inspect(beyond))).toBe('PROVER_WITNESS_INVALID');
    });
  });

  describe('r1cs', () => {
    const inspect = (file: string): Promise<unknown> => runJob(() => native.inspectR1cs(file));

    it('reads the sizes of an ordinary circuit', async () => {
      const { wires, publicSignals, constraints } = await readR1csHeader(r1csPath);
      expect({ wires, publicSignals, constraints }).toEqual({ wires: 1004, publicSignals: 4, constraints: 1000 });
      const inputs = { publicOutputs: 1, publicInputs: 3, privateInputs: 0 };
      expect(await inspect(r1csPath)).toEqual({ wires, ...inputs, constraints, terms: 5001 });
    });

    it('refuses custom gates', async () => {
      const gates = join(packages, 'r1csfile/test/testutils/circuitCG.r1cs');
      expect(await codeOf(inspect(gates))).toBe('SETUP_R1CS_UNSUPPORTED');
    });

    const faults: readonly (readonly [string, Edit, string])[] = [
      ['a file of another kind', () => readFileSync(zkeyPath), 'SETUP_R1CS_INVALID'],
      ['a cut in a constraint', cut(20_000), 'SETUP_R1CS_INVALID'],
      ['another field', inSection(1, 4, 5), 'SETUP_R1CS_UNSUPPORTED'],
      ['more inputs than wires', inSection(1, 48, 2000), 'SETUP_R1CS_INVALID'],
      ['one constraint more', inSection(1, 60, 1001), 'SETUP_R1CS_INVALID'],
      ['one constraint fewer', inSection(1, 60, 999), 'SETUP_R1CS_INVALID'],
      ['2^32 - 1 constraints', inSection(1, 60, 0xffffffff), 'SETUP_R1CS_INVALID'],
      ['2^32 - 1 terms in a sum', inSection(2, 0, 0xffffffff), 'SETUP_R1CS_INVALID'],
      ['a wire that there is not', inSection(2, 4, 1004), 'SETUP_R1CS_INVALID'],
      ['a coefficient of r or more', inSection(2, 8 + 28, 0x30644e73), 'SETUP_R1CS_INVALID'],
      ['no constraints', dropSection(2), 'SETUP_R1CS_INVALID'],
      ['labels for fewer wires', inSection(1, 36, 1005), 'SETUP_R1CS_INVALID'],
    ];
    it.each(faults)('refuses %s', async (_, edit, code) => {
      damage(r1csPath, edit);
      expect(await codeOf(inspect(path))).toBe(code);
    });
  });
});
