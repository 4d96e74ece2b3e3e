import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildFuzzProgram, FUZZ_PROGRAMS, type FuzzProgram, findCompiler, runFuzzProgram } from './fuzzPrograms.ts';

// A short run of each; npm run fuzz:native does more. Slow only when the C++ changed.
describe('under sanitizers', () => {
  for (const program of FUZZ_PROGRAMS) {
    const compiler = findCompiler(program.sanitizers);
    it.skipIf(compiler === undefined)(`${program.name} is clean`, { timeout: 600_000 }, () => {
      const seed = String(randomInt(2 ** 31));
      const runs = program.sanitizers === 'thread' ? 20 : 3000;
      console.log(`${program.name}: npm run fuzz:native -- --target ${program.name} --seed ${seed}`);
      const path = buildFuzzProgram(compiler ?? '', program);
      const { status, stdout, stderr } = runFuzzProgram(program, path, ['--runs', String(runs), '--seed', seed]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(`${program.name}: seed ${seed}, ${runs} `);
    });
  }

  const sanitizers = 'address,undefined';
  const compiler = findCompiler(sanitizers);
  it.skipIf(compiler === undefined)(
    'every exception has a code, and an unforeseen one is a defect',
    { timeout: 600_000 },
    () => {
      const sources = ['fuzz/errorsCheck.cc', 'src/formats', 'src/parallel'];
      const program: FuzzProgram = { name: 'errors', sanitizers, sources };
      const { status, stdout, stderr } = runFuzzProgram(program, buildFuzzProgram(compiler ?? '', program), []);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.trimEnd().split('\n')).toEqual([
        'a refusal: KEY_FILE_DAMAGED: This key is torn.',
        'no memory: CORE_OUT_OF_MEMORY: Not enough memory for this job. Run fewer at once.',
        'a call inside a call: CORE_INTERNAL: A defect of the native core: ThreadPool: a call inside a call',
        expect.stringMatching(/^more than a vector holds: CORE_INTERNAL: A defect of the native core: /),
        'what is no exception: CORE_INTERNAL: A defect of the native core: an exception of unknown type.',
      ]);
    },
  );
});
