import { readFile } from 'node:fs/promises';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE, STANDARD_PRESET } from '../../node/core/protocol/presets.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { loadCore } from '../../prover/native/core.ts';
import { createNativeBackend } from '../../prover/prove/nativeBackend.ts';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import { shapeArtifacts } from '../../prover/setup/shapeArtifacts.ts';
import { buildFromOpening } from '../../prover/witness/buildInput.ts';
import { calculateWitness } from '../../prover/witness/calculateWitness.ts';
import { openingOf, trading } from '../circuits/fixtures.ts';
import { type Figure, median } from './figure.ts';
import { timed } from './timed.ts';

const RUNS = 3;
const STAGES = ['roots, transcript and inputs', 'witness', 'proof', 'verification'] as const;

interface Measured {
  /** Medians, in the order of STAGES. */
  readonly seconds: readonly number[];
  readonly words: number;
  readonly trades: number;
}

/** One batch from its opening to a verified proof, with warm generator and prover. */
const measure = async (preset: Deployment, shape: Shape, backend: ProverBackend): Promise<Measured> => {
  const { circuit, key } = await shapeArtifacts(openArtifactStore(), preset, shape);
  const { hasher } = await createCryptography();
  const vkey = JSON.parse(await readFile(key.vkey, 'utf8'));
  const rounds: number[][] = [];
  let words = 0;
  let trades = 0;
  try {
    for (let run = 0; run <= RUNS; run++) {
      const opening = openingOf(hasher, trading());
      const input = await timed(() => buildFromOpening(hasher, opening, preset.columns, shape));
      const witness = await timed(() => calculateWitness(circuit, input.result.input));
      const proof = await timed(() => backend.prove(key.zkey, witness.result));
      const { proof: made, publicSignals } = proof.result;
      const verified = await timed(() => backend.verify(vkey, publicSignals, made));
      if (!verified.result) throw new Error('the bench made a proof that does not verify');
      words = input.result.words.length;
      trades = opening.rows.trades.length;
      // The first run warms the prover and is not counted.
      if (run > 0) rounds.push([input, witness, proof, verified].map(({ seconds }) => seconds));
    }
  } finally {
    await backend.terminate();
  }
  return { seconds: STAGES.map((_, stage) => median(rounds.map((round) => round[stage] ?? 0))), words, trades };
};

const stageFigures = (name: string, { seconds }: Measured, stages: readonly string[] = STAGES): Figure[] =>
  stages.map((stage) => ({
    name: `${name}: ${stage} (median of ${RUNS})`,
    value: seconds[(STAGES as readonly string[]).indexOf(stage)] ?? 0,
    unit: 's',
    goal: stage === 'proof' && name.startsWith('standard') ? '15' : 'none set',
    better: 'lower',
  }));

/** Batches of the shapes that `npm start` uses: by snarkjs, and by the native core where there is one. */
export const benchProving = async (): Promise<Figure[]> => {
  const development = await measure(DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE, createSnarkjsBackend());
  // Inputs and witness are the same work with either prover.
  const figures = stageFigures('development batch, snarkjs', development, ['proof', 'verification']);
  const core = loadCore();
  if (core !== undefined) {
    for (const shape of STANDARD_PRESET.shapes) {
      const measured = await measure(STANDARD_PRESET, shape, createNativeBackend(core));
      figures.push(...stageFigures(`${shape.name} batch, core`, measured));
    }
  }
  const { trades, words } = development;
  return [
    ...figures,
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
