import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is wrong with a package: `missing`, or files of it, by name, with what they hold instead. */
export type Damage = 'missing' | Readonly<Record<string, string>>;

export interface Installation {
  /** Runs a module's text in the copy, where `./node/…` and the like are its sources; what it prints. */
  readonly run: (script: string) => string;
  readonly remove: () => void;
}

const ROOT = join(import.meta.dirname, '..');
const PACKAGES = join(ROOT, 'node_modules');
const SOURCES = ['node', 'prover', 'contracts', 'package.json'];

const isSource = (path: string): boolean => /\.(ts|cjs|json)$/.test(path) || statSync(path).isDirectory();

/**
 * A copy of the sources with all packages but the damaged ones, as an `npm install` leaves it that was cut short: for
 * what a process says where a tool is not there, or not as it was published.
 */
export function installWith(damaged: Readonly<Record<string, Damage>>): Installation {
  const root = mkdtempSync(join(tmpdir(), 'straddle-installation-'));
  for (const name of SOURCES) {
    cpSync(join(ROOT, name), join(root, name), { recursive: true, filter: (path) => isSource(path) });
  }
  const target = join(root, 'node_modules');
  link(PACKAGES, target, new Set(Object.keys(damaged).flatMap((name) => [name, dirname(name)])));
  for (const [name, damage] of Object.entries(damaged)) {
    const scope = dirname(name);
    if (scope !== '.') link(join(PACKAGES, scope), join(target, scope), new Set([name.slice(scope.length + 1)]));
    if (damage === 'missing') continue;
    link(join(PACKAGES, name), join(target, name), new Set(Object.keys(damage)));
    for (const [file, text] of Object.entries(damage)) writeFileSync(join(target, name, file), text);
  }
  const run = (script: string): string => {
    const env = { ...process.env, STRADDLE_CACHE: join(root, 'cache') };
    const args = ['--input-type=module', '--no-warnings', '-e', script];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The script in the copy ended with ${status}:\n${stderr}`);
    return stdout;
  };
  return { run, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Links to all that is in a folder but `left`. */
function link(from: string, to: string, left: ReadonlySet<string>): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (!left.has(name)) symlinkSync(join(from, name), join(to, name));
}
