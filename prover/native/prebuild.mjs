// Puts the addon compiled for this machine where an installation finds it without a compiler, in prebuildify's layout:
// prebuilds/<platform>-<arch>/straddle_core.node, with the hash of its sources beside it (npm run prebuild:native).
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAddon, compiledFile, nativeFolder, sourceHash } from './buildAddon.mjs';

// The hash is that of an ordinary build, which is what an installation compares with.
const hash = sourceHash();
// The binary should need of another machine no more than its C library.
if (process.platform === 'linux') process.env.LDFLAGS = '-static-libstdc++ -static-libgcc';
const { ok } = buildAddon({ visible: true });
if (ok) {
  const folder = join(nativeFolder, 'prebuilds', `${process.platform}-${process.arch}`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(compiledFile, join(folder, libcName()));
  writeFileSync(join(folder, 'source.sha256'), `${hash}\n`);
} else {
  process.exitCode = 1;
}

/** node-gyp-build reads the C library that a binary needs from its name's tags. */
function libcName() {
  if (process.platform !== 'linux') return 'straddle_core.node';
  const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return `straddle_core.${isGlibc ? 'glibc' : 'musl'}.node`;
}
