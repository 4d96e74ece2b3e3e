import { Command } from 'commander';
import { PRESETS, TEST_SHAPE } from '../node/core/protocol/presets.ts';
import type { Shape } from '../node/core/protocol/shape.ts';
import { createCircomHasher } from '../node/crypto/circomHasher.ts';
import { openArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { BATCH_CHALLENGES } from './transcript/challenges.ts';
import { checkTranscript } from './transcript/checkTranscript.ts';
import { plainCircuit } from './transcript/plainCircuit.ts';

const shapes: readonly Shape[] = [TEST_SHAPE, ...PRESETS.large.shapes];

const main = async (): Promise<void> => {
  const values = new Command('npm run check:transcript --')
    .description('Proves of the compiled circuit that nothing is chosen after its challenge.')
    .option('--shape <name>', shapes.map(({ name }) => name).join(' or '), 'development')
    .parse()
    .opts<{ shape: string }>();
  const shape = shapes.find(({ name }) => name === values.shape);
  if (shape === undefined) {
    console.error(`There is no shape ${values.shape}. Give --shape ${shapes.map(({ name }) => name).join(' or ')}.`);
    process.exitCode = 2;
    return;
  }
  console.log(`compiling ${shape.name} at --O0 (or taking it from the store)`);
  const circuit = await plainCircuit(openArtifactStore(), PRESETS.large.columns, shape);
  const started = performance.now();
  const report = await checkTranscript(circuit, BATCH_CHALLENGES, await createCircomHasher());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${report.constraints} constraints beside ${report.hashCalls} hash calls, ${seconds} s`);
  console.log(`challenges: ${report.challenges.join(', ')}`);
  console.log(`fractions: ${report.fractions} found, ${report.namedFractions} named`);
  console.log(`sums: ${report.checks.join(', ')}; rows that clear them when unused: ${report.rows}`);
  for (const failure of report.failures) console.error(`NOT FIXED: ${failure}`);
  console.log(
    report.failures.length === 0 ? 'every value is fixed before its challenge' : `${report.failures.length} failures`,
  );
  if (report.failures.length > 0) process.exitCode = 1;
};

await main();
