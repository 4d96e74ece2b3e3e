import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBn128, type Curve } from 'ffjavascript';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactStore, openArtifactStore } from '../artifacts/artifactStore.ts';
import type { VerificationKey } from '../prove/groth16.ts';
import { checkKeyFile } from '../prove/keyFile.ts';
import type { ProverBackend } from '../prove/ProverBackend.ts';
import { decodeProof, decodeVerificationKey, encodeProof, encodeVerificationKey } from '../prove/proofEncoding.ts';
import { createSnarkjsBackend } from '../prove/snarkjsBackend.ts';
import { readZkeyHeader, readZkeySection } from '../prove/zkeyHeader.ts';
import { type CompiledCircuit, compileCircuit } from './compile.ts';
import { type DevelopmentKey, developmentKey, requireDevelopmentKeyOf } from './developmentKeys.ts';
import { DEVELOPMENT_SEED, developmentSecrets } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { rootOfUnity } from './lagrangeAtTau.ts';
import { writeKnownPtau } from './testdata/knownPtau.ts';

// Two public signals (one an output), a Poseidon for dense rows, and rows whose C is empty.
const CIRCUIT = `pragma circom 2.2.0;
include "circomlib/circuits/poseidon.circom";
template Sample() {
  signal input a; signal input b; signal output digest;
  component h = Poseidon(2);
  h.inputs[0] <== a; h.inputs[1] <== b;
  signal bit <-- b & 1;
  bit * (bit - 1) === 0;
  digest <== h.out + bit;
}
component main { public [a] } = Sample();
`;

let directory: string;
let store: ArtifactStore;
let circuit: CompiledCircuit;
let key: DevelopmentKey;
let vkey: VerificationKey;
let witness: string;
let backend: ProverBackend;
let curve: Curve;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-keys-'));
  store = openArtifactStore({ root: join(directory, 'cache') });
  circuit = await compileCircuit({ store, name: 'sample', mainSource: { text: CIRCUIT } });
  key = await developmentKey({ store, name: 'sample', r1csPath: circuit.r1cs });
  vkey = JSON.parse(await readFile(key.vkey, 'utf8')) as VerificationKey;
  witness = join(directory, 'sample.wtns');
  await snarkjs.wtns.calculate({ a: 3, b: 5 }, circuit.wasm, witness);
  backend = createSnarkjsBackend();
  curve = await buildBn128();
});
afterAll(async () => {
  await backend.terminate();
  await curve.terminate();
  await rm(directory, { recursive: true, force: true });
});

const WASTE = { tau: 1234567n, alpha: 891011n, beta: 121314n, delta: 1n };

describe('development keys', () => {
  it("equal snarkjs' own key for a ptau with the same secrets, byte for byte", async () => {
    const [raw, ptau] = [join(directory, 'known.ptau'), join(directory, 'prepared.ptau')];
    const power = Math.log2(circuit.domainSize) + 1;
    await writeKnownPtau(raw, power, WASTE);
    await snarkjs.powersOfTau.preparePhase2(raw, ptau);
    const [theirs, ours] = [join(directory, 'theirs.zkey'), join(directory, 'ours.zkey')];
    await snarkjs.zKey.newZKey(circuit.r1cs, ptau, theirs);
    await writeDevelopmentZkey(circuit.r1cs, ours, WASTE);
    const [a, b] = [await readZkeyHeader(theirs), await readZkeyHeader(ours)];
    for (let section = 1; section <= 9; section++) {
      const place = { offset: 0, bytes: 0 };
      const expected = await readZkeySection(theirs, a.sections.get(section) ?? place);
      const found = await readZkeySection(ours, b.sections.get(section) ?? place);
      expect(expected.length).toBeGreaterThan(0);
      expect(Buffer.compare(found, expected), `section ${section}`).toBe(0);
    }
  });

  it('are the same bytes on every run, and other bytes for another seed', async () => {
    const secrets = developmentSecrets(circuit.r1csSha256);
    const again = join(directory, 'again.zkey');
    await writeDevelopmentZkey(circuit.r1cs, again, secrets);
    expect(Buffer.compare(await readFile(again), await readFile(key.zkey))).toBe(0);
    const other = await developmentKey({ store, name: 'sample', r1csPath: circuit.r1cs, seed: 'another' });
    expect(other.zkeySha256).not.toBe(key.zkeySha256);
  });

  it('share all but delta between circuits of one seed', () => {
    const [a, b] = [developmentSecrets('00'), developmentSecrets('01')];
    expect({ ...a, delta: 0n }).toEqual({ ...b, delta: 0n });
    expect(a.delta).not.toBe(b.delta);
  });

  it('carry a name that says what they are, and come from the cache the second time', async () => {
    expect(key.zkey.endsWith('sample.insecure-dev.zkey')).toBe(true);
    expect(key.vkey.endsWith('sample.insecure-dev.vkey.json')).toBe(true);
    expect((await developmentKey({ store, name: 'sample', r1csPath: circuit.r1cs })).cached).toBe(true);
  });

  it('carry the hash of their circuit, and are refused beside another', async () => {
    const seed = DEVELOPMENT_SEED;
    expect(() => requireDevelopmentKeyOf(circuit.r1csSha256, vkey, 'sample', seed)).not.toThrow();
    const refusedBy = (point: string) =>
      expect.objectContaining({ code: 'SETUP_KEY_REFUSED', data: { source: 'sample', check: 'circuit', point } });
    expect(() => requireDevelopmentKeyOf('00', vkey, 'sample', seed)).toThrow(refusedBy('delta'));
    expect(() => requireDevelopmentKeyOf(circuit.r1csSha256, vkey, 'sample', 'other')).toThrow(refusedBy('alpha'));
    const other = { ...vkey, vk_gamma_2: vkey.vk_beta_2 };
    expect(() => requireDevelopmentKeyOf(circuit.r1csSha256, other, 'sample', seed)).toThrow(refusedBy('gamma'));
  });

  it("hold the verification key that snarkjs' export gives", async () => {
    expect(await snarkjs.zKey.exportVerificationKey(key.zkey)).toEqual(vkey);
  });

  it("use snarkjs' roots of unity", () => {
    for (const steps of [1, 10, 28]) {
      const theirs = curve.Fr.toObject(curve.Fr.w[steps] ?? new Uint8Array());
      expect(rootOfUnity(2 ** steps)).toBe(theirs);
    }
  });

  it('refuse a torn r1cs', async () => {
    const torn = join(directory, 'torn.r1cs');
    const bytes = await readFile(circuit.r1cs);
    await writeFile(torn, bytes);
    await truncate(torn, 200);
    await expect(writeDevelopmentZkey(torn, join(directory, 'x.zkey'), WASTE)).rejects.toMatchObject({
      code: 'SETUP_R1CS_INVALID',
    });
    // The count of terms in the first row, made larger than the section.
    bytes.writeUInt32LE(1e6, circuit.header.constraintsOffset);
    await writeFile(torn, bytes);
    await expect(writeDevelopmentZkey(torn, join(directory, 'x.zkey'), WASTE)).rejects.toMatchObject({
      code: 'SETUP_R1CS_INVALID',
    });
  });
});

describe('proving with a development key', () => {
  it('proves and verifies, and every change of a signal or of the proof is refused', async () => {
    const steps: string[] = [];
    const { proof, publicSignals } = await backend.prove(key.zkey, witness, {
      onProgress: ({ step }) => steps.push(step),
    });
    expect(publicSignals).toHaveLength(2);
    expect(publicSignals[1]).toBe('3');
    expect(steps.at(-1)).toBe('done');
    expect(steps).toContain('QAP AB');
    expect(await backend.verify(vkey, publicSignals, proof)).toBe(true);
    expect(await backend.verify(vkey, [publicSignals[0] ?? '', '4'], proof)).toBe(false);
    expect(await backend.verify(vkey, ['3'], proof)).toBe(false);
    expect(await backend.verify(vkey, publicSignals, { ...proof, pi_c: proof.pi_a })).toBe(false);
    expect(await backend.verify(vkey, publicSignals, { ...proof, pi_c: ['x', '1', '1'] })).toBe(false);
  });

  it('proves from bytes, and verifies what came back from calldata', async () => {
    const { proof, publicSignals } = await backend.prove(key.zkey, await readFile(witness));
    const decoded = decodeProof(encodeProof(proof));
    expect(decoded).toEqual(proof);
    const words = encodeVerificationKey(vkey);
    expect(words.ic).toHaveLength(3);
    expect(await backend.verify(decodeVerificationKey(words), publicSignals, decoded)).toBe(true);
  });

  it('refuses a witness of another circuit, a torn one, a missing one', async () => {
    const bytes = await readFile(witness);
    const more = Buffer.from(bytes);
    more.writeUInt32LE(7, 60);
    for (const wrong of [more, bytes.subarray(0, bytes.length - 1), bytes.subarray(0, 9), join(directory, 'none')]) {
      await expect(backend.prove(key.zkey, wrong)).rejects.toMatchObject({ code: 'PROVER_WITNESS_INVALID' });
    }
  });

  it('stops when told to, works again after that, and not after being terminated', async () => {
    const own = createSnarkjsBackend();
    const stop = new AbortController();
    const running = own.prove(key.zkey, witness, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(running).rejects.toMatchObject({ code: 'PROVER_ABORTED' });
    const { proof, publicSignals } = await own.prove(key.zkey, witness);
    expect(await own.verify(vkey, publicSignals, proof)).toBe(true);
    await own.terminate();
    await own.terminate();
    await expect(own.prove(key.zkey, witness)).rejects.toMatchObject({ code: 'PROVER_TERMINATED' });
  });
});

describe('checkKeyFile', () => {
  const expected = () => ({ sha256: key.zkeySha256, publicSignals: 2, domainSize: circuit.domainSize });

  it('accepts the registered key', async () => {
    expect((await checkKeyFile(key.zkey, expected())).wires).toBe(circuit.header.wires);
  });

  it('refuses a missing, torn, changed or foreign key', async () => {
    const copy = join(directory, 'copy.zkey');
    const bytes = await readFile(key.zkey);
    await expect(checkKeyFile(copy, expected())).rejects.toMatchObject({ code: 'KEY_FILE_MISSING' });
    await writeFile(copy, bytes.subarray(0, bytes.length - 1));
    await expect(checkKeyFile(copy, expected())).rejects.toMatchObject({ code: 'KEY_FILE_DAMAGED' });
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 100] = (flipped[bytes.length - 100] ?? 0) ^ 1;
    await writeFile(copy, flipped);
    await expect(checkKeyFile(copy, expected())).rejects.toMatchObject({ code: 'KEY_FILE_WRONG_HASH' });
    for (const change of [{ publicSignals: 7 }, { domainSize: 2 * circuit.domainSize }]) {
      await expect(checkKeyFile(key.zkey, { ...expected(), ...change })).rejects.toMatchObject({
        code: 'KEY_FILE_WRONG_CIRCUIT',
      });
    }
  });
});
