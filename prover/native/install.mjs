// `npm install`: takes a prebuilt addon where one fits, else compiles one, else says once that JavaScript does the
// work. Never fails, and is silent when all is well.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildAddon, isUpToDate, logFile, nativeFolder, removeCompiled, sourceHash } from './buildAddon.mjs';

const require = createRequire(import.meta.url);

/** A prebuilt addon of these sources that this machine can load, or undefined. */
function hasFittingPrebuilt(hash) {
  const folder = join(nativeFolder, 'prebuilds', `${process.platform}-${process.arch}`);
  const stamp = join(folder, 'source.sha256');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8').trim() !== hash) return false;
  const lookup = require.resolve('node-gyp-build');
  // In a process of its own: a library made for another system may end the process that loads it.
  const script = 'require(process.argv[1])(process.argv[2])';
  const environment = { ...process.env, PREBUILDS_ONLY: '1' };
  return spawnSync(process.execPath, ['-e', script, lookup, nativeFolder], { env: environment }).status === 0;
}

function say(reason, advice) {
  console.error(`straddle: no native core: ${reason}. Proofs and signature checks run in JavaScript, which is slower.`);
  if (advice !== undefined) console.error(`straddle: ${advice}`);
}

function install() {
  if (process.env.STRADDLE_NATIVE === 'off') return;
  if (process.platform === 'win32') return say('it is not made for Windows');
  const hash = sourceHash();
  if (isUpToDate(hash)) return;
  if (hasFittingPrebuilt(hash)) {
    removeCompiled();
    return;
  }
  const { ok, reason } = buildAddon({ visible: false });
  if (ok) return;
  removeCompiled();
  say(
    reason,
    `For the native core install Python 3, make and a C++17 compiler, then run npm run build:native (${logFile} says more).`,
  );
}

try {
  install();
} catch (error) {
  say(error.message);
}
