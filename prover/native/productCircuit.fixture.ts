import { modulo, type R1csModel, type Sum } from './r1csModel.fixture.ts';
import { FIELD as FIELD_PRIME } from './witness/fieldOperations.ts';

/** Numbers that look random and depend on the seed alone (xorshift, Marsaglia 2003). */
export function numbersFrom(seed: number): () => bigint {
  let state = BigInt(seed) * 2n + 1n;
  const word = (): bigint => {
    state ^= (state << 13n) & 0xffff_ffff_ffff_ffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffff_ffff_ffff_ffffn;
    return state;
  };
  return () => ((word() << 192n) | (word() << 128n) | (word() << 64n) | word()) % FIELD_PRIME;
}

export type ProductCircuit = {
  readonly model: R1csModel;
  /** The witness for these public inputs and this private one. */
  readonly witness: (publicInputs: readonly bigint[], privateInput: bigint) => bigint[];
};

/**
 * A circuit whose every constraint makes a new wire from two sums of earlier ones: out = (sum) (sum). No sum has a constant:
 * inputs of zero make all wires zero; with one term a sum (its coefficient is 1 then), inputs of one make all one.
 */
export function productCircuit(options: {
  readonly constraints: number;
  readonly publicInputs: number;
  readonly terms: number;
  readonly seed: number;
}): ProductCircuit {
  const { constraints: count, publicInputs, seed, terms } = options;
  const next = numbersFrom(seed);
  const firstOutput = publicInputs + 2;
  const sumBelow = (end: number): Sum => {
    const sum = new Map<number, bigint>();
    for (let term = 0; term < terms; term++) {
      const coefficient = terms === 1 ? 1n : next();
      sum.set(1 + Number(next() % BigInt(end - 1)), coefficient);
    }
    return sum;
  };
  const constraints = Array.from({ length: count }, (_, index) => {
    const output = firstOutput + index;
    return [sumBelow(output), sumBelow(output), new Map([[output, 1n]])] as const;
  });
  const witness = (inputs: readonly bigint[], privateInput: bigint): bigint[] => {
    const values = [1n, ...inputs, privateInput];
    const totalOf = (sum: Sum): bigint => {
      let total = 0n;
      for (const [wire, coefficient] of sum) total += coefficient * (values[wire] ?? 0n);
      return modulo(total);
    };
    for (const [a, b] of constraints) values.push(modulo(totalOf(a) * totalOf(b)));
    return values;
  };
  const model = { wires: firstOutput + count, publicOutputs: 0, publicInputs, privateInputs: 1, constraints };
  return { model, witness };
}
