import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCore, type NativeCore } from '../native/core.ts';
import type { Implementation } from '../native/coreAddon.ts';
import { numbersFrom } from '../native/productCircuit.fixture.ts';
import type { Groth16Proof } from './groth16.ts';
import { createNativeBackend } from './nativeBackend.ts';
import { type KeyedCircuit, keyedCircuit, snarkjsProof, vkeyOf, wtnsOf } from './nativeKeys.fixture.ts';
import type { ProverBackend } from './ProverBackend.ts';
import { readZkeyHeader } from './zkeyHeader.ts';

const found = loadCore();
const BLINDING = [0x1234_5678_9abc_def0n ** 3n, 0xfedc_ba98_7654_3210n ** 3n] as const;

describe.skipIf(found === undefined)('the native backend', () => {
  const core = found as NativeCore;
  let directory: string;
  let backend: ProverBackend;
  let circuit: KeyedCircuit;
  let witness: Uint8Array;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'straddle-native-prover-'));
    backend = createNativeBackend(core, { threads: 2 });
    circuit = await keyedCircuit(core, directory, { constraints: 300, publicInputs: 2, terms: 3, seed: 1 });
    witness = wtnsOf(core, circuit.witness([3n, 5n], 7n));
  });
  afterAll(async () => {
    await backend.terminate();
    await (await snarkjs.curves.getCurveFromName('bn128')).terminate();
    await rm(directory, { recursive: true, force: true });
  });

  /** Rows are constraints and one for each public signal and for the constant. */
  const circuits = [
    { constraints: 1, publicInputs: 0, terms: 1, seed: 10 },
    { constraints: 1, publicInputs: 1, terms: 2, seed: 11 },
    { constraints: 5, publicInputs: 2, terms: 2, seed: 12 },
    { constraints: 29, publicInputs: 1, terms: 3, seed: 13 },
    { constraints: 30, publicInputs: 1, terms: 3, seed: 14 },
    { constraints: 31, publicInputs: 1, terms: 3, seed: 15 },
    { constraints: 62, publicInputs: 1, terms: 3, seed: 16 },
    { constraints: 63, publicInputs: 1, terms: 3, seed: 17 },
    { constraints: 126, publicInputs: 1, terms: 4, seed: 18 },
    { constraints: 127, publicInputs: 1, terms: 4, seed: 19 },
    { constraints: 100, publicInputs: 155, terms: 3, seed: 20 },
    { constraints: 1000, publicInputs: 3, terms: 5, seed: 21 },
  ];
  it.each(circuits)("makes snarkjs' proof, bit for bit: %o", async (options) => {
    const keyed = await keyedCircuit(core, directory, options);
    const next = numbersFrom(options.seed);
    const values = keyed.witness(Array.from({ length: options.publicInputs }, next), next());
    const bytes = wtnsOf(core, values);
    const blinding = [next(), next()] as const;
    const expected = await snarkjsProof(keyed.zkey, bytes, blinding);
    for (const implementation of core.implementations) {
      const own = createNativeBackend(core, { implementation, threads: 2, insecureBlinding: blinding });
      expect(await own.prove(keyed.zkey, bytes), implementation).toEqual(expected);
      await own.terminate();
    }
    expect(await snarkjs.groth16.verify(await vkeyOf(keyed.zkey), expected.publicSignals, expected.proof)).toBe(true);
  });

  const witnesses: readonly (readonly [string, readonly bigint[], bigint])[] = [
    ['all zero', [0n, 0n], 0n],
    ['all one', [1n, 1n], 1n],
    ['of few different values', [2n, 2n], 1n],
    ['with the largest values', [-1n, -1n], -1n],
  ];
  it.each(witnesses)("makes snarkjs' proof of a witness %s", async (_, inputs, secret) => {
    const keyed = await keyedCircuit(core, directory, { constraints: 150, publicInputs: 2, terms: 1, seed: 2 });
    const order = (await snarkjs.curves.getCurveFromName('bn128')).r;
    const [a = 0n, b = 0n] = inputs.map((value) => (value + order) % order);
    const bytes = wtnsOf(core, keyed.witness([a, b], (secret + order) % order));
    const expected = await snarkjsProof(keyed.zkey, bytes, BLINDING);
    for (const implementation of core.implementations) {
      const own = createNativeBackend(core, { implementation, insecureBlinding: BLINDING });
      expect(await own.prove(keyed.zkey, bytes), implementation).toEqual(expected);
      await own.terminate();
    }
  });

  it("takes blinding of zero, as snarkjs' proof shows it", async () => {
    const own = createNativeBackend(core, { insecureBlinding: [0n, 0n] });
    expect(await own.prove(circuit.zkey, witness)).toEqual(await snarkjsProof(circuit.zkey, witness, [0n, 0n]));
    await own.terminate();
  });

  it('blinds every proof anew, and each verifies with snarkjs', async () => {
    const vkey = await vkeyOf(circuit.zkey);
    const proofs = await Promise.all(Array.from({ length: 6 }, () => backend.prove(circuit.zkey, witness)));
    expect(new Set(proofs.map(({ proof }) => proof.pi_a.join())).size).toBe(6);
    expect(new Set(proofs.map(({ proof }) => proof.pi_b.join())).size).toBe(6);
    for (const { proof, publicSignals } of proofs) {
      expect(publicSignals).toEqual(['3', '5']);
      expect(await snarkjs.groth16.verify(vkey, publicSignals, proof)).toBe(true);
    }
  });

  it('proves from a file as from bytes, and does not touch them', async () => {
    const path = join(directory, 'witness.wtns');
    await writeFile(path, witness);
    const own = createNativeBackend(core, { insecureBlinding: BLINDING });
    const before = Buffer.from(witness);
    expect(await own.prove(circuit.zkey, path)).toEqual(await own.prove(circuit.zkey, witness));
    expect(before.equals(witness)).toBe(true);
    expect(before.equals(await readFile(path))).toBe(true);
    await own.terminate();
  });

  it('names its steps, in order, up to the end', async () => {
    const steps: { step: string; fraction: number }[] = [];
    await backend.prove(circuit.zkey, witness, { onProgress: (progress) => steps.push(progress) });
    expect(steps.at(-1)).toEqual({ step: 'done', fraction: 1 });
    expect(steps.map(({ fraction }) => fraction)).toEqual(
      steps.map(({ fraction }) => fraction).toSorted((a, b) => a - b),
    );
    expect(steps.length).toBeGreaterThan(1);
  });

  it('rejects with what the progress callback throws', async () => {
    const boom = new Error('boom');
    const onProgress = (): never => {
      throw boom;
    };
    await expect(backend.prove(circuit.zkey, witness, { onProgress })).rejects.toBe(boom);
  });

  it('drops the proof of a witness that does not satisfy the circuit', async () => {
    for (const wire of [1, 2, 3, 4, 100, 303]) {
      const values = circuit.witness([3n, 5n], 7n);
      values[wire] = ((values[wire] ?? 0n) + 1n) % 2n ** 250n;
      await expect(backend.prove(circuit.zkey, wtnsOf(core, values)), `wire ${wire}`).rejects.toMatchObject({
        code: 'PROVER_PROOF_INVALID',
      });
    }
  });

  it('refuses a witness that is torn, of another circuit, not reduced, or missing', async () => {
    const changed = (at: number, bytes: readonly number[]): Uint8Array => {
      const copy = Buffer.from(witness);
      copy.set(bytes, at);
      return copy;
    };
    const wrong: readonly (readonly [string, string | Uint8Array])[] = [
      ['short', witness.subarray(0, witness.length - 1)],
      ['empty', new Uint8Array()],
      ['count', changed(60, [7, 0, 0, 0])],
      ['field', changed(28, [0])],
      ['magic', changed(0, [0])],
      ['constant', changed(76, [2])],
      ['modulus', changed(76 + 32 * 5, new Array<number>(32).fill(255))],
      ['other circuit', wtnsOf(core, [1n, 2n, 3n])],
      ['missing', join(directory, 'none.wtns')],
      ['a folder', directory],
      ['no path', ''],
    ];
    for (const [name, bytes] of wrong) {
      await expect(backend.prove(circuit.zkey, bytes), name).rejects.toMatchObject({ code: 'PROVER_WITNESS_INVALID' });
    }
  });

  it("passes on what is the core's own matter as a failure, with the core's code", async () => {
    const nowhere = 'abacus' as Implementation;
    const own = createNativeBackend(core, { implementation: nowhere });
    const failed = { code: 'PROVER_FAILED', cause: { code: 'CORE_ARGUMENT_INVALID' } };
    await expect(own.prove(circuit.zkey, witness)).rejects.toMatchObject(failed);
    await own.terminate();
  });

  it('refuses a damaged key, and takes it once it is replaced', async () => {
    const path = join(directory, 'changing.zkey');
    const good = await readFile(circuit.zkey);
    const { sections } = await readZkeyHeader(circuit.zkey);
    const at = (id: number): number => sections.get(id)?.offset ?? 0;
    const cases: readonly (readonly [string, number, readonly number[], string])[] = [
      ['magic', 0, [0], 'KEY_FILE_DAMAGED'],
      ['curve', at(2) + 4, [0], 'KEY_FILE_WRONG_CIRCUIT'],
      ['protocol', at(1), [2], 'KEY_FILE_WRONG_CIRCUIT'],
      ['domain', at(2) + 80, [3], 'KEY_FILE_DAMAGED'],
      ['matrix', at(4) + 4, [2], 'KEY_FILE_DAMAGED'],
      ['row', at(4) + 8, [255, 255], 'KEY_FILE_DAMAGED'],
      ['wire', at(4) + 12, [255, 255], 'KEY_FILE_DAMAGED'],
      ['coefficient', at(4) + 16 + 31, [255], 'KEY_FILE_DAMAGED'],
      ['alpha', at(2) + 84, [1, 2, 3], 'KEY_FILE_DAMAGED'],
      ['beta in G2', at(2) + 84 + 128, [1, 2, 3], 'KEY_FILE_DAMAGED'],
      ...[3, 5, 6, 7, 8, 9].map((id) => [`section ${id}`, at(id), [1, 2, 3], 'KEY_FILE_DAMAGED'] as const),
      ['a coordinate not reduced', at(9) + 31, [255], 'KEY_FILE_DAMAGED'],
    ];
    const replace = async (bytes: Uint8Array): Promise<void> => {
      await writeFile(`${path}.new`, bytes);
      await rename(`${path}.new`, path);
    };
    for (const [name, offset, bytes, code] of cases) {
      const bad = Buffer.from(good);
      bad.set(bytes, offset);
      await replace(bad);
      await expect(backend.prove(path, witness), name).rejects.toMatchObject({ code, name: 'ProverError' });
    }
    await replace(good.subarray(0, good.length - 1));
    await expect(backend.prove(path, witness)).rejects.toMatchObject({ code: 'KEY_FILE_DAMAGED' });
    await rm(path);
    await expect(backend.prove(path, witness)).rejects.toMatchObject({ code: 'KEY_FILE_MISSING' });
    await replace(good);
    expect((await backend.prove(path, witness)).publicSignals).toEqual(['3', '5']);
    // Another circuit's key under the same name is noticed.
    const other = await keyedCircuit(core, directory, { constraints: 40, publicInputs: 1, terms: 2, seed: 3 });
    await replace(await readFile(other.zkey));
    await expect(backend.prove(path, witness)).rejects.toMatchObject({ code: 'PROVER_WITNESS_INVALID' });
  });

  it('lets no proof of a wrong point out, even if points are not looked at', async () => {
    const bytes = await readFile(circuit.zkey);
    const { sections } = await readZkeyHeader(circuit.zkey);
    // Points of wires 3 and 4 change places: all are on the curve, and the key is not this circuit's.
    const a = (sections.get(5)?.offset ?? 0) + 3 * 64;
    const swapped = Buffer.concat([bytes.subarray(a + 64, a + 128), bytes.subarray(a, a + 64)]);
    const path = join(directory, 'swapped.zkey');
    await writeFile(path, Buffer.concat([bytes.subarray(0, a), swapped, bytes.subarray(a + 128)]));
    await expect(backend.prove(path, witness)).rejects.toMatchObject({ code: 'PROVER_PROOF_INVALID' });
    const trusting = createNativeBackend(core, { checkPoints: false });
    bytes.set([1, 2, 3], a);
    await writeFile(path, bytes);
    await expect(trusting.prove(path, witness)).rejects.toMatchObject({ code: 'PROVER_PROOF_INVALID' });
    expect((await trusting.prove(circuit.zkey, witness)).publicSignals).toEqual(['3', '5']);
    await trusting.terminate();
  });

  it('takes coefficients in any order', async () => {
    const bytes = await readFile(circuit.zkey);
    const { sections } = await readZkeyHeader(circuit.zkey);
    const start = (sections.get(4)?.offset ?? 0) + 4;
    const records = bytes.subarray(start, start + (sections.get(4)?.bytes ?? 4) - 4);
    const reversed = Buffer.alloc(records.length);
    for (let i = 0; i < records.length; i += 44) reversed.set(records.subarray(i, i + 44), records.length - 44 - i);
    reversed.copy(bytes, start);
    const path = join(directory, 'reversed.zkey');
    await writeFile(path, bytes);
    const own = createNativeBackend(core, { insecureBlinding: BLINDING });
    expect(await own.prove(path, witness)).toEqual(await own.prove(circuit.zkey, witness));
    await own.terminate();
  });

  describe('stopping', () => {
    it('rejects when the signal aborts, before and in the middle, and works again', async () => {
      await expect(backend.prove(circuit.zkey, witness, { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
        code: 'PROVER_ABORTED',
        cause: 'why',
      });
      for (const step of ['evaluating the constraints', 'transforming', "multiplying the witness' points"]) {
        const stop = new AbortController();
        const running = createdSlow().prove(circuit.zkey, witness, {
          signal: stop.signal,
          onProgress: (progress) => progress.step === step && stop.abort('in the middle'),
        });
        // A step that was over before its progress arrived cannot be stopped.
        const outcome = await running.then(
          () => 'proved',
          (error: { code: string; cause: unknown }) => `${error.code} ${error.cause}`,
        );
        expect(['proved', 'PROVER_ABORTED in the middle'], step).toContain(outcome);
      }
      expect((await backend.prove(circuit.zkey, witness)).publicSignals).toEqual(['3', '5']);
    });

    it('stops a long proof at once', async () => {
      const large = await keyedCircuit(core, directory, { constraints: 20_000, publicInputs: 1, terms: 2, seed: 4 });
      const values = wtnsOf(core, large.witness([3n], 5n));
      const slow = createdSlow();
      const stop = new AbortController();
      const running = slow.prove(large.zkey, values, {
        signal: stop.signal,
        onProgress: ({ step }) => step.startsWith('multiplying') && stop.abort('enough'),
      });
      await expect(running).rejects.toMatchObject({ code: 'PROVER_ABORTED', cause: 'enough' });
    });

    it('ends proofs under way when it is terminated, and takes no more', async () => {
      const own = createdSlow();
      const running = Array.from({ length: 3 }, () => own.prove(circuit.zkey, witness));
      const outcomes = Promise.allSettled(running);
      await own.terminate();
      await own.terminate();
      for (const outcome of await outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'PROVER_TERMINATED' });
      }
      await expect(own.prove(circuit.zkey, witness)).rejects.toMatchObject({ code: 'PROVER_TERMINATED' });
      const { proof } = await backend.prove(circuit.zkey, witness);
      const vkey = await vkeyOf(circuit.zkey);
      await expect(own.verify(vkey, ['3', '5'], proof)).rejects.toMatchObject({ code: 'PROVER_TERMINATED' });
    });

    /** One thread and the slowest arithmetic. */
    const createdSlow = (): ProverBackend => createNativeBackend(core, { threads: 1, implementation: 'portable' });
  });

  it('proves in several worker threads at once', async () => {
    const module = new URL('./testdata/proveWorker.ts', import.meta.url);
    const workerData = { zkey: circuit.zkey, witness, proofs: 4, blinding: BLINDING };
    const workers = Array.from({ length: 3 }, () => new Worker(module, { workerData }));
    const answers = workers.map(
      (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject)),
    );
    const expected = await snarkjsProof(circuit.zkey, witness, BLINDING);
    for (const proofs of await Promise.all(answers)) expect(proofs).toEqual(new Array(4).fill(expected));
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  it('leaves a worker that is terminated in the middle of proofs', async () => {
    const module = new URL('./testdata/proveWorker.ts', import.meta.url);
    for (let round = 0; round < 6; round++) {
      const workerData = { zkey: circuit.zkey, witness, proofs: 1000, blinding: BLINDING };
      const worker = new Worker(module, { workerData });
      await new Promise((resolve) => worker.once('online', resolve));
      await new Promise((resolve) => setTimeout(resolve, 150 * round));
      await worker.terminate();
    }
    expect((await backend.prove(circuit.zkey, witness)).publicSignals).toEqual(['3', '5']);
  });

  it('keeps no memory over 1,000 proofs', async () => {
    const path = join(directory, 'many.wtns');
    await writeFile(path, witness);
    const script = join(import.meta.dirname, 'testdata', 'proveManyTimes.ts');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      ...['--expose-gc', '--no-warnings', script, circuit.zkey, path, '1000'],
    ]);
    expect(stderr).toBe('');
    const [early = 0, late = 0] = JSON.parse(stdout) as number[];
    expect(early).toBeGreaterThan(10e6);
    // A buffer of one proof is 16 kB, of which 800 would be 13 MB.
    expect(late - early).toBeLessThan(8e6);
  });

  it('verifies what snarkjs verifies, and nothing else', async () => {
    const vkey = await vkeyOf(circuit.zkey);
    const { proof, publicSignals } = await snarkjsProof(circuit.zkey, witness, BLINDING);
    const order = (await snarkjs.curves.getCurveFromName('bn128')).r;
    const plusOne = (text: string): string => `${BigInt(text) + 1n}`;
    const twisted: Groth16Proof = {
      ...proof,
      pi_b: [[plusOne(proof.pi_b[0][0]), proof.pi_b[0][1]], proof.pi_b[1], proof.pi_b[2]],
    };
    const { pi_a, pi_c } = proof;
    const other = (await backend.prove(circuit.zkey, witness)).proof;
    const cases: readonly (readonly [string, boolean, readonly string[], Groth16Proof])[] = [
      ['as it is', true, publicSignals, proof],
      ['another proof of the same', true, publicSignals, other],
      ['another signal', false, ['3', '6'], proof],
      ['signals exchanged', false, ['5', '3'], proof],
      ['a signal too few', false, ['3'], proof],
      ['a signal too many', false, ['3', '5', '0'], proof],
      ['a signal not reduced', false, [`${3n + order}`, '5'], proof],
      ['a signal that is no number', false, ['3', 'x'], proof],
      ['a negative signal', false, ['3', '-5'], proof],
      ['a and c exchanged', false, publicSignals, { ...proof, pi_a: pi_c, pi_c: pi_a }],
      ["another proof's a", false, publicSignals, { ...proof, pi_a: other.pi_a }],
      ["another proof's b", false, publicSignals, { ...proof, pi_b: other.pi_b }],
      ["another proof's c", false, publicSignals, { ...proof, pi_c: other.pi_c }],
      ['a off the curve', false, publicSignals, { ...proof, pi_a: [pi_a[0], plusOne(pi_a[1]), '1'] }],
      ['b off the curve', false, publicSignals, twisted],
      ['c at infinity', false, publicSignals, { ...proof, pi_c: ['0', '0', '1'] }],
      ['no number', false, publicSignals, { ...proof, pi_c: ['x', '1', '1'] }],
    ];
    for (const implementation of core.implementations) {
      const own = createNativeBackend(core, { implementation });
      for (const [name, holds, signals, candidate] of cases) {
        expect(await own.verify(vkey, signals, candidate), `${implementation} ${name}`).toBe(holds);
      }
      await own.terminate();
    }
    for (const [name, holds, signals, candidate] of cases) {
      const theirs = snarkjs.groth16.verify(vkey, signals, candidate);
      expect(await theirs.catch(() => false), `snarkjs ${name}`).toBe(holds);
    }
  });

  it('refuses everything with a verification key of another circuit or with points off the curve', async () => {
    const vkey = await vkeyOf(circuit.zkey);
    const { proof, publicSignals } = await backend.prove(circuit.zkey, witness);
    const [first, ...rest] = vkey.IC;
    if (first === undefined) throw new Error('no IC');
    const wrong = [
      { ...vkey, vk_alpha_1: first },
      { ...vkey, vk_gamma_2: vkey.vk_delta_2 },
      { ...vkey, vk_beta_2: vkey.vk_delta_2 },
      { ...vkey, IC: [first, first, first] },
      { ...vkey, IC: rest },
      { ...vkey, vk_alpha_1: ['1', '1', '1'] as const },
    ];
    for (const key of wrong) expect(await backend.verify(key, publicSignals, proof)).toBe(false);
    expect(await backend.verify(vkey, publicSignals, proof)).toBe(true);
  });
});
