import { coreStatus, loadCore } from '../native/core.ts';
import { createNativeBackend } from './nativeBackend.ts';
import type { ProverBackend } from './ProverBackend.ts';
import { createSnarkjsBackend } from './snarkjsBackend.ts';

/** Whatever proves fastest here: the native core where there is one, else snarkjs. */
export function createBackend(): { readonly backend: ProverBackend; readonly path: string } {
  const core = loadCore();
  const status = coreStatus();
  if (core === undefined || status.path === 'none') return { backend: createSnarkjsBackend(), path: 'snarkjs' };
  return { backend: createNativeBackend(core), path: `native (${status.implementation}, ${status.path})` };
}
