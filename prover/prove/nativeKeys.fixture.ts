import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as snarkjs from 'snarkjs';
import type { NativeCore } from '../native/core.ts';
import { numbersToBytes } from '../native/numberBytes.ts';
import { type ProductCircuit, productCircuit } from '../native/productCircuit.fixture.ts';
import { writeR1cs } from '../native/r1csModel.fixture.ts';
import type { Groth16Proof, VerificationKey } from './groth16.ts';

/** A circuit of products with its development key on disk. */
export type KeyedCircuit = ProductCircuit & { readonly zkey: string; readonly r1cs: string };

export type KeyOptions = Parameters<typeof productCircuit>[0];

/** tau, alpha, beta, delta. */
const SECRETS = numbersToBytes([1234567n, 891011n, 121314n, 151617n]);

export async function keyedCircuit(core: NativeCore, directory: string, options: KeyOptions): Promise<KeyedCircuit> {
  const { constraints, publicInputs, seed, terms } = options;
  const base = join(directory, `products-${constraints}-${publicInputs}-${terms}-${seed}`);
  const circuit = productCircuit(options);
  const files = { r1cs: `${base}.r1cs`, zkey: `${base}.zkey` };
  await writeFile(files.r1cs, writeR1cs(circuit.model));
  await core.writeDevelopmentKey(files.r1cs, files.zkey, SECRETS, new Uint8Array(64), 2).promise;
  return { ...circuit, ...files };
}

export const wtnsOf = (core: NativeCore, values: readonly bigint[]): Uint8Array =>
  core.encodeWtns(numbersToBytes(values));

export const vkeyOf = async (zkey: string): Promise<VerificationKey> =>
  (await snarkjs.zKey.exportVerificationKey(zkey)) as VerificationKey;

type RandomField = { random: () => Uint8Array; e: (value: bigint) => Uint8Array };

/** snarkjs' proof with a blinding of ours: it takes r and s, in this order, from its field's generator. */
export async function snarkjsProof(
  zkey: string,
  witness: Uint8Array,
  blinding: readonly [bigint, bigint],
): Promise<{ proof: Groth16Proof; publicSignals: string[] }> {
  const curve = await snarkjs.curves.getCurveFromName('bn128');
  const field = curve.Fr as unknown as RandomField;
  const { random } = field;
  let taken = 0;
  field.random = () => field.e(blinding[taken++] ?? 0n);
  try {
    const made = await snarkjs.groth16.prove(zkey, witness);
    if (taken !== 2) throw new Error(`snarkjs took ${taken} random numbers for a proof, not 2`);
    return made as { proof: Groth16Proof; publicSignals: string[] };
  } finally {
    field.random = random;
  }
}
