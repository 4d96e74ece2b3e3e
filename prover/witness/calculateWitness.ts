import { readFile } from 'node:fs/promises';
import { wtns } from 'snarkjs';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import type { CircuitInput, InputValue } from './circuitInput.ts';
import { selectWires } from './selectWires.ts';

const inField = (value: InputValue): InputValue =>
  typeof value === 'bigint' ? ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME : value.map(inField);

/**
 * Runs the circuit's witness generator.
 * @param wasm the generator's bytes or its path
 * @param wireMap path of the map from the circuit's wires to the generator's, for a circuit reduced by the native core
 * @returns the .wtns file's bytes
 * @throws Error with circom's call trace if an assertion fails: the batch does not satisfy the circuit.
 */
export const calculateWitness = async (
  wasm: string | Uint8Array,
  input: CircuitInput,
  wireMap: string | null = null,
): Promise<Uint8Array> => {
  const memory: { type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  const normal = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, inField(value)]));
  await wtns.calculate(normal, wasm, memory);
  if (memory.data === undefined) throw new Error('the witness generator wrote nothing');
  return wireMap === null ? memory.data : selectWires(memory.data, await readFile(wireMap));
};
