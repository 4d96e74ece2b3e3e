import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { translateGenerator } from '../../../prover/native/witness/translateGenerator.ts';

const COMPILER = fileURLToPath(new URL('../../../prover/setup/circomProcess.ts', import.meta.url));
const NODE_MODULES = dirname(dirname(createRequire(import.meta.url).resolve('circomlib/package.json')));
const KEPT_OUTPUT = 4_000;

/** The compiler does not take the circuit: what it said. */
export class CircuitError extends Error {}

const compile = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--max-old-space-size=4096', '--no-warnings', COMPILER, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new CircuitError(output.trim()))));
  });

/** Where `circuit.r1cs`, `circuit.sym` and `circuit.witprog` go. */
export interface LyingSource {
  /** circom source of the main component. */
  readonly main: string;
  /** Folder with batch.circom and what it includes. */
  readonly circuits: string;
}

/**
 * Compiles a circuit at --O0, where every signal has a wire and every statement its constraints, with its generator as a
 * program that can be made to lie (LyingProgram.ts).
 * @throws CircuitError if the source does not compile, WitnessTranslationError if its generator cannot be translated
 */
export const compileLying = async ({ main, circuits }: LyingSource, directory: string): Promise<void> => {
  const work = join(directory, 'work');
  await mkdir(work, { recursive: true });
  const source = join(work, 'circuit.circom');
  await writeFile(source, main);
  const includes = [circuits, NODE_MODULES, join(NODE_MODULES, 'circomlib/circuits')].flatMap((one) => ['-l', one]);
  await compile([source, '--O0', '--r1cs', '--sym', '--c', ...includes, '-o', work]);
  for (const kind of ['r1cs', 'sym']) await rename(join(work, `circuit.${kind}`), join(directory, `circuit.${kind}`));
  const generator = (kind: string): string => join(work, 'circuit_cpp', `circuit.${kind}`);
  const program = translateGenerator(await readFile(generator('cpp'), 'latin1'), await readFile(generator('dat')), {
    isEverySignalRead: true,
  });
  await writeFile(join(directory, 'circuit.witprog'), program);
  await rm(work, { recursive: true });
};
