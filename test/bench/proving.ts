import { readFile } from 'node:fs/promises';
import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE } from '../../node/core/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import { shapeArtifacts } from '../../prover/setup/shapeArtifacts.ts';
import { buildFromOpening } from '../../prover/witness/buildInput.ts';
import { calculateWitness } from '../../prover/witness/calculateWitness.ts';
import { openingOf, trading } from '../circuits/fixtures.ts';
import { type Figure, median } from './figure.ts';
import { timed } from './timed.ts';

const RUNS = 3;

/** A full development batch: inputs (roots and transcript), witness, proof with a warm prover, verification. */
export const benchProving = async (): Promise<Figure[]> => {
  const { circuit, key } = await shapeArtifacts(openArtifactStore(), DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE);
  const hasher = await createCircomHasher();
  const wasm = new Uint8Array(await readFile(circuit.wasm));
  const vkey = JSON.parse(await readFile(key.vkey, 'utf8'));
  const backend = createSnarkjsBackend();
  const seconds: Record<'input' | 'witness' | 'proof' | 'verify', number[]> = {
    input: [],
    witness: [],
    proof: [],
    verify: [],
  };
  let words = 0;
  let trades = 0;
  try {
    for (let run = 0; run <= RUNS; run++) {
      const opening = openingOf(hasher, trading());
      const input = await timed(() => buildFromOpening(hasher, opening, DEVELOPMENT_PRESET.columns, DEVELOPMENT_SHAPE));
      const witness = await timed(() => calculateWitness({ wasm }, input.result.input));
      const proof = await timed(() => backend.prove(key.zkey, witness.result));
      const { proof: made, publicSignals } = proof.result;
      const verified = await timed(() => backend.verify(vkey, publicSignals, made));
      if (!verified.result) throw new Error('the bench made a proof that does not verify');
      words = input.result.words.length;
      trades = opening.rows.trades.length;
      // The first run warms the prover and is not counted.
      if (run === 0) continue;
      seconds.input.push(input.seconds);
      seconds.witness.push(witness.seconds);
      seconds.proof.push(proof.seconds);
      seconds.verify.push(verified.seconds);
    }
  } finally {
    await backend.terminate();
  }
  const figure = (name: string, values: readonly number[]): Figure => ({
    name: `development batch: ${name} (median of ${RUNS})`,
    value: median(values),
    unit: 's',
    goal: 'none set',
    better: 'lower',
  });
  return [
    figure('roots, transcript and inputs', seconds.input),
    figure('witness', seconds.witness),
    figure('proof, snarkjs, warm', seconds.proof),
    figure('verification', seconds.verify),
    { name: 'data of a trade row', value: 64, unit: 'bytes', goal: 'none set', better: 'lower' },
    {
      name: `data of the whole batch, per trade row (${trades} trades)`,
      value: (words * 32) / trades,
      unit: 'bytes',
      goal: 'none set',
      better: 'lower',
    },
  ];
};
