import { expect, test } from 'vitest';
import { selectWires } from './selectWires.ts';

/** A .wtns file of small values. */
function witness(...values: readonly number[]): Buffer {
  const words = (...list: readonly number[]): Buffer => Buffer.from(new Uint32Array(list).buffer);
  const header = Buffer.concat([words(32), Buffer.alloc(32, 7), words(values.length)]);
  const body = Buffer.concat(values.map((value) => Buffer.concat([words(value), Buffer.alloc(28)])));
  const start = Buffer.concat([Buffer.from('wtns'), words(2, 2)]);
  return Buffer.concat([start, words(1, header.length, 0), header, words(2, body.length, 0), body]);
}

const map = (...wires: readonly number[]): Uint8Array => new Uint8Array(new Uint32Array(wires).buffer);

test('the values that the map names, as a witness of their own', () => {
  expect(selectWires(witness(1, 20, 30, 40, 50), map(0, 1, 4))).toEqual(witness(1, 20, 50));
  expect(selectWires(witness(1, 20), map(0, 1))).toEqual(witness(1, 20));
});

test('a map of another circuit, and what is no witness', () => {
  expect(() => selectWires(witness(1, 20), map(0, 2))).toThrow('wire 2 of 2');
  expect(() => selectWires(witness(1, 20).subarray(0, 40), map(0))).toThrow('no witness');
  expect(() => selectWires(Buffer.alloc(200), map(0))).toThrow('no witness');
  expect(() => selectWires(witness(1, 20), new Uint8Array(3))).toThrow('no wire map');
});
