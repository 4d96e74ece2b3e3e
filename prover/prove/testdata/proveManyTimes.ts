// node --expose-gc proveManyTimes.ts ZKEY WITNESS PROOFS: prints the memory of the process, in bytes, after a first fifth of
// so many proofs and after all; some are of a wrong witness and some are aborted.
import { readFileSync } from 'node:fs';
import { loadCore } from '../../native/core.ts';
import { createNativeBackend } from '../nativeBackend.ts';

const [zkey = '', witnessPath = '', proofs = ''] = process.argv.slice(2);
const core = loadCore();
if (core === undefined) throw new Error('no native core');
const backend = createNativeBackend(core, { threads: 2 });
const witness = readFileSync(witnessPath);
const wrong = Buffer.from(witness);
wrong[76 + 32] = (wrong[76 + 32] ?? 0) ^ 1;

async function proveOnce(index: number): Promise<void> {
  if (index % 10 === 3) await backend.prove(zkey, wrong).catch(() => undefined);
  else if (index % 10 === 7) {
    const stop = new AbortController();
    await backend.prove(zkey, witness, { signal: stop.signal, onProgress: () => stop.abort() }).catch(() => undefined);
  } else await backend.prove(zkey, witness);
}

async function memoryAfter(count: number): Promise<number> {
  for (let index = 0; index < count; index++) await proveOnce(index);
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

const fifth = Number(proofs) / 5;
const early = await memoryAfter(fifth);
const late = await memoryAfter(Number(proofs) - fifth);
await backend.terminate();
console.log(JSON.stringify([early, late]));
