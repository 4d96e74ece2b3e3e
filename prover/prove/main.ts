/** `node prover/prove/main.ts`: the native core from the command line, on the files of any circom circuit. */
import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { coreStatus, loadCore, type NativeCore } from '../native/core.ts';
import { NativeError } from '../native/NativeError.ts';
import type { SignalValue } from '../native/witness/packInputs.ts';
import { createWitnessGenerator } from '../native/witnessGenerator.ts';
import type { Groth16Proof } from './groth16.ts';
import { createNativeBackend } from './nativeBackend.ts';
import type { VerifyingKey } from './ProverBackend.ts';

const MOST_THREADS = 256;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** What every command but `status` needs. @throws NativeError PROVER_FAILED */
function requireCore(): NativeCore {
  const core = loadCore();
  if (core !== undefined) return core;
  const status = coreStatus();
  const reason = status.path === 'none' ? status.reason : status.path;
  throw new NativeError('PROVER_FAILED', `There is no native core: ${reason}.`);
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new NativeError('CORE_ARGUMENT_INVALID', `${path} cannot be read (${cause.message}).`, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NativeError('CORE_ARGUMENT_INVALID', `${path} is not JSON. Give the file that snarkjs writes.`, cause);
  }
}

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, undefined, 1)}\n`);

function threads(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_THREADS) return count;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MOST_THREADS}.`);
}

function runStatus(): void {
  const status = coreStatus();
  if (status.path === 'none') print(`no native core: ${status.reason}`);
  else
    print(`native core: ${status.path}, ${status.implementation} (${loadCore()?.implementations.join(', ')} run here)`);
}

const valueSchema: z.ZodType<SignalValue> = z.union([z.string(), z.int(), z.array(z.lazy(() => valueSchema))]);
const inputsSchema = z.record(z.string(), valueSchema);

async function runWitness(program: string, input: string, output: string, { map }: { map?: string }): Promise<void> {
  const inputs = inputsSchema.safeParse(await readJson(input));
  if (!inputs.success) {
    const message = `${input} must hold an object of signals by name: integers (as strings where they are large) or arrays of them.`;
    throw new NativeError('WITNESS_INPUT_INVALID', message, inputs.error);
  }
  const generator = createWitnessGenerator(requireCore());
  await writeFile(output, await generator.calculate({ program, wireMap: map ?? null }, inputs.data));
}

type ProveOutputs = { readonly proof: string; readonly public: string; readonly threads?: number };

async function runProve(zkey: string, witness: string, options: ProveOutputs): Promise<void> {
  const started = performance.now();
  const backend = createNativeBackend(requireCore(), options.threads === undefined ? {} : { threads: options.threads });
  try {
    let last = '';
    const { proof, publicSignals } = await backend.prove(zkey, witness, {
      onProgress: ({ step }) => {
        if (step !== last) process.stderr.write(`${((performance.now() - started) / 1000).toFixed(2)} s  ${step}\n`);
        last = step;
      },
    });
    await writeJson(options.proof, proof);
    await writeJson(options.public, publicSignals);
  } finally {
    await backend.terminate();
  }
}

const signalsSchema = z.array(z.string());
/** As much as tells the file from others; a malformed point makes the verdict false. */
const keySchema = z.looseObject({ protocol: z.literal('groth16'), nPublic: z.int(), IC: z.array(z.unknown()) });
const proofSchema = z.looseObject({ pi_a: z.unknown(), pi_b: z.unknown(), pi_c: z.unknown() });

async function readAs<T>(path: string, what: string, schema: z.ZodType<T>): Promise<T> {
  const read = schema.safeParse(await readJson(path));
  if (read.success) return read.data;
  throw new NativeError('CORE_ARGUMENT_INVALID', `${path} holds no ${what} as snarkjs writes it.`, read.error);
}

async function runVerify(vkey: string, signals: string, proof: string): Promise<void> {
  const key = await readAs(vkey, 'verification key', keySchema);
  const publicSignals = await readAs(signals, 'list of public signals', signalsSchema);
  const proofJson = await readAs(proof, 'proof', proofSchema);
  const backend = createNativeBackend(requireCore());
  try {
    const holds = await backend.verify(key as unknown as VerifyingKey, publicSignals, proofJson as Groth16Proof);
    print(holds ? 'the proof holds' : 'the proof does NOT hold');
    if (!holds) process.exitCode = 1;
  } finally {
    await backend.terminate();
  }
}

function commands(): Command {
  // Commander's own code for wrong options would say that a proof does not hold.
  const program = new Command('native')
    .description('Groth16 over BN254 in native code, on the files that snarkjs uses.')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  program.command('status').description('which core is in use, or why none').action(runStatus);
  program
    .command('witness <program> <input> <output>')
    .description("a circuit's .witprog and inputs (JSON) to a .wtns")
    .option('--map <file>', 'wire map of a circuit reduced by the core')
    .action(runWitness);
  program
    .command('prove <zkey> <witness>')
    .description('a .zkey and a .wtns to a proof, which has been verified')
    .option('--proof <file>', 'where the proof goes', 'proof.json')
    .option('--public <file>', 'where the public signals go', 'public.json')
    .option('--threads <number>', 'threads to use (default: all processors)', threads)
    .action(runProve);
  program
    .command('verify <vkey> <public> <proof>')
    .description('exit code 0 if the proof holds, 1 if it does not')
    .action(runVerify);
  return program;
}

try {
  await commands().parseAsync();
} catch (error) {
  const code = error instanceof Error && 'code' in error ? `${String(error.code)}: ` : '';
  process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
