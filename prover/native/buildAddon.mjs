// Compiles the addon with node-gyp, offline: the headers are npm packages (headers/common.gypi says why). Plain
// JavaScript, because `npm install` may run it with a Node that cannot run TypeScript.
//
//   node buildAddon.mjs          compiles what changed, showing the compiler's output (npm run build:native)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listSources } from './listSources.mjs';

const require = createRequire(import.meta.url);
export const nativeFolder = dirname(fileURLToPath(import.meta.url));
const buildFolder = join(nativeFolder, 'build');
/** The compiled addon. */
export const compiledFile = join(buildFolder, 'Release', 'straddle_core.node');
const stampFile = join(buildFolder, 'source.sha256');
const configuredFile = join(buildFolder, 'configured.sha256');
export const logFile = join(buildFolder, 'build.log');

const RECIPE = ['binding.gyp', 'listSources.mjs', 'headers/common.gypi'];

function filesBelow(folder) {
  return readdirSync(join(nativeFolder, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .sort();
}

function hashOf(files, words) {
  const hash = createHash('sha256').update(JSON.stringify(words));
  for (const file of files)
    hash
      .update(JSON.stringify(file))
      .update(readFileSync(join(nativeFolder, file)))
      .update('\0');
  return hash.digest('hex');
}

function buildWords() {
  const versions = ['node-addon-api', 'node-api-headers'].map((name) => require(`${name}/package.json`).version);
  const flags = ['CC', 'CXX', 'CFLAGS', 'CXXFLAGS', 'LDFLAGS'].map((name) => process.env[name] ?? '');
  return [process.platform, process.arch, ...versions, ...flags];
}

/** Names everything that decides what the compiled addon is: sources, flags, headers, platform. */
export function sourceHash() {
  const sources = filesBelow('src').filter((file) => /\.(cc|h|inc|S)$/.test(file));
  return hashOf([...RECIPE, ...sources], buildWords());
}

const readStamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined);

/** Whether the compiled addon is that of these sources. */
export const isUpToDate = (hash) => existsSync(compiledFile) && readStamp(stampFile) === hash;

/** Forgets a compiled addon, so that it is not found in place of another. */
export function removeCompiled() {
  rmSync(compiledFile, { force: true });
  rmSync(stampFile, { force: true });
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(lock, 'utf8'));
    if (holder > 0 && !isRunning(holder)) rmSync(lock, { force: true });
    return false;
  }
}

/** Two builds in one folder would write the same files. */
function withBuildLock(work) {
  mkdirSync(buildFolder, { recursive: true });
  const lock = join(buildFolder, 'lock');
  while (!tryLock(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The environment without npm's own choice of Node headers, which node-gyp would prefer to its arguments. */
function buildEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_)?config_.*(nodedir|disturl)$/i.test(name),
  );
  return { ...Object.fromEntries(kept), npm_config_nodedir: join(nativeFolder, 'headers') };
}

function nodeGyp(args, visible) {
  const script = require.resolve('node-gyp/bin/node-gyp.js');
  const level = visible ? '--loglevel=warn' : '--loglevel=error';
  const stdio = visible ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'];
  const options = { cwd: nativeFolder, env: buildEnvironment(), stdio, encoding: 'utf8', maxBuffer: 2 ** 28 };
  const done = spawnSync(process.execPath, [script, ...args, level], options);
  return { ok: done.status === 0, output: `${done.stdout ?? ''}${done.stderr ?? ''}` };
}

/** One line of why a build failed. */
function reasonOf(output) {
  if (/find any Python|find Python/i.test(output)) return 'Python 3 was not found';
  if (/not found: make|spawn make ENOENT/.test(output)) return 'make was not found';
  if (/(g\+\+|c\+\+|clang\+\+|cc|gcc): (command )?not found|(g\+\+|c\+\+|clang\+\+): No such file/i.test(output)) {
    return 'no C++ compiler was found';
  }
  const line = output.split('\n').find((text) => /\berror:|Error:/.test(text));
  return line === undefined ? 'node-gyp failed' : line.replace('gyp ERR! stack ', '').trim();
}

function failed(output) {
  writeFileSync(logFile, output);
  return { ok: false, reason: reasonOf(output) };
}

/**
 * Brings build/Release up to date.
 *
 * @param visible shows the compiler's output; otherwise it is in build/build.log if the build fails
 * @returns {ok: true} or {ok: false, reason}
 */
export function buildAddon({ visible }) {
  return withBuildLock(() => {
    const hash = sourceHash();
    if (isUpToDate(hash)) return { ok: true };
    // Makefiles know the sources by name: only a new or removed file, or another recipe, needs new ones.
    const lists = ['base', 'portable', 'adx', 'ifma'].map((what) => listSources(what, process.arch));
    const recipe = hashOf(RECIPE, [...buildWords(), lists, process.version]);
    if (readStamp(configuredFile) !== recipe || !existsSync(join(buildFolder, 'Makefile'))) {
      rmSync(configuredFile, { force: true });
      const configured = nodeGyp(['configure'], visible);
      if (!configured.ok) return failed(configured.output);
      writeFileSync(configuredFile, recipe);
    }
    rmSync(stampFile, { force: true });
    const built = nodeGyp(['build', '--jobs=max'], visible);
    if (!built.ok) return failed(built.output);
    // Sources that changed during the build are not in it: the hash is that of before.
    writeFileSync(stampFile, hash);
    return { ok: true };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !buildAddon({ visible: true }).ok) process.exitCode = 1;
