import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { ADDON_EXPORTS } from './addonExports.ts';
import type { CoreAddon, Implementation } from './coreAddon.ts';
import type { CurveAddon } from './curveAddon.ts';
import type { EddsaAddon } from './eddsaAddon.ts';
import type { FilesAddon } from './filesAddon.ts';
import type { Groth16Addon } from './groth16Addon.ts';
import type { HashAddon } from './hashAddon.ts';
import type { KeccakAddon } from './keccakAddon.ts';
import type { ReduceAddon } from './reduceAddon.ts';
import type { SetupAddon } from './setupAddon.ts';
import type { WitnessAddon } from './witnessAddon.ts';

/** What the addon exports: one type for each group of functions in src/binding. */
export type NativeCore = CoreAddon &
  CurveAddon &
  FilesAddon &
  ReduceAddon &
  HashAddon &
  KeccakAddon &
  EddsaAddon &
  Groth16Addon &
  SetupAddon &
  WitnessAddon;

export type CoreStatus =
  | { readonly path: 'prebuilt' | 'compiled'; readonly implementation: Implementation; readonly file: string }
  | { readonly path: 'none'; readonly reason: string };

/** Must equal kAbi in coreBinding.cc, which is raised when a function changes: an addon of other sources is not used. */
const ABI = 1;
/** Kept complete by the compiler. */
const EXPORTS: Readonly<Record<keyof NativeCore, string>> = ADDON_EXPORTS;
const nativeFolder = dirname(fileURLToPath(import.meta.url));

type Loaded = { readonly core: NativeCore | undefined; readonly status: CoreStatus };

function none(reason: string): Loaded {
  return { core: undefined, status: { path: 'none', reason } };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function findAddon(require: NodeJS.Require): string | undefined {
  try {
    const lookup = require('node-gyp-build') as { resolve(folder: string): string };
    return lookup.resolve(nativeFolder);
  } catch {
    return undefined;
  }
}

function isComplete(core: Readonly<Record<string, unknown>>): boolean {
  return core.abi === ABI && Object.entries(EXPORTS).every(([name, type]) => typeof core[name] === type);
}

function load(): Loaded {
  if (process.env.STRADDLE_NATIVE === 'off') return none('switched off by STRADDLE_NATIVE=off');
  const require = createRequire(import.meta.url);
  const file = findAddon(require);
  if (file === undefined) return none('none is built for this machine: run npm run build:native');
  try {
    const core = require(file) as NativeCore;
    if (!isComplete(core)) return none(`${file} is of other sources: run npm run build:native`);
    const path = file.includes(`${sep}prebuilds${sep}`) ? 'prebuilt' : 'compiled';
    return { core, status: { path, implementation: core.implementation, file } };
  } catch (error) {
    return none(`${file} does not load (${firstLine(error)}): run npm run build:native`);
  }
}

let loaded: Loaded | undefined;

function loadOnce(): Loaded {
  if (loaded !== undefined) return loaded;
  loaded = load();
  if (loaded.status.path === 'none' && isMainThread && process.env.STRADDLE_NATIVE !== 'off') {
    const message = `No native core: ${loaded.status.reason}. Proofs and signature checks run in JavaScript.`;
    process.emitWarning(message, { code: 'STRADDLE_NATIVE_NONE' });
  }
  return loaded;
}

/**
 * The native core, or undefined where there is none that works (said once, as a process warning) or where
 * STRADDLE_NATIVE=off. Never throws. Looks where node-gyp-build looks: build/Release, then
 * prebuilds/<platform>-<arch>. Each thread that calls it loads its own instance.
 */
export function loadCore(): NativeCore | undefined {
  return loadOnce().core;
}

/** Which core is in use, or why none. Loads it. */
export function coreStatus(): CoreStatus {
  return loadOnce().status;
}
