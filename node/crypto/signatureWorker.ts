import { parentPort } from 'node:worker_threads';
import { loadCore, type NativeCore } from '../../prover/native/core.ts';
import { MESSAGE_ELEMENTS } from '../core/codec/message.ts';
import { CHECK_BYTES, selectValues } from './signatureBytes.ts';

/** A thread that checks signatures with the native core: batches of checks in (signatureBytes.ts), a byte of verdict each out. */

type Judge = (checks: Uint8Array) => Uint8Array<ArrayBuffer>;

/** Eight values a check: two of the key, three of the message, three of the signature. */
const VALUES = { message: 2, signature: 5, end: 8 } as const;
const VALUE_BYTES = 32;

/** The core works on the bytes as they are. */
const judgeBy = (core: NativeCore): Judge => {
  return (checks) => {
    const count = checks.length / CHECK_BYTES;
    const hashes = new Uint8Array(count * VALUE_BYTES);
    core.poseidonBytes(MESSAGE_ELEMENTS, selectValues(checks, VALUES.message, VALUES.signature), hashes);
    const asked = new Uint8Array(count * 6 * VALUE_BYTES);
    for (let check = 0; check < count; check++) {
      const [from, to] = [check * CHECK_BYTES, check * 6 * VALUE_BYTES];
      asked.set(checks.subarray(from, from + 2 * VALUE_BYTES), to);
      asked.set(hashes.subarray(check * VALUE_BYTES, (check + 1) * VALUE_BYTES), to + 2 * VALUE_BYTES);
      asked.set(checks.subarray(from + VALUES.signature * VALUE_BYTES, from + CHECK_BYTES), to + 3 * VALUE_BYTES);
    }
    const verdicts = new Uint8Array(count);
    core.eddsaVerifyBytes(asked, verdicts);
    return verdicts;
  };
};

const core = loadCore();
if (core === undefined) throw new Error('signature threads need the native core');
const judge = judgeBy(core);
parentPort?.on('message', (checks: Uint8Array) => {
  const verdicts = judge(checks);
  parentPort?.postMessage(verdicts, [verdicts.buffer]);
});
