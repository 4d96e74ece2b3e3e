import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A test program in C++ under a sanitizer. Paths are relative to prover/native; a folder stands for its .cc files. */
export type FuzzProgram = {
  readonly name: string;
  readonly sanitizers: 'address,undefined' | 'thread';
  readonly sources: readonly string[];
};

const DRIVER = ['fuzz/driver.cc', 'fuzz/Mutator.cc', 'src/formats', 'src/parallel'];

const PROVER = ['groth16', 'ntt', 'msm', 'setup', 'formats', 'parallel'].map((folder) => `src/${folder}`);

/** All programs. One that uses kernels lists src/kernels too: kernel files get their instruction sets here as well. */
export const FUZZ_PROGRAMS: readonly FuzzProgram[] = [
  { name: 'zkey', sanitizers: 'address,undefined', sources: ['fuzz/zkeyTarget.cc', ...DRIVER] },
  { name: 'wtns', sanitizers: 'address,undefined', sources: ['fuzz/wtnsTarget.cc', ...DRIVER] },
  { name: 'r1cs', sanitizers: 'address,undefined', sources: ['fuzz/r1csTarget.cc', ...DRIVER] },
  { name: 'reduce', sanitizers: 'address,undefined', sources: ['fuzz/reduceTarget.cc', 'src/reduce', ...DRIVER] },
  { name: 'files', sanitizers: 'address,undefined', sources: ['fuzz/filesCheck.cc', 'src/formats', 'src/parallel'] },
  {
    name: 'witness',
    sanitizers: 'address,undefined',
    sources: ['fuzz/witnessTarget.cc', 'src/witness', 'src/ntt/PageBuffer.cc', ...DRIVER],
  },
  { name: 'parallel', sanitizers: 'thread', sources: ['fuzz/parallelStress.cc', 'src/parallel'] },
  { name: 'prove', sanitizers: 'thread', sources: ['fuzz/proveStress.cc', 'src/kernels/portable.cc', ...PROVER] },
];

const nativeFolder = join(import.meta.dirname, '..');
const outputFolder = join(nativeFolder, 'build', 'fuzz');
const BMI2 = ['-mbmi2', '-madx'];
const KERNEL_FLAGS: Readonly<Record<string, readonly string[]>> = {
  'src/kernels/adx.cc': BMI2,
  'src/kernels/ifma.cc': [...BMI2, ...['f', 'vl', 'dq', 'bw', 'ifma'].map((part) => `-mavx512${part}`)],
};

function filesBelow(folder: string, suffix: RegExp): string[] {
  return readdirSync(join(nativeFolder, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(path, suffix);
    return suffix.test(entry.name) ? [path] : [];
  });
}

/** The machine's C++ compiler: $CXX, g++, c++ or clang++; undefined if there is none that links this sanitizer. */
export function findCompiler(sanitizers: FuzzProgram['sanitizers']): string | undefined {
  const candidates = [process.env.CXX, 'g++', 'c++', 'clang++'].filter((name) => name !== undefined && name !== '');
  const probe = ['-x', 'c++', `-fsanitize=${sanitizers}`, '-o', '/dev/null', '-'];
  return candidates.find((name) => spawnSync(name as string, probe, { input: 'int main() {}' }).status === 0);
}

/** The texts of a source and of all that it includes by "name", directly or not. */
function textsOf(path: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  if (seen.has(path) || !existsSync(join(nativeFolder, path))) return seen;
  const text = readFileSync(join(nativeFolder, path), 'utf8');
  seen.set(path, text);
  for (const [, name = ''] of text.matchAll(/^#include "(.+)"/gm)) {
    for (const folder of ['src', 'fuzz', dirname(path)]) textsOf(join(folder, name), seen);
  }
  return seen;
}

/** Writes a file through `make` unless one with the same recipe is there; returns its path. */
function cached(name: string, recipe: readonly unknown[], make: (path: string) => void): string {
  const digest = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 32);
  const path = join(outputFolder, `${name}-${digest}`);
  if (existsSync(path)) return path;
  mkdirSync(outputFolder, { recursive: true });
  const own = `${path}.${process.pid}`;
  make(own);
  renameSync(own, path);
  return path;
}

function run(compiler: string, args: readonly string[]): void {
  const done = spawnSync(compiler, args, { cwd: nativeFolder, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${compiler} ${args.join(' ')}\n${done.stderr}`);
}

const FLAGS = ['-std=c++17', '-O1', '-g', '-fno-omit-frame-pointer', '-Wall', '-Wextra', '-pthread', '-Isrc', '-Ifuzz'];

/** Compiles a program, as far as its sources and their headers changed since; returns its path. */
export function buildFuzzProgram(compiler: string, program: FuzzProgram): string {
  const sanitize = [`-fsanitize=${program.sanitizers}`, '-fno-sanitize-recover=all'];
  const sources = program.sources.flatMap((path) => (path.endsWith('.cc') ? [path] : filesBelow(path, /\.cc$/)));
  const objects = sources.map((path) => {
    const flags = [...FLAGS, ...sanitize, ...(KERNEL_FLAGS[path] ?? [])];
    const recipe = [compiler, flags, [...textsOf(path)]];
    const make = (object: string): void => run(compiler, [...flags, '-c', path, '-o', object]);
    return cached(`${basename(path)}.o`, recipe, make);
  });
  const link = (output: string): void => run(compiler, [...sanitize, '-pthread', ...objects, '-o', output]);
  return cached(program.name, [compiler, objects], link);
}

/** ThreadSanitizer of GCC 12 needs addresses that Linux' randomisation may not give it. */
function withoutRandomAddresses(program: FuzzProgram, command: readonly string[]): readonly string[] {
  const canFix = program.sanitizers === 'thread' && spawnSync('setarch', ['-R', 'true']).status === 0;
  return canFix ? ['setarch', '-R', ...command] : command;
}

/** Runs a program to its end. A finding of a sanitizer is a status other than 0, with the report on stderr. */
export function runFuzzProgram(program: FuzzProgram, path: string, args: readonly string[]): SpawnSyncReturns<string> {
  const environment = {
    ...process.env,
    ASAN_OPTIONS: 'handle_abort=1:detect_leaks=1:strict_string_checks=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
    TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
  };
  const [command = path, ...rest] = withoutRandomAddresses(program, [path, ...args]);
  return spawnSync(command, rest, { env: environment, encoding: 'utf8', maxBuffer: 2 ** 26 });
}
