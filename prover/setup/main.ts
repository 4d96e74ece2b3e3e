import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { applyBeacon, contribute, newCeremony, releaseCurve, verifyCeremony } from './ceremony.ts';
import { compileCircuit, type Optimisation } from './compile.ts';
import { developmentKey } from './developmentKeys.ts';
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
