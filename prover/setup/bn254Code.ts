import { buildBn128 } from 'ffjavascript';
import type { Bn254Code } from './Bn254Arena.ts';

/**
 * Builds the module's code. Takes some tens of milliseconds; hand the result to every worker. A worker must not
 * import this file: ffjavascript's thread library takes every worker thread that loads it for one of its own.
 */
export async function buildBn254Code(): Promise<Bn254Code> {
  const curve = await buildBn128(true);
  return { code: curve.tm.code.slice(), generators: { g1: curve.tm.pG1gen, g2: curve.tm.pG2gen } };
}
