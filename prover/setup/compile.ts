import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ArtifactStore, ProgressListener } from '../artifacts/artifactStore.ts';
import { loadCore, type NativeCore } from '../native/core.ts';
import { REDUCTION_FORMAT, reduceCircuit } from '../native/reduceCircuit.ts';
import { TRANSLATOR_VERSION } from '../native/witness/translateGenerator.ts';
import { writeWitnessProgram } from '../native/witness/writeWitnessProgram.ts';
import { type CircuitSource, circomlibDirs, hashCircuitSources } from './circomSources.ts';
import { domainSizeOf, type R1csHeader, readR1csHeader } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';

const require = createRequire(import.meta.url);
const PROCESS_FILE = fileURLToPath(new URL('./circomProcess.ts', import.meta.url));
const HEAP_MB = 8192;
const KEPT_OUTPUT = 20_000;
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const OUT_OF_MEMORY =
  /heap out of memory|memory allocation of \d+ bytes failed|memory access out of bounds|capacity overflow/i;

export type CompileOptions = {
  readonly store: ArtifactStore;
  /** Names the outputs: `<name>.r1cs`, `<name>.wasm`, `<name>.witprog`, `<name>.sym`. Letters, digits, dashes, underscores. */
  readonly name: string;
  readonly mainSource: CircuitSource;
  /** Looked through after the including file's own directory. circomlib is always there, last. */
  readonly includeDirs?: readonly string[];
  /**
   * How far linear constraints are eliminated: the compiler's levels, or `core`: compiled at --O0 and reduced by the
   * native core. That leaves as little as --O2 (the default), at half the compiler's time, and holds where the compiler's
   * own 4 GB of memory end. The two are different circuits.
   */
  readonly optimisation?: Optimisation;
  readonly signal?: AbortSignal;
};

export type Optimisation = 'O0' | 'O1' | 'O2' | 'core';

/** A compiled circuit: absolute paths and sizes. */
export type CompiledCircuit = {
  readonly r1cs: string;
  readonly wasm: string;
  /** The generator as a program for the native core (witnessGenerator.ts), or null if it could not be translated. */
  readonly witnessProgram: string | null;
  /** Which wire of the generator each signal is; null for a circuit reduced by the core. */
  readonly sym: string | null;
  /** Which wire of the generator each wire of the circuit is (reduceCircuit.ts), or null: each is its own. */
  readonly wireMap: string | null;
  readonly header: R1csHeader;
  readonly domainSize: number;
  /** SHA-256 of the r1cs: the circuit's identity in registries and key files. */
  readonly r1csSha256: string;
  readonly cached: boolean;
};

type CompilerRun = { readonly exitCode: number | null; readonly output: string };

/** Versions and places of the compiler. @throws SetupError SETUP_COMPILER_MISSING */
async function findCompiler(): Promise<{ readonly version: string; readonly nodeModules: string }> {
  try {
    const packageFile = require.resolve('circom2/package.json');
    const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { readonly version: string };
    require.resolve('circom2/circom.wasm');
    const circomlib = dirname(require.resolve('circomlib/package.json'));
    return { version, nodeModules: dirname(circomlib) };
  } catch (cause) {
    const message = 'The circuit compiler (npm package circom2, with circomlib) is not installed. Run npm install.';
    throw new SetupError('SETUP_COMPILER_MISSING', message, {}, cause);
  }
}

function runCompiler(args: readonly string[], signal: AbortSignal | undefined): Promise<CompilerRun> {
  return new Promise((resolveRun, reject) => {
    const options = [`--max-old-space-size=${HEAP_MB}`, '--no-warnings', PROCESS_FILE, ...args];
    const child = spawn(process.execPath, options, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      env: { ...process.env },
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (exitCode) => resolveRun({ exitCode, output: output.replace(ANSI, '') }));
  });
}

/** Says which of the three it was: the circuit, the memory, or the compiler itself. */
function compilerFailure(name: string, { exitCode, output }: CompilerRun): SetupError {
  const text = output.trim();
  if (OUT_OF_MEMORY.test(text) || exitCode === 137 || exitCode === null) {
    const advice = 'Free some memory (circuits of 2^17 constraints need about 3 GB), or use a smaller shape.';
    const message = `The compiler ran out of memory on ${name}. ${advice}`;
    return new SetupError('SETUP_COMPILER_MEMORY', message, { name, exitCode: exitCode ?? -1, output: text });
  }
  if (/error\[|previous errors were found/i.test(text)) {
    return new SetupError('SETUP_CIRCUIT_INVALID', `${name} does not compile:\n${text}`, { name, output: text });
  }
  const message = `The compiler failed on ${name} (exit code ${exitCode}). Run npm install, then retry:\n${text}`;
  return new SetupError('SETUP_COMPILER_CRASHED', message, { name, exitCode, output: text });
}

/** Compiles into `directory`: r1cs, wasm, with `--sym` also sym, and the witness program if it can be made. */
async function compileInto(
  directory: string,
  options: CompileOptions,
  includeDirs: readonly string[],
  flags: readonly string[],
  onProgress: ProgressListener,
): Promise<void> {
  const { name, mainSource } = options;
  const work = join(directory, 'work');
  await mkdir(work);
  let main = join(work, `${name}.circom`);
  if ('text' in mainSource) await writeFile(main, mainSource.text);
  else main = resolve(mainSource.path);
  const includes = includeDirs.flatMap((place) => ['-l', place]);
  const args = [main, '--r1cs', '--wasm', '--c', ...flags, ...includes, '-o', work];
  const run = await runCompiler(args, options.signal);
  if (run.exitCode !== 0) throw compilerFailure(name, run);
  const given = main.slice(dirname(main).length + 1).replace(/\.circom$/, '');
  // With --c, main.cpp is a file of circom's own.
  const stem = given === 'main' ? 'main_c' : given;
  await rename(join(work, `${stem}.r1cs`), join(directory, `${name}.r1cs`));
  if (flags.includes('--sym')) await rename(join(work, `${stem}.sym`), join(directory, `${name}.sym`));
  await rename(join(work, `${stem}_js`, `${stem}.wasm`), join(directory, `${name}.wasm`));
  onProgress({ step: `translating the witness generator of ${name}` });
  const [source, data] = ['cpp', 'dat'].map((kind) => join(work, `${stem}_cpp`, `${stem}.${kind}`));
  const program = join(directory, `${name}.witprog`);
  const failure = await writeWitnessProgram({ source: source ?? '', data: data ?? '', program }, options.signal);
  if (failure !== undefined) onProgress({ step: `${name} has no native witness program: ${failure}` });
  await rm(work, { recursive: true });
}

function requireCore(name: string): NativeCore {
  const core = loadCore();
  if (core !== undefined) return core;
  const message = `The circuit ${name} needs the native core to be made. Build it (npm run build:native), or use a smaller shape.`;
  throw new SetupError('SETUP_CORE_MISSING', message, { name });
}

/** Replaces the r1cs in `directory` by the core's reduction of it, with the wire map beside it. */
async function reduceInto(directory: string, options: CompileOptions, onProgress: ProgressListener): Promise<void> {
  const { name, signal } = options;
  const [r1cs, reduced] = [join(directory, `${name}.r1cs`), join(directory, `${name}.reduced.r1cs`)];
  await reduceCircuit(requireCore(name), {
    r1cs,
    reduced,
    wireMap: join(directory, `${name}.wires`),
    signal,
    onProgress: (fraction, stage) => onProgress({ step: `reducing circuit ${name}: ${stage}`, fraction }),
  });
  await rename(reduced, r1cs);
}

/** Which tools make the circuit, and which files they leave. */
function recipeOf(optimisation: Optimisation): { readonly inputs: Record<string, string>; readonly extra: string } {
  if (optimisation !== 'core') return { inputs: { optimisation }, extra: 'sym' };
  return { inputs: { optimisation: 'O0', reduction: `core ${REDUCTION_FORMAT}` }, extra: 'wires' };
}

/**
 * Compiles a circuit, or finds it in the cache. Cached by the content of all sources reached by includes, the
 * compiler's version and the options.
 *
 * @throws SetupError SETUP_SOURCE_MISSING, SETUP_COMPILER_MISSING, SETUP_COMPILER_MEMORY, SETUP_CIRCUIT_INVALID (with
 * circom's message), SETUP_SOURCE_CHANGED, SETUP_CORE_MISSING (for `core`); ArtifactError; NativeError
 */
export async function compileCircuit(options: CompileOptions): Promise<CompiledCircuit> {
  const { store, name, mainSource, optimisation = 'O2' } = options;
  const { version, nodeModules } = await findCompiler();
  const includeDirs = [...(options.includeDirs ?? []).map((place) => resolve(place)), ...circomlibDirs(nodeModules)];
  const sources = await hashCircuitSources(mainSource, includeDirs);
  const isReduced = optimisation === 'core';
  const { extra, inputs } = recipeOf(optimisation);
  const artifact = await store.build({
    step: `circuit-${name}`,
    inputs: { sources, compiler: `circom2 ${version}`, translator: TRANSLATOR_VERSION, ...inputs },
    expects: [`${name}.r1cs`, `${name}.wasm`, `${name}.${extra}`],
    signal: options.signal,
    run: async (directory, onProgress) => {
      onProgress({ step: `compiling circuit ${name}` });
      if (isReduced) requireCore(name);
      const flags = isReduced ? ['--O0'] : [`--${optimisation}`, '--sym'];
      await compileInto(directory, options, includeDirs, flags, onProgress);
      if (isReduced) await reduceInto(directory, options, onProgress);
      if ((await hashCircuitSources(mainSource, includeDirs)) === sources) return;
      const message = `A source of ${name} changed while it was being compiled. Start again.`;
      throw new SetupError('SETUP_SOURCE_CHANGED', message, { name });
    },
  });
  const r1cs = artifact.path(`${name}.r1cs`);
  const header = await readR1csHeader(r1cs);
  const program = `${name}.witprog`;
  return {
    r1cs,
    wasm: artifact.path(`${name}.wasm`),
    witnessProgram: artifact.outputs[program] === undefined ? null : artifact.path(program),
    sym: isReduced ? null : artifact.path(`${name}.sym`),
    wireMap: isReduced ? artifact.path(`${name}.wires`) : null,
    header,
    domainSize: domainSizeOf(header),
    r1csSha256: artifact.outputs[`${name}.r1cs`]?.sha256 ?? '',
    cached: artifact.cached,
  };
}
