/**
 * Run as a process of its own by nativeProving.ts, with a .zkey and a .wtns: prints the peak memory in bytes that loading
 * the key and one proof add to what Node takes by itself. What is mapped of the key counts.
 */
import { readFileSync } from 'node:fs';
import { loadCore } from '../../prover/native/core.ts';
import { createNativeBackend } from '../../prover/prove/nativeBackend.ts';

/** Linux's own high-water mark of resident memory; where there is none, Node's, which cannot be told by parts. */
const peakBytes = (): number => {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
};

const [zkey = '', witness = ''] = process.argv.slice(2);
const core = loadCore();
if (core === undefined) throw new Error('there is no native core to measure');
const backend = createNativeBackend(core);
const before = peakBytes();
await backend.prove(zkey, witness);
console.log(peakBytes() - before);
await backend.terminate();
