// npm run fuzz:native -- [--runs N] [--seed S] [--target zkey|wtns|r1cs|files|parallel] [--only RUN]
// Damaged files for the parsers under AddressSanitizer and UndefinedBehaviorSanitizer (N in all, shared out among the
// parsers), what files do on disk (once a hundred), and the thread pool under ThreadSanitizer (N / 1000 rounds).
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { buildFuzzProgram, FUZZ_PROGRAMS, type FuzzProgram, findCompiler, runFuzzProgram } from './fuzzPrograms.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    target: { type: 'string' },
    only: { type: 'string' },
  },
});

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
