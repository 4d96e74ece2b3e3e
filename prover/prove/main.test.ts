/** The command line, as somebody with a circuit of their own would use it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { groth16 } from 'snarkjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { loadCore } from '../native/core.ts';
import { compileCircuit } from '../setup/compile.ts';
import { developmentKey } from '../setup/developmentKeys.ts';

const SOURCE = `pragma circom 2.2.0;
template Factors() {
    signal input a;
    signal input b[2];
    signal output product;
    signal half <== a * b[0];
    product <== half * b[1];
}
component main { public [a] } = Factors();
`;

const runWith = async (env: NodeJS.ProcessEnv, ...args: readonly string[]) => {
  const main = join(import.meta.dirname, 'main.ts');
  const done = promisify(execFile)(process.execPath, ['--no-warnings', main, ...args], {
    env: { ...process.env, ...env },
  });
  return done.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
};

const run = (...args: readonly string[]) => runWith({}, ...args);

test('without a native core it says so, and proves nothing', async () => {
  const off = { STRADDLE_NATIVE: 'off' };
  expect(await runWith(off, 'status')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^no native core: /) });
  const { code, stderr } = await runWith(off, 'prove', 'none.zkey', 'none.wtns');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^PROVER_FAILED: There is no native core/);
});

describe.runIf(loadCore() !== undefined)('command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'straddle-native-'));
  const file = (name: string): string => join(folder, name);
  const files = { zkey: '', vkey: '', program: '' };

  beforeAll(async () => {
    const store = openArtifactStore();
    const circuit = await compileCircuit({ store, name: 'factors', mainSource: { text: SOURCE } });
    const key = await developmentKey({ store, name: 'factors', r1csPath: circuit.r1cs });
    Object.assign(files, { zkey: key.zkey, vkey: key.vkey, program: circuit.witnessProgram });
    writeFileSync(file('input.json'), JSON.stringify({ a: 3, b: ['5', '-7'] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('says which core is in use', async () => {
    expect((await run('status')).stdout).toMatch(/^native core: (compiled|prebuilt), (portable|adx|ifma) /);
  });

  test('from inputs to a proof that snarkjs accepts, and a forged signal that it does not', async () => {
    const [witness, proof, signals] = [file('w.wtns'), file('proof.json'), file('public.json')];
    expect(await run('witness', files.program, file('input.json'), witness)).toMatchObject({ code: 0 });
    const proved = await run('prove', files.zkey, witness, '--proof', proof, '--public', signals, '--threads', '1');
    expect(proved).toMatchObject({ code: 0 });
    expect(proved.stderr).toMatch(/verifying/);
    const publicSignals = JSON.parse(readFileSync(signals, 'utf8'));
    expect(publicSignals).toEqual([
      '21888242871839275222246405745257275088548364400416034343698204186575808495512',
      '3',
    ]);
    expect(await run('verify', files.vkey, signals, proof)).toMatchObject({ code: 0, stdout: 'the proof holds\n' });
    const vkey = JSON.parse(readFileSync(files.vkey, 'utf8'));
    expect(await groth16.verify(vkey, publicSignals, JSON.parse(readFileSync(proof, 'utf8')))).toBe(true);

    writeFileSync(signals, JSON.stringify(['105', '3']));
    expect(await run('verify', files.vkey, signals, proof)).toMatchObject({ code: 1 });
  });

  test.each([
    ['prove a file that is no key', () => ['prove', file('input.json'), file('w.wtns')], /^KEY_FILE_DAMAGED: /],
    ['prove without a key', () => ['prove', file('none.zkey'), file('w.wtns')], /^KEY_FILE_MISSING: /],
    [
      'witness of other signals',
      () => ['witness', files.program, file('wrong.json'), file('x')],
      /^WITNESS_INPUT_INVALID: /,
    ],
    [
      'witness of no signals',
      () => ['witness', files.program, file('list.json'), file('x')],
      /^WITNESS_INPUT_INVALID: /,
    ],
    [
      'verify with no key',
      () => ['verify', file('none.json'), file('list.json'), file('x')],
      /^CORE_ARGUMENT_INVALID: /,
    ],
    [
      'verify with a proof for a key',
      () => ['verify', file('list.json'), file('list.json'), file('x')],
      /^CORE_ARGUMENT_INVALID: /,
    ],
  ])('%s: a typed error and exit code 2', async (_, args, message) => {
    writeFileSync(file('wrong.json'), JSON.stringify({ a: 3, c: 4 }));
    writeFileSync(file('list.json'), '[1]');
    const { code, stderr } = await run(...args());
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
