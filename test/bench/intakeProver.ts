import { setPriority } from 'node:os';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { createBackend } from '../../prover/prove/createBackend.ts';
import { developmentKey } from '../../prover/setup/developmentKeys.ts';
import { calculateWitness } from '../../prover/witness/calculateWitness.ts';
import { CHAIN_CHECKS, chainCircuit, chainInput } from './eddsaChain.ts';

/**
 * A prover at work until SIGTERM, as `prover/main.ts --niceness 10` is beside a node. Prints a line when the first proof is made, and
 * at the end how many were made since.
 */
setPriority(10);
const { backend } = createBackend();
const circuit = await chainCircuit(openArtifactStore(), CHAIN_CHECKS.medium);
const { zkey } = await developmentKey({
  store: openArtifactStore(),
  name: `eddsa-chain-${CHAIN_CHECKS.medium}`,
  r1csPath: circuit.r1cs,
});
const input = await chainInput(CHAIN_CHECKS.medium);
const prove = async (): Promise<unknown> => backend.prove(zkey, await calculateWitness(circuit, input));

await prove();
console.log(JSON.stringify({ constraints: circuit.header.constraints }));
let [stopped, proofs] = [false, 0];
process.once('SIGTERM', () => {
  stopped = true;
});
const start = performance.now();
while (!stopped) {
  await prove();
  proofs++;
}
console.log(JSON.stringify({ perMinute: (60_000 * proofs) / (performance.now() - start) }));
await backend.terminate();
