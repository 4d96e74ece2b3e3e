import { Command } from 'commander';
import { ALL_CIRCUITS, TEST_CIRCUIT } from '../node/core/protocol/presets.ts';
import { createCircomHasher } from '../node/crypto/circomHasher.ts';
import { openArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { BATCH_CHALLENGES } from './transcript/challenges.ts';
import { checkTranscript } from './transcript/checkTranscript.ts';
import { plainCircuit } from './transcript/plainCircuit.ts';

const circuits = [TEST_CIRCUIT, ...ALL_CIRCUITS];

const main = async (): Promise<void> => {
  const values = new Command('npm run check:transcript --')
    .description('Proves of the compiled circuit that nothing is chosen after its challenge.')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .option('--shape <name>', circuits.map(({ shape }) => shape.name).join(' or '), 'development')
    .parse()
    .opts<{ shape: string }>();
  const found = circuits.find(({ shape }) => shape.name === values.shape);
  if (found === undefined) {
    const names = circuits.map(({ shape }) => shape.name).join(' or ');
    console.error(`There is no shape ${values.shape}. Give --shape ${names}.`);
    process.exitCode = 2;
    return;
  }
  const { columns, shape } = found;
  console.log(`compiling ${shape.name} with ${columns} columns at --O0 (or taking it from the store)`);
  const circuit = await plainCircuit(openArtifactStore(), columns, shape);
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

// 1 is for what was found alone.
await main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 2;
});
