import { parentPort, workerData } from 'node:worker_threads';
import { loadCore } from '../../native/core.ts';
import { createNativeBackend } from '../nativeBackend.ts';

/** Proves one witness several times at once and posts the proofs. */
const { blinding, proofs, witness, zkey } = workerData as {
  zkey: string;
  witness: Uint8Array;
  proofs: number;
  blinding: readonly [bigint, bigint];
};
const core = loadCore();
if (core === undefined) throw new Error('no native core');
const backend = createNativeBackend(core, { insecureBlinding: blinding, threads: 2 });
const made = await Promise.all(Array.from({ length: proofs }, () => backend.prove(zkey, witness)));
parentPort?.postMessage(made);
