import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBn128 } from 'ffjavascript';
import * as snarkjs from 'snarkjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from '../artifacts/contentHash.ts';
import { loadCore } from '../native/core.ts';
import { numbersFrom, productCircuit } from '../native/productCircuit.fixture.ts';
import { writeR1cs } from '../native/r1csModel.fixture.ts';
import { type CeremonyFiles, contribute, newCeremony, releaseCurve } from './ceremony.ts';
import { checkKey } from './checkKey.ts';
import { requireDevelopmentKeyOf } from './developmentKeys.ts';
import { DEVELOPMENT_SEED, developmentSecrets } from './developmentSecrets.ts';
import { writeDevelopmentZkey } from './developmentZkey.ts';
import { isSameKey } from './expectedKeys.ts';
import { findKeyFault } from './keySoundness.ts';
import { readTranscript } from './transcript.ts';
import { exportVerificationKey } from './verificationKey.ts';
import { readVerifyingKey } from './verifyingKeyFile.ts';

/** Files of a setup that are wrong in one bit: each is refused with a code before a key of it could be registered. */
const SEED = Number(process.env.SEED ?? 20_261_125);
let directory: string;
let files: CeremonyFiles;
const file = (name: string): string => join(directory, name);

beforeAll(async () => {
  console.log(`SEED=${SEED}`);
  directory = await mkdtemp(join(tmpdir(), 'straddle-setup-flips-'));
  const { model } = productCircuit({ constraints: 5, publicInputs: 2, terms: 2, seed: 5 });
  await writeFile(file('small.r1cs'), writeR1cs(model));
  const secrets = developmentSecrets(await hashFile(file('small.r1cs')));
  await writeDevelopmentZkey(file('small.r1cs'), file('dev.zkey'), secrets);
  const curve = await buildBn128();
  await snarkjs.powersOfTau.newAccumulator(curve, 4, file('0.ptau'));
  await snarkjs.powersOfTau.contribute(file('0.ptau'), file('1.ptau'), 'first', 'entropy of a test');
  await snarkjs.powersOfTau.preparePhase2(file('1.ptau'), file('final.ptau'));
  files = { r1cs: file('small.r1cs'), ptau: file('final.ptau'), transcript: file('transcript.json') };
  await newCeremony(files, file('0.zkey'));
  await contribute({ from: file('0.zkey'), to: file('final.zkey'), transcript: files.transcript }, 'alice', 'a');
});
afterAll(async () => {
  await releaseCurve();
  await rm(directory, { recursive: true, force: true });
});

/** The file with one bit flipped, and which; one of every `step` bytes. */
async function* flips(source: string, target: string, step: number): AsyncGenerator<string> {
  const bytes = await readFile(source);
  const next = numbersFrom(SEED);
  for (let at = 0; at < bytes.length; at += step) {
    const bit = 8 * at + Number(next() % BigInt(8 * Math.min(step, bytes.length - at)));
    const copy = Buffer.from(bytes);
    copy.writeUInt8((copy[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
    await writeFile(target, copy);
    yield `bit ${bit} of ${source}`;
  }
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: { code?: string }) => error.code ?? `no code: ${String(error)}`,
  );

describe('one wrong bit', () => {
  it('in a verification key: degenerate, or nothing that verifying reads', { timeout: 600_000 }, async () => {
    const key = await exportVerificationKey(file('dev.zkey'));
    await writeFile(file('key.json'), JSON.stringify(key));
    let refused = 0;
    for await (const what of flips(file('key.json'), file('flipped.json'), 12)) {
      const found = await readVerifyingKey(file('flipped.json')).catch((error: { code?: string }) => error.code ?? '');
      const isRefused = typeof found === 'string' || findKeyFault(found, 2) !== undefined;
      if (isRefused) refused++;
      if (typeof found === 'string') expect(found, what).toBe('SETUP_KEY_REFUSED');
      else if (!isRefused) expect(isSameKey(found, key), what).toBe(true);
    }
    expect(refused).toBeGreaterThan(50);
  });

  it.skipIf(loadCore() === undefined)(
    'in a circuit: no circuit, or one whose key is refused beside the true one',
    { timeout: 600_000 },
    async () => {
      const sha256 = await hashFile(files.r1cs);
      const counts: Record<string, number> = {};
      for await (const what of flips(files.r1cs, file('flipped.r1cs'), 6)) {
        const secrets = developmentSecrets(await hashFile(file('flipped.r1cs')));
        const made = await codeOf(writeDevelopmentZkey(file('flipped.r1cs'), file('flipped.zkey'), secrets));
        expect(made, what).toMatch(/^(taken|SETUP_R1CS_INVALID|SETUP_R1CS_UNSUPPORTED)$/);
        counts[made] = (counts[made] ?? 0) + 1;
        if (made !== 'taken') continue;
        const key = await exportVerificationKey(file('flipped.zkey'));
        expect(() => requireDevelopmentKeyOf(sha256, key, what, DEVELOPMENT_SEED), what).toThrow(/circuit: delta/);
      }
      expect(counts.SETUP_R1CS_INVALID).toBeGreaterThan(10);
    },
  );

  it("in a ceremony's key, the transcript changed along", { timeout: 600_000 }, async () => {
    const transcript = await readTranscript(files.transcript);
    const evidence = { ptau: files.ptau, transcript: file('flipped-transcript.json'), leastContributions: 1 };
    const ceremony = { ...evidence, ptauSha256: await hashFile(files.ptau) };
    const last = transcript.steps.at(-1);
    if (last === undefined) throw new Error('no steps');
    const check = async (key: string): Promise<string> => {
      last.zkeySha256 = await hashFile(key);
      await writeFile(evidence.transcript, JSON.stringify(transcript));
      return codeOf(checkKey({ key, r1cs: files.r1cs, ceremony }));
    };
    expect(await check(file('final.zkey'))).toBe('taken');
    for await (const what of flips(file('final.zkey'), file('flipped.zkey'), 240)) {
      const code = await check(file('flipped.zkey'));
      expect(code, what).toMatch(/^(SETUP_KEY_REFUSED|SETUP_CEREMONY_INVALID|KEY_FILE_[A-Z_]+|PROOF_MALFORMED)$/);
    }
  });

  it('in powers of tau', { timeout: 600_000 }, async () => {
    const ceremony = { ptau: file('flipped.ptau'), transcript: files.transcript, leastContributions: 1 };
    for await (const what of flips(files.ptau, file('flipped.ptau'), 1500)) {
      const code = await codeOf(checkKey({ key: file('final.zkey'), r1cs: files.r1cs, ceremony }));
      expect(code, what).toMatch(/^(SETUP_KEY_REFUSED|SETUP_CEREMONY_INVALID)$/);
    }
  });
});
