import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wtns } from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Damage, installWith } from '../../test/installation.ts';
import { type ArtifactStore, openArtifactStore } from '../artifacts/artifactStore.ts';
import { loadCore } from '../native/core.ts';
import { calculateWitness } from '../witness/calculateWitness.ts';
import { includesOf } from './circomSources.ts';
import { compileCircuit } from './compile.ts';

let directory: string;
let store: ArtifactStore;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-compile-'));
  store = openArtifactStore({ root: join(directory, 'cache') });
  await mkdir(join(directory, 'src'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const MULTIPLY = `pragma circom 2.2.0;
template Multiply() { signal input a; signal input b; signal output c; c <== a * b; }
component main { public [a] } = Multiply();
`;

describe('compileCircuit', () => {
  it('compiles source text, then finds it in the cache', async () => {
    const first = await compileCircuit({ store, name: 'multiply', mainSource: { text: MULTIPLY } });
    const second = await compileCircuit({ store, name: 'multiply', mainSource: { text: MULTIPLY } });
    expect(first.header).toMatchObject({ wires: 4, publicSignals: 2, privateInputs: 1, constraints: 1 });
    expect(first.domainSize).toBe(4);
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(second.r1csSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(second.sym ?? '', 'utf8')).toContain('main.c');
    expect((await readFile(second.wasm)).subarray(0, 4)).toEqual(Buffer.from('\0asm', 'latin1'));
  });

  it('compiles a file with includes beside it and from circomlib, and again when an include changes', async () => {
    const path = join(directory, 'src/main.circom');
    const part = join(directory, 'src/part.circom');
    const template = (factor: number): string =>
      `pragma circom 2.2.0;\ninclude "comparators.circom";\n` +
      `template Part() { signal input a; signal output b; component z = IsZero(); z.in <== a; b <== ${factor} * z.out; }\n`;
    await writeFile(path, `pragma circom 2.2.0;\ninclude "./part.circom";\ncomponent main = Part();\n`);
    await writeFile(part, template(2));
    const first = await compileCircuit({ store, name: 'parts', mainSource: { path } });
    await writeFile(part, template(3));
    const second = await compileCircuit({ store, name: 'parts', mainSource: { path } });
    expect([first.cached, second.cached]).toEqual([false, false]);
    expect(second.r1csSha256).not.toBe(first.r1csSha256);
  });

  it('keeps optimisation levels apart', async () => {
    const text = `pragma circom 2.2.0;
template Chain() { signal input a; signal output c; signal b; b <== 3 * a; c <== b * b; }
component main = Chain();
`;
    const plain = await compileCircuit({ store, name: 'chain', mainSource: { text }, optimisation: 'O0' });
    const best = await compileCircuit({ store, name: 'chain', mainSource: { text } });
    expect([plain.header.constraints, best.header.constraints]).toEqual([2, 1]);
  });

  const LESS_THAN = `pragma circom 2.2.0;
include "comparators.circom";
template Less() { signal input a; signal input b; signal output c;
    component less = LessThan(16); less.in[0] <== a + 1; less.in[1] <== b; c <== less.out; }
component main { public [a] } = Less();
`;

  it.skipIf(loadCore() === undefined)(
    'reduces with the core as far as the compiler does, and keeps the map',
    async () => {
      const compile = (optimisation: 'O2' | 'core') =>
        compileCircuit({ store, name: 'less', mainSource: { text: LESS_THAN }, optimisation });
      const [best, reduced, again] = [await compile('O2'), await compile('core'), await compile('core')];
      expect([reduced.header.constraints, reduced.header.wires]).toEqual([best.header.constraints, best.header.wires]);
      expect([reduced.sym, reduced.cached, again.cached]).toEqual([null, false, true]);
      const witness = await calculateWitness(reduced, { a: 5n, b: 7n });
      expect((await wtns.exportJson(witness)).slice(0, 3)).toEqual([1n, 1n, 5n]);
      expect(await wtns.check(await readFile(reduced.r1cs), witness)).toBe(true);
    },
  );

  it('says that the core is missing where there is none', () => {
    const script = `
      import { openArtifactStore } from ${JSON.stringify(join(import.meta.dirname, '../artifacts/artifactStore.ts'))};
      import { compileCircuit } from ${JSON.stringify(join(import.meta.dirname, 'compile.ts'))};
      const store = openArtifactStore({ root: ${JSON.stringify(join(directory, 'without'))} });
      const options = { store, name: 'less', mainSource: { text: ${JSON.stringify(LESS_THAN)} }, optimisation: 'core' };
      await compileCircuit(options).catch(({ code }) => console.log(code));`;
    const env = { ...process.env, STRADDLE_NATIVE: 'off' };
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
    expect(stdout.trim()).toBe('SETUP_CORE_MISSING');
  });

  it("gives circom's own message for a circuit that does not compile", async () => {
    const text = MULTIPLY.replace('a * b', 'a * x');
    const error = await compileCircuit({ store, name: 'wrong', mainSource: { text } }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'SETUP_CIRCUIT_INVALID' });
    expect(String(error)).toContain('x');
  });

  it('names a missing include and a missing file', async () => {
    const text = `pragma circom 2.2.0;\ninclude "nowhere.circom";\n`;
    await expect(compileCircuit({ store, name: 'lost', mainSource: { text } })).rejects.toMatchObject({
      code: 'SETUP_SOURCE_MISSING',
      data: { include: 'nowhere.circom' },
    });
    const path = join(directory, 'none.circom');
    await expect(compileCircuit({ store, name: 'lost', mainSource: { path } })).rejects.toMatchObject({
      code: 'SETUP_SOURCE_MISSING',
    });
  });

  it('refuses a source that changes while it is compiled', async () => {
    const path = join(directory, 'src/changing.circom');
    writeFileSync(path, MULTIPLY);
    const busy = openArtifactStore({
      root: join(directory, 'cache'),
      onProgress: () => writeFileSync(path, `${MULTIPLY}// edited\n`),
    });
    await expect(compileCircuit({ store: busy, name: 'changing', mainSource: { path } })).rejects.toMatchObject({
      code: 'SETUP_SOURCE_CHANGED',
      data: { name: 'changing' },
    });
    const later = await compileCircuit({ store, name: 'changing', mainSource: { path } });
    expect(later.cached).toBe(false);
  });

  it('says that a circuit is too large for the compiler', async () => {
    const text = MULTIPLY.replace('signal input a;', 'signal input a; var x[4294967295][4294967295];');
    await expect(compileCircuit({ store, name: 'vast', mainSource: { text } })).rejects.toMatchObject({
      code: 'SETUP_COMPILER_MEMORY',
      data: { name: 'vast' },
    });
  });

  it('can be stopped', async () => {
    const signal = AbortSignal.timeout(1);
    const text = MULTIPLY.replaceAll('Multiply', 'Stopped');
    await expect(compileCircuit({ store, name: 'stopped', mainSource: { text }, signal })).rejects.toMatchObject({
      code: 'ARTIFACT_ABORTED',
    });
  });
});

describe('a compiler that is not as it was published', () => {
  const saidWith = (circom2: Damage): string => {
    const copy = installWith({ circom2 });
    try {
      return copy.run(`
        import { openArtifactStore } from './prover/artifacts/artifactStore.ts';
        import { compileCircuit } from './prover/setup/compile.ts';
        const options = { store: openArtifactStore(), name: 'multiply', mainSource: { text: ${JSON.stringify(MULTIPLY)} } };
        await compileCircuit(options).catch((error) => console.log(error.code, error.message));`);
    } finally {
      copy.remove();
    }
  };

  it('compiles where nothing is damaged', () => {
    expect(saidWith({})).toBe('');
  });

  it('is missing', () => {
    expect(saidWith('missing')).toMatch(/^SETUP_COMPILER_MISSING .*npm install/);
  });

  it('is torn, and says so in its own words', () => {
    const said = saidWith({ 'circom.wasm': 'torn' });
    expect(said).toMatch(/^SETUP_COMPILER_CRASHED .*exit code 1/);
    expect(said).toContain('CompileError');
  });
});

describe('includesOf', () => {
  it('sees statements and not comments', () => {
    expect(
      includesOf('include "a.circom";\n// include "b.circom";\n/* include "c.circom"; */ include  "d.circom";'),
    ).toEqual(['a.circom', 'd.circom']);
  });
});
