import { type NativeJob, runJob } from '../../prover/native/runJob.ts';
import type { Hasher } from '../core/crypto/hasher.ts';

/**
 * A chain of hashes: link i is Poseidon of the link before it, at first `before`, and `values[i]`. All are field elements.
 * @throws whatever the hasher throws
 */
export type HashChain = (before: bigint, values: readonly bigint[]) => Promise<readonly bigint[]>;

/** In this thread. */
export const createHashChain = ({ poseidon }: Pick<Hasher, 'poseidon'>): HashChain => {
  return async (before, values) => {
    let link = before;
    return values.map((value) => {
      link = poseidon([link, value]);
      return link;
    });
  };
};

/** So few take less time than a way to another thread and back. */
const FEW = 8;

/**
 * On a thread of the native core. Links wait for each other, so they cannot be hashed side by side as other hashes are: ten microseconds
 * each, a tenth of what an intent takes of a loaded event loop.
 */
export const createNativeHashChain = (
  core: Pick<Hasher, 'poseidon'> & {
    poseidonChain(before: bigint, values: readonly bigint[]): NativeJob<bigint[]>;
  },
): HashChain => {
  const here = createHashChain(core);
  return (before, values) =>
    values.length < FEW ? here(before, values) : runJob(() => core.poseidonChain(before, values));
};
