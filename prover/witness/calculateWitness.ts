import { readFile } from 'node:fs/promises';
import { wtns } from 'snarkjs';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { loadCore } from '../native/core.ts';
import { NativeError } from '../native/NativeError.ts';
import { createWitnessGenerator, type WitnessGenerator } from '../native/witnessGenerator.ts';
import type { CircuitInput, InputValue } from './circuitInput.ts';
import { selectWires } from './selectWires.ts';
import { WitnessError, type WitnessErrorCode } from './WitnessError.ts';

const inField = (value: InputValue): InputValue =>
  typeof value === 'bigint' ? ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME : value.map(inField);

/** Where a circuit's witnesses come from. */
export interface WitnessSource {
  /** circom's WASM generator: bytes, or the path. */
  readonly wasm: string | Uint8Array;
  /** Path of the same as a program for the native core, which is used where there is a core; null if there is none. */
  readonly witnessProgram?: string | null;
  /** Path of the map from the circuit's wires to the generator's, for a circuit reduced by the native core. */
  readonly wireMap?: string | null;
}

let native: WitnessGenerator | undefined;

/** Messages of circom's generator (witness_calculator.js), by which its errors are told apart. */
const REFUSED = /Assert Failed|divide by zero|integer (divide|overflow)|Fr_toInt|unreachable/i;
const INPUT_INVALID = /input signal|Signal not found|Signal, ?\w* ?assigned|inputs have been set/i;

const wasmErrorCode = (message: string): WitnessErrorCode => {
  if (INPUT_INVALID.test(message)) return 'WITNESS_INPUT_INVALID';
  return REFUSED.test(message) ? 'WITNESS_REFUSED' : 'WITNESS_FAILED';
};

const calculateInWasm = async ({ wasm, wireMap }: WitnessSource, input: CircuitInput): Promise<Uint8Array> => {
  const memory: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  const normal = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, inField(value)]));
  try {
    await wtns.calculate(normal, wasm, memory);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WitnessError(wasmErrorCode(message), `The witness generator stopped: ${message.trim()}`, {}, cause);
  }
  if (memory.data === undefined) throw new WitnessError('WITNESS_FAILED', 'The witness generator wrote nothing.');
  return wireMap == null ? memory.data : selectWires(memory.data, await readFile(wireMap));
};

const nativeErrorCode = (code: string): WitnessErrorCode => {
  if (code === 'WITNESS_REFUSED' || code === 'WITNESS_INPUT_INVALID') return code;
  return code === 'PROVER_ABORTED' ? 'WITNESS_ABORTED' : 'WITNESS_FAILED';
};

/**
 * The witness of a circuit for these inputs: by the native core where there is one and the circuit has a program for it,
 * otherwise by circom's WASM generator. Both give the same bytes and refuse the same inputs.
 *
 * @returns the .wtns file's bytes
 * @throws WitnessError WITNESS_REFUSED with template and line if an assertion fails: the batch does not satisfy the circuit;
 * WITNESS_INPUT_INVALID, WITNESS_FAILED; WITNESS_ABORTED (native only: WASM blocks until it is done)
 */
export const calculateWitness = async (
  source: WitnessSource,
  input: CircuitInput,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const { witnessProgram = null, wireMap = null } = source;
  const core = witnessProgram === null ? undefined : loadCore();
  if (core === undefined || witnessProgram === null) return calculateInWasm(source, input);
  native ??= createWitnessGenerator(core);
  try {
    return await native.calculate({ program: witnessProgram, wireMap }, input, { signal });
  } catch (cause) {
    if (!(cause instanceof NativeError)) throw cause;
    throw new WitnessError(nativeErrorCode(cause.code), cause.message, { native: cause.code }, cause);
  }
};
