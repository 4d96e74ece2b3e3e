import assert from 'node:assert/strict';
import { buildPoseidon } from 'circomlibjs';
import { FIELD_PRIME, type Hasher } from '../core/crypto/hasher.ts';

const ELEMENT_BYTES = 32;
const LIMBS = 4;
const MAX_INPUTS = 16;

/**
 * circomlib's Poseidon on circomlibjs' WebAssembly. Elements are written straight into its memory as four 64-bit
 * limbs: circomlibjs' own conversions cost several times the hash itself.
 */
export async function createCircomHasher(): Promise<Hasher> {
  const { tm } = (await buildPoseidon()).F;
  const wasm = tm.instance.exports;
  const inputs = tm.alloc(ELEMENT_BYTES * MAX_INPUTS);
  const output = tm.alloc(ELEMENT_BYTES);
  const state = tm.alloc(ELEMENT_BYTES);
  let limbs = new BigUint64Array(tm.memory.buffer);
  limbs.fill(0n, state / 8, state / 8 + LIMBS);

  const write = (pointer: number, value: bigint): void => {
    assert(value >= 0n && value < FIELD_PRIME, 'Poseidon takes field elements');
    const at = pointer / 8;
    limbs[at] = BigInt.asUintN(64, value);
    limbs[at + 1] = BigInt.asUintN(64, value >> 64n);
    limbs[at + 2] = BigInt.asUintN(64, value >> 128n);
    limbs[at + 3] = value >> 192n;
  };
  const read = (pointer: number): bigint => {
    const at = pointer / 8;
    const limb = (i: number): bigint => limbs[at + i] ?? 0n;
    return limb(0) | (limb(1) << 64n) | (limb(2) << 128n) | (limb(3) << 192n);
  };

  const poseidon = (values: readonly bigint[]): bigint => {
    assert(values.length >= 1 && values.length <= MAX_INPUTS, 'Poseidon takes 1 to 16 inputs');
    // A memory that has grown detaches its old views.
    if (limbs.buffer !== tm.memory.buffer) limbs = new BigUint64Array(tm.memory.buffer);
    let pointer = inputs;
    for (const value of values) {
      write(pointer, value);
      wasm.frm_toMontgomery(pointer, pointer);
      pointer += ELEMENT_BYTES;
    }
    wasm.poseidon(state, inputs, values.length, output, 1);
    wasm.frm_fromMontgomery(output, output);
    return read(output);
  };
  return { poseidon };
}
