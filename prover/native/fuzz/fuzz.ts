// npm run fuzz:native -- [--runs N] [--seed S] [--target zkey|wtns|r1cs|files|parallel] [--only RUN]
// Damaged files for the parsers under AddressSanitizer and UndefinedBehaviorSanitizer (N in all, shared out among the
// parsers), what files do on disk (once a hundred), and the thread pool under ThreadSanitizer (N / 1000 rounds).
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { buildFuzzProgram, FUZZ_PROGRAMS, type FuzzProgram, findCompiler, runFuzzProgram } from './fuzzPrograms.ts';

const values = new Command('npm run fuzz:native --')
  .description('Damaged files for the native parsers, under sanitizers.')
  .option('--runs <number>', 'how many damaged files in all', '10000')
  .option('--seed <number>', 'of the damage; random unless given', String(randomInt(2 ** 31)))
  .option('--target <name>', FUZZ_PROGRAMS.map(({ name }) => name).join(', '))
  .option('--only <run>', 'this run alone')
  .parse()
  .opts<{ runs: string; seed: string; target?: string; only?: string }>();

const chosen = FUZZ_PROGRAMS.filter(({ name }) => values.target === undefined || name === values.target);
const parsers = chosen.filter(({ sources }) => sources.includes('fuzz/driver.cc')).length;

function argsOf(program: FuzzProgram): string[] {
  const runs = Number(values.runs) / (program.sanitizers === 'thread' ? 1000 : Math.max(1, parsers));
  const only = values.only === undefined ? [] : ['--only', values.only];
  return ['--runs', String(Math.ceil(runs)), '--seed', values.seed, ...only];
}

if (chosen.length === 0) throw new Error(`There is no target ${values.target}.`);
for (const program of chosen) {
  const compiler = findCompiler(program.sanitizers);
  if (compiler === undefined) {
    console.error(`${program.name}: no C++ compiler with -fsanitize=${program.sanitizers} was found`);
    process.exitCode = 1;
    continue;
  }
  const startMs = performance.now();
  const done = runFuzzProgram(program, buildFuzzProgram(compiler, program), argsOf(program));
  process.stdout.write(done.stdout);
  process.stderr.write(done.stderr);
  console.log(
    `${program.name}: ${done.status === 0 ? 'clean' : 'FAILED'}, ${Math.round(performance.now() - startMs)} ms`,
  );
  if (done.status !== 0) process.exitCode = 1;
}
