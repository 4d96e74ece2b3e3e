import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildFuzzProgram, FUZZ_PROGRAMS, findCompiler, runFuzzProgram } from './fuzzPrograms.ts';

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
});
