import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBn128 } from 'ffjavascript';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from '../artifacts/contentHash.ts';
import { productCircuit } from '../native/productCircuit.fixture.ts';
import { writeR1cs } from '../native/r1csModel.fixture.ts';
import { readZkeyHeader } from '../prove/zkeyHeader.ts';
import { type CeremonyFiles, contribute, newCeremony, releaseCurve } from './ceremony.ts';
import { type CeremonyEvidence, checkKey } from './checkKey.ts';
import { developmentSecrets } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { readTranscript } from './transcript.ts';
import { exportVerificationKey } from './verificationKey.ts';

const BEACON = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20';
let directory: string;
let files: CeremonyFiles;
let evidence: CeremonyEvidence;
const file = (name: string): string => join(directory, name);

async function writeVkey(zkey: string, name: string): Promise<string> {
  await writeFile(file(name), JSON.stringify(await exportVerificationKey(zkey)));
  return file(name);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-check-key-test-'));
  for (const seed of [1, 2]) {
    const { model } = productCircuit({ constraints: 6, publicInputs: 2, terms: 2, seed });
    await writeFile(file(`${seed}.r1cs`), writeR1cs(model));
  }
  const secrets = developmentSecrets(await hashFile(file('1.r1cs')));
  await writeDevelopmentZkey(file('1.r1cs'), file('dev.zkey'), secrets);
  const curve = await buildBn128();
  await snarkjs.powersOfTau.newAccumulator(curve, 5, file('0.ptau'));
  await snarkjs.powersOfTau.contribute(file('0.ptau'), file('1.ptau'), 'first', 'entropy of a test');
  await snarkjs.powersOfTau.beacon(file('1.ptau'), file('2.ptau'), 'last', BEACON, 10);
  await snarkjs.powersOfTau.preparePhase2(file('2.ptau'), file('final.ptau'));
  files = { r1cs: file('1.r1cs'), ptau: file('final.ptau'), transcript: file('transcript.json') };
  await newCeremony(files, file('0.zkey'));
  const { transcript } = files;
  await contribute({ from: file('0.zkey'), to: file('1.zkey'), transcript }, 'alice', 'a');
  await contribute({ from: file('1.zkey'), to: file('final.zkey'), transcript }, 'bob', 'b');
  evidence = { ptau: files.ptau, transcript, leastContributions: 2 };
});
afterAll(async () => {
  await releaseCurve();
  await rm(directory, { recursive: true, force: true });
});

const dataOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'taken',
    (error: { code?: string; data?: object }) => ({ code: error.code, ...error.data }),
  );

describe('a development key', () => {
  const check = (key: string, r1cs = '1.r1cs') => checkKey({ key: file(key), r1cs: file(r1cs) });

  it('is taken with its circuit, as a proving key and as a verifying key', async () => {
    await writeVkey(file('dev.zkey'), 'dev.vkey.json');
    expect((await check('dev.zkey')).kind).toBe('development');
    expect((await check('dev.vkey.json')).kind).toBe('development');
  });

  it('is refused with another circuit of the same sizes', async () => {
    expect(await dataOf(check('dev.zkey', '2.r1cs'))).toMatchObject({ check: 'content', point: 'delta' });
    await writeVkey(file('dev.zkey'), 'dev.vkey.json');
    expect(await dataOf(check('dev.vkey.json', '2.r1cs'))).toMatchObject({ check: 'content', point: 'delta' });
  });

  it('is refused with one point of a signal exchanged for a sound other', async () => {
    const key = await exportVerificationKey(file('dev.zkey'));
    const other = (await exportVerificationKey(file('final.zkey'))).vk_alpha_1;
    await writeFile(file('forged.json'), JSON.stringify({ ...key, IC: key.IC.with(1, other) }));
    expect(await dataOf(check('forged.json'))).toMatchObject({ check: 'content', point: 'ic[1]' });
  });

  it.each([4, 5, 6, 7, 8, 9, 10])('is refused with a changed byte in section %i', async (id) => {
    const bytes = await readFile(file('dev.zkey'));
    const section = (await readZkeyHeader(file('dev.zkey'))).sections.get(id);
    const place = (section?.offset ?? 0) + (section?.bytes ?? 0) - 9;
    bytes.writeUInt8((bytes[place] ?? 0) ^ 1, place);
    await writeFile(file('changed.zkey'), bytes);
    expect(await dataOf(check('changed.zkey'))).toMatchObject({ check: 'content', point: `section ${id}` });
  });

  it('is refused where another was made without contributions, and where sizes differ', async () => {
    expect(await dataOf(check('0.zkey'))).toMatchObject({
      code: 'SETUP_KEY_REFUSED',
      check: 'equal',
      point: 'gamma, delta',
    });
    const { model } = productCircuit({ constraints: 9, publicInputs: 2, terms: 2, seed: 1 });
    await writeFile(file('larger.r1cs'), writeR1cs(model));
    expect(await dataOf(check('dev.zkey', 'larger.r1cs'))).toMatchObject({ check: 'circuit', point: 'wires' });
    expect(await dataOf(check('final.zkey'))).toMatchObject({ check: 'content', point: 'alpha' });
  });
});

describe("a ceremony's key", () => {
  const check = (key: string, change: Partial<CeremonyEvidence> = {}, vkey?: string) =>
    checkKey({ key: file(key), r1cs: file('1.r1cs'), ceremony: { ...evidence, ...change }, vkey });

  it('is taken with its circuit, powers of tau, transcript, published hashes and verifying key', async () => {
    const last = (await readTranscript(files.transcript)).steps.at(-1);
    const lastHash = last?.kind === 'contribution' ? last.contributionHash : '';
    const vkey = await writeVkey(file('final.zkey'), 'final.vkey.json');
    const steps: string[] = [];
    const ceremony = { ...evidence, lastHash, ptauSha256: await hashFile(files.ptau) };
    const onStep = (what: string) => void steps.push(what);
    const key = file('final.zkey');
    expect((await checkKey({ key, r1cs: files.r1cs, ceremony, vkey, onStep })).kind).toBe('ceremony');
    expect(steps).toHaveLength(3);
    expect(await dataOf(check('final.zkey'))).toBe('taken');
  });

  it('is refused by whatever does not belong to it', async () => {
    const other = await writeVkey(file('1.zkey'), 'other.vkey.json');
    expect(await dataOf(check('final.zkey', {}, other))).toMatchObject({ check: 'content', point: 'delta' });
    expect(await dataOf(check('final.zkey', { lastHash: '00' }))).toMatchObject({ check: 'transcript' });
    expect(await dataOf(check('final.zkey', { ptauSha256: '00' }))).toMatchObject({ check: 'ptau', point: 'sha256' });
    expect(await dataOf(check('final.zkey', { leastContributions: 3 }))).toMatchObject({
      code: 'SETUP_CEREMONY_INVALID',
    });
    expect(await dataOf(check('1.zkey'))).toMatchObject({ code: 'SETUP_CEREMONY_INVALID' });
    expect(await dataOf(check('0.zkey'))).toMatchObject({ check: 'equal', point: 'gamma, delta' });
    expect(await dataOf(check('dev.zkey'))).toMatchObject({ check: 'development', point: 'alpha' });
    const vkey = await writeVkey(file('final.zkey'), 'final.vkey.json');
    expect(await dataOf(checkKey({ key: vkey, r1cs: files.r1cs, ceremony: evidence }))).toMatchObject({
      code: 'SETUP_ARGUMENT_INVALID',
    });
  });

  it('is refused with powers of tau whose contributions do not verify', async () => {
    await copyFile(files.ptau, file('bad.ptau'));
    const bytes = await readFile(file('bad.ptau'));
    bytes.writeUInt8((bytes[bytes.length - 100] ?? 0) ^ 1, bytes.length - 100);
    await writeFile(file('bad.ptau'), bytes);
    expect(await dataOf(check('final.zkey', { ptau: file('bad.ptau') }))).toMatchObject({ check: 'ptau' });
  });
});

describe('setup check-key', () => {
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'check-key', ...args], {
      encoding: 'utf8',
      cwd: directory,
    });

  it('says what it checked', () => {
    const { status, stdout } = run('dev.zkey', '--r1cs', '1.r1cs');
    expect(status).toBe(0);
    expect(stdout).toMatch(/INSECURE development key[\s\S]*dev\.zkey: holds up, and is of 1\.r1cs/);
  });

  it('refuses with the name of the check, and asks for both files of a ceremony', () => {
    const { status, stderr } = run('0.zkey', '--r1cs', '1.r1cs');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^SETUP_KEY_REFUSED: .*\(equal: gamma, delta\)/)]);
    expect(run('final.zkey', '--r1cs', '1.r1cs', '--ptau', 'final.ptau').stderr).toMatch(/^SETUP_ARGUMENT_INVALID/);
  });
});
