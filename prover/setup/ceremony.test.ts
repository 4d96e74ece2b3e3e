import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBn128 } from 'ffjavascript';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArtifactStore } from '../artifacts/artifactStore.ts';
import { hashFile } from '../artifacts/contentHash.ts';
import { readZkeyHeader } from '../prove/zkeyHeader.ts';
import { applyBeacon, type CeremonyFiles, contribute, newCeremony, releaseCurve, verifyCeremony } from './ceremony.ts';
import { compileCircuit } from './compile.ts';
import { readTranscript, type Transcript } from './transcript.ts';
import { exportVerificationKey } from './verificationKey.ts';
import { readKeyContributions } from './zkeyContributions.ts';

const CUBE = `pragma circom 2.2.0;
template Cube() { signal input x; signal output y; signal s; s <== x * x; y <== s * x + 5; }
component main = Cube();
`;
const BEACON = { hash: '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20', iterationsExp: 10 };

let directory: string;
let files: CeremonyFiles;
let wasm: string;
const file = (name: string): string => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-ceremony-'));
  const store = openArtifactStore({ root: file('cache') });
  const circuit = await compileCircuit({ store, name: 'cube', mainSource: { text: CUBE } });
  const curve = await buildBn128();
  await snarkjs.powersOfTau.newAccumulator(curve, 4, file('0.ptau'));
  await snarkjs.powersOfTau.contribute(file('0.ptau'), file('1.ptau'), 'first', 'entropy of a test');
  await snarkjs.powersOfTau.beacon(file('1.ptau'), file('2.ptau'), 'last', BEACON.hash, 10);
  await snarkjs.powersOfTau.preparePhase2(file('2.ptau'), file('final.ptau'));
  files = { r1cs: circuit.r1cs, ptau: file('final.ptau'), transcript: file('transcript.json') };
  wasm = circuit.wasm;
  await newCeremony(files, file('0.zkey'));
  const { transcript } = files;
  await contribute({ from: file('0.zkey'), to: file('1.zkey'), transcript }, 'alice', 'a');
  await contribute({ from: file('1.zkey'), to: file('2.zkey'), transcript }, 'bob');
  await applyBeacon({ from: file('2.zkey'), to: file('final.zkey'), transcript }, 'block', BEACON);
});
afterAll(async () => {
  await releaseCurve();
  await rm(directory, { recursive: true, force: true });
});

describe('ceremony', () => {
  it('records every step by hash and verifies', async () => {
    const { steps, r1csSha256, ptauSha256 } = await verifyCeremony(files, file('final.zkey'));
    expect(steps.map((step) => step.kind)).toEqual(['new', 'contribution', 'contribution', 'beacon']);
    const hashes = await Promise.all(['0.zkey', '1.zkey', '2.zkey', 'final.zkey'].map((name) => hashFile(file(name))));
    expect(steps.map((step) => step.zkeySha256)).toEqual(hashes);
    expect([r1csSha256, ptauSha256]).toEqual([await hashFile(files.r1cs), await hashFile(files.ptau)]);
  });

  it('gives a key that proves, with the verification key that snarkjs exports', async () => {
    const vkey = await exportVerificationKey(file('final.zkey'));
    expect(vkey).toEqual(await snarkjs.zKey.exportVerificationKey(file('final.zkey')));
    await snarkjs.wtns.calculate({ x: 3 }, wasm, file('w.wtns'));
    const { proof, publicSignals } = await snarkjs.groth16.prove(file('final.zkey'), file('w.wtns'));
    expect(publicSignals).toEqual(['32']);
    expect(await snarkjs.groth16.verify(vkey, publicSignals, proof)).toBe(true);
    expect(await snarkjs.groth16.verify(vkey, ['33'], proof)).toBe(false);
  });

  it('refuses a key that is not the recorded one, even a valid earlier one', async () => {
    await expect(verifyCeremony(files, file('2.zkey'))).rejects.toMatchObject({ code: 'SETUP_CEREMONY_INVALID' });
  });

  it('refuses a changed key whose transcript was changed along', async () => {
    const bytes = await readFile(file('final.zkey'));
    const transcript = await readTranscript(files.transcript);
    // A swap of two points of section H (the last before the contributions): still points, another key.
    const offset = (await readZkeyHeader(file('final.zkey'))).sections.get(9)?.offset ?? 0;
    const first = Buffer.from(bytes.subarray(offset, offset + 64));
    bytes.copyWithin(offset, offset + 64, offset + 128);
    first.copy(bytes, offset + 64);
    await writeFile(file('forged.zkey'), bytes);
    const last = transcript.steps.at(-1);
    if (last !== undefined) last.zkeySha256 = await hashFile(file('forged.zkey'));
    await writeFile(file('forged.json'), JSON.stringify(transcript));
    const forged = { ...files, transcript: file('forged.json') };
    await expect(verifyCeremony(forged, file('forged.zkey'))).rejects.toMatchObject({
      code: 'SETUP_CEREMONY_INVALID',
      message: expect.stringContaining('does not follow from'),
    });
  });

  it('refuses a key without contributions, a step on an old key, and a wrong beacon', async () => {
    const fresh = { ...files, transcript: file('fresh.json') };
    await newCeremony(fresh, file('fresh.zkey'));
    await expect(verifyCeremony(fresh, file('fresh.zkey'))).rejects.toMatchObject({ code: 'SETUP_CEREMONY_INVALID' });
    const old = { from: file('1.zkey'), to: file('x.zkey'), transcript: files.transcript };
    await expect(contribute(old, 'mallory')).rejects.toMatchObject({ code: 'SETUP_CEREMONY_INVALID' });
    for (const beacon of [
      { ...BEACON, hash: '0x01' },
      { ...BEACON, iterationsExp: 9 },
    ]) {
      await expect(applyBeacon(old, 'block', beacon)).rejects.toMatchObject({ code: 'SETUP_ARGUMENT_INVALID' });
    }
    const same = { from: file('1.zkey'), to: file('1.zkey'), transcript: files.transcript };
    await expect(contribute(same, 'x')).rejects.toMatchObject({ code: 'SETUP_ARGUMENT_INVALID' });
  });

  it('refuses a key that has nothing but a beacon: its randomness is public', async () => {
    const only = { ...files, transcript: file('only.json') };
    await newCeremony(only, file('only0.zkey'));
    await applyBeacon(
      { from: file('only0.zkey'), to: file('only.zkey'), transcript: only.transcript },
      'block',
      BEACON,
    );
    await expect(verifyCeremony(only, file('only.zkey'))).rejects.toMatchObject({
      code: 'SETUP_CEREMONY_INVALID',
      message: expect.stringContaining('Nobody has contributed a secret'),
    });
  });

  it('asks for as many contributors as it is told to', async () => {
    expect((await verifyCeremony(files, file('final.zkey'), 2)).steps).toHaveLength(4);
    await expect(verifyCeremony(files, file('final.zkey'), 3)).rejects.toMatchObject({
      message: expect.stringContaining('Only 2 of at least 3'),
    });
  });

  it('holds the transcript against what the key itself records', async () => {
    const { contributions, circuitHash } = await readKeyContributions(file('final.zkey'));
    const { steps } = await readTranscript(files.transcript);
    expect(circuitHash).toBe(steps[0]?.kind === 'new' ? steps[0].circuitHash : '');
    expect(contributions.map(({ contributionHash }) => contributionHash)).toEqual(
      steps.flatMap((step) => (step.kind === 'new' ? [] : [step.contributionHash])),
    );
    expect(contributions.map(({ kind, name }) => [kind, name])).toEqual([
      ['contribution', 'alice'],
      ['contribution', 'bob'],
      ['beacon', 'block'],
    ]);
    const lies: readonly ((told: Transcript) => void)[] = [
      // A contributor who never was; one left out; another name, hash, kind, circuit, beacon.
      ({ steps }) => void steps.splice(1, 0, { ...(steps[1] as (typeof steps)[1]) }),
      ({ steps }) => void steps.splice(1, 1),
      ({ steps }) => void Object.assign(steps[1] ?? {}, { name: 'carol' }),
      ({ steps }) => void Object.assign(steps[2] ?? {}, { contributionHash: '00'.repeat(64) }),
      ({ steps }) =>
        void Object.assign(steps[3] ?? {}, { kind: 'contribution', beaconHash: undefined, iterationsExp: undefined }),
      ({ steps }) => void Object.assign(steps[0] ?? {}, { circuitHash: '00'.repeat(64) }),
      ({ steps }) => void Object.assign(steps[3] ?? {}, { iterationsExp: 11 }),
    ];
    for (const [index, lie] of lies.entries()) {
      const told = await readTranscript(files.transcript);
      lie(told);
      await writeFile(file('lie.json'), JSON.stringify(told));
      const lying = { ...files, transcript: file('lie.json') };
      await expect(verifyCeremony(lying, file('final.zkey')), `lie ${index}`).rejects.toMatchObject({
        code: 'SETUP_CEREMONY_INVALID',
        message: expect.stringMatching(/^Step \d of the transcript is not what/),
      });
    }
  });

  it('says what is wrong with a .ptau', async () => {
    const text = `pragma circom 2.2.0;
template Many() { signal input x; signal output y; signal s[40]; s[0] <== x * x;
  for (var i = 1; i < 40; i++) s[i] <== s[i - 1] * s[i - 1]; y <== s[39] * x; }
component main = Many();
`;
    const store = openArtifactStore({ root: file('cache') });
    const many = await compileCircuit({ store, name: 'many', mainSource: { text } });
    const target = file('y.zkey');
    await expect(newCeremony({ ...files, r1cs: many.r1cs }, target)).rejects.toMatchObject({
      code: 'SETUP_PTAU_TOO_SMALL',
    });
    await expect(newCeremony({ ...files, ptau: file('2.ptau') }, target)).rejects.toMatchObject({
      code: 'SETUP_PTAU_INVALID',
    });
    await copyFile(files.r1cs, file('no.ptau'));
    await expect(newCeremony({ ...files, ptau: file('no.ptau') }, target)).rejects.toMatchObject({
      code: 'SETUP_PTAU_INVALID',
    });
    await expect(newCeremony({ ...files, ptau: file('none') }, target)).rejects.toMatchObject({
      code: 'SETUP_ARGUMENT_INVALID',
    });
  });
});
