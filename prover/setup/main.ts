import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ALL_CIRCUITS, PRESETS, type PresetName, TEST_CIRCUIT } from '../../node/core/protocol/presets.ts';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { applyBeacon, contribute, newCeremony, releaseCurve, verifyCeremony } from './ceremony.ts';
import { type CeremonyEvidence, checkKey } from './checkKey.ts';
import { compileCircuit, type Optimisation } from './compile.ts';
import { developmentKey } from './developmentKeys.ts';
import { expectedDevelopmentKeys } from './expectedKeys.ts';
import { INSECURE_SUFFIX } from './insecureKeys.ts';
import { SetupError } from './SetupError.ts';
import { checkShapeReduction } from './shapeArtifacts.ts';
import type { Transcript } from './transcript.ts';
import { exportVerificationKey } from './verificationKey.ts';

/** `node prover/setup/main.ts`: development keys, and the steps of a ceremony, one command each. */
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function printLastStep({ steps }: Transcript): void {
  print(JSON.stringify(steps.at(-1), undefined, 2));
}

function integer(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

type DevOptions = {
  readonly name: string;
  readonly include?: string[];
  readonly optimise: Optimisation;
  readonly cache?: string;
};

const OPTIMISATIONS = ['O0', 'O1', 'O2', 'core'] as const satisfies readonly Optimisation[];

async function runDev(circuit: string, options: DevOptions): Promise<void> {
  const store = openArtifactStore({ ...(options.cache === undefined ? {} : { root: options.cache }), log: print });
  const { name, include = [], optimise } = options;
  const mainSource = { path: resolve(circuit) };
  const compiled = await compileCircuit({ store, name, mainSource, includeDirs: include, optimisation: optimise });
  const key = await developmentKey({ store, name, r1csPath: compiled.r1cs });
  print('INSECURE development key: its secrets are public. Never use it where money is.');
  const { cached: _, header, ...files } = compiled;
  const { constraints, publicSignals } = header;
  print(JSON.stringify({ constraints, publicSignals, ...files, ...key }, undefined, 2));
}

type CheckOptions = {
  readonly r1cs: string;
  readonly vkey?: string;
  readonly ptau?: string;
  readonly transcript?: string;
  readonly contributions: number;
  readonly lastHash?: string;
  readonly ptauSha256?: string;
};

function evidenceOf(options: CheckOptions): CeremonyEvidence | undefined {
  const { contributions, lastHash, ptau, ptauSha256, transcript } = options;
  if (ptau === undefined && transcript === undefined) return undefined;
  if (ptau !== undefined && transcript !== undefined) {
    return { ptau, transcript, leastContributions: contributions, lastHash, ptauSha256 };
  }
  const message = 'A ceremony is checked with both its files. Give --ptau and --transcript, or neither.';
  throw new SetupError('SETUP_ARGUMENT_INVALID', message);
}

async function runCheckKey(key: string, options: CheckOptions): Promise<void> {
  const { r1cs, vkey } = options;
  const onStep = (what: string): void => print(`checking ${what}`);
  const { kind } = await checkKey({ key, r1cs, vkey, ceremony: evidenceOf(options), onStep });
  if (kind === 'development') print('INSECURE development key: its secrets are public. Never use it where money is.');
  print(`${key}: holds up, and is of ${r1cs}`);
}

function addCheckKey(program: Command): void {
  program
    .command('check-key <key>')
    .description('check a .zkey (or a development verification key) against its circuit before it is registered')
    .requiredOption('--r1cs <file>', 'the compiled circuit')
    .option('--vkey <file>', 'a verification key that is to be the one in the .zkey')
    .option('--ptau <file>', "a ceremony's powers of tau; without it, the key is to be the development key")
    .option('--transcript <file>', "a ceremony's transcript")
    .option('--contributions <number>', 'how many must have contributed a secret', integer, 3)
    .option('--last-hash <hex>', "the last step's hash as published")
    .option('--ptau-sha256 <hex>', 'of a powers-of-tau file that others verified, instead of verifying it here')
    .action(runCheckKey);
}

async function runCheckReduction(options: { shape: string; seed: string; cache?: string }): Promise<void> {
  const { cache, seed, shape: name } = options;
  const store = openArtifactStore({ ...(cache === undefined ? {} : { root: cache }), log: print });
  const circuit = [...ALL_CIRCUITS, TEST_CIRCUIT].find(({ shape }) => shape.name === name);
  if (circuit === undefined) throw new SetupError('SETUP_ARGUMENT_INVALID', `There is no shape ${name}.`, { name });
  print(`seed ${seed}`);
  const startedMs = performance.now();
  const report = await checkShapeReduction(store, circuit, circuit.shape, seed);
  print(JSON.stringify(report, undefined, 2));
  const [seconds, gigabytes] = [(performance.now() - startedMs) / 1000, process.resourceUsage().maxRSS / 1e6];
  print(`${name}: the reduced circuit states what the unreduced one states`);
  print(`${seconds.toFixed(0)} s with what had to be compiled, ${gigabytes.toFixed(1)} GB`);
}

async function runExpectedKeys(options: { preset: PresetName; out: string; cache?: string }): Promise<void> {
  const { cache, out, preset } = options;
  const store = openArtifactStore({ ...(cache === undefined ? {} : { root: cache }), log: print });
  await mkdir(out, { recursive: true });
  for (const { path, shape, source } of await expectedDevelopmentKeys(store, PRESETS[preset])) {
    const file = join(out, `${shape}.${INSECURE_SUFFIX}.vkey.json`);
    await copyFile(path, file);
    print(`${file}: ${source}`);
  }
}

function addExpectedKeys(program: Command): void {
  program
    .command('expected-keys')
    .description('derive the development verification keys of all shapes, for a watcher that believes no one')
    .addOption(
      new Option('--preset <name>', 'development, standard or large')
        .choices(Object.keys(PRESETS))
        .makeOptionMandatory(),
    )
    .option('--out <directory>', 'where to write them', '.')
    .option('--cache <directory>', 'the artifact cache (default: STRADDLE_CACHE, else .straddle/artifacts)')
    .action(runExpectedKeys);
}

function addCheckReduction(program: Command): void {
  program
    .command('check-reduction')
    .description("check a shape's reduced circuit against the unreduced one at random points")
    .requiredOption('--shape <name>', 'test, development, standard or large')
    .option('--seed <text>', 'of the random points', randomBytes(8).toString('hex'))
    .option('--cache <directory>', 'the artifact cache (default: STRADDLE_CACHE, else .straddle/artifacts)')
    .action(runCheckReduction);
}

type Files = { r1cs: string; ptau: string; transcript: string };
type Step = { transcript: string; name: string };

function commands(): Command {
  const program = new Command('setup').description('Makes proving keys.');
  program
    .command('dev <circuit>')
    .description('compile a circuit and make its insecure development key, both cached')
    .requiredOption('--name <name>', 'name of the outputs')
    .option('--include <directories...>', 'where to look for includes')
    .addOption(
      new Option('--optimise <level>', "the compiler's level, or core: --O0, then reduced by the native core")
        .choices(OPTIMISATIONS)
        .default('O2'),
    )
    .option('--cache <directory>', 'the artifact cache (default: STRADDLE_CACHE, else .straddle/artifacts)')
    .action(runDev);
  addCheckKey(program);
  addCheckReduction(program);
  addExpectedKeys(program);
  const ceremony = program.command('ceremony').description('a real setup, step by step, with a transcript');
  const withFiles = (command: Command): Command =>
    command
      .requiredOption('--r1cs <file>', 'the compiled circuit')
      .requiredOption('--ptau <file>', 'powers of tau, prepared for phase 2')
      .option('--transcript <file>', 'the transcript', 'transcript.json');
  const withStep = (command: Command): Command =>
    command
      .requiredOption('--name <name>', 'name of the contribution')
      .option('--transcript <file>', 'the transcript', 'transcript.json');
  withFiles(ceremony.command('new <zkey>').description("make a circuit's first key")).action(
    async (zkey: string, files: Files) => printLastStep(await newCeremony(files, zkey)),
  );
  withStep(ceremony.command('contribute <from> <to>').description('mix in your randomness'))
    .option('--entropy <text>', "mixed with the system's randomness")
    .action(async (from: string, to: string, { transcript, name, entropy }: Step & { entropy?: string }) =>
      printLastStep(await contribute({ from, to, transcript }, name, entropy)),
    );
  withStep(ceremony.command('beacon <from> <to>').description('end with public randomness'))
    .requiredOption('--hash <hex>', 'the public randomness')
    .option('--iterations-exp <number>', 'hash it on 2^number times', integer, 10)
    .action(async (from: string, to: string, options: Step & { hash: string; iterationsExp: number }) => {
      const { transcript, name, hash, iterationsExp } = options;
      printLastStep(await applyBeacon({ from, to, transcript }, name, { hash, iterationsExp }));
    });
  withFiles(ceremony.command('verify <zkey>').description('check key and transcript, write the verification key'))
    .option('--vkey <file>', 'where to write the verification key')
    .action(async (zkey: string, { vkey, ...files }: Files & { vkey?: string }) => {
      const { steps } = await verifyCeremony(files, zkey);
      if (vkey !== undefined)
        await writeFile(vkey, `${JSON.stringify(await exportVerificationKey(zkey), undefined, 1)}\n`);
      print(`${zkey}: valid, ${steps.length - 1} contributions`);
    });
  return program;
}

try {
  await commands().parseAsync();
} catch (error) {
  const code = error instanceof Error && 'code' in error ? `${String(error.code)}: ` : '';
  process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await releaseCurve();
}
