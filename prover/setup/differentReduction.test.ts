import { expect, it } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { checkReduction } from './checkReduction.ts';
import { compileCircuit } from './compile.ts';

const SEED = process.env.SEED ?? '20261125';

const compile = (name: string, constraint: string) => {
  const template = `template Main() { signal input a; signal output b; ${constraint}; }`;
  const mainSource = { text: `pragma circom 2.2.0;\n${template}\ncomponent main = Main();\n` };
  return compileCircuit({ store: openArtifactStore(), name, mainSource, optimisation: 'O0' });
};

it("another circuit's reduction is refused by its code, with what differs and the seed to see it again", async () => {
  const [square, other] = [await compile('square', 'b <== a * a'), await compile('other-square', 'b <== a * a + 1')];
  const files = (reduced: string) => ({ unreduced: square.r1cs, reduced, wireMap: null });
  expect(await checkReduction(files(square.r1cs), SEED)).toMatchObject({ seed: SEED, constraints: 1 });
  await expect(checkReduction(files(other.r1cs), SEED)).rejects.toMatchObject({
    code: 'SETUP_REDUCTION_DIFFERS',
    data: { check: 'dropped', reduced: other.r1cs, unreduced: square.r1cs, seed: SEED },
  });
});
