import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DevnetError } from './DevnetError.ts';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Both of its outputs are kept here. */
  readonly logPath: string;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** The first line for which `find` gives something. @throws DevnetError DEVNET_CHILD_DIED, DEVNET_CHILD_SILENT */
  readonly waitForLine: <T>(find: (line: string) => T | undefined, timeoutMs: number) => Promise<T>;
  readonly onLine: (listener: (line: string) => void) => void;
  /** Resolves with what to say about it when it ends; after `stop`, with null. */
  readonly ended: Promise<DevnetError | null>;
  /** Ends it: asked to at first, killed after five seconds. */
  readonly stop: () => Promise<void>;
}

const KEPT_LINES = 15;
const GRACE_MS = 5_000;

/** Starts a process whose output lines can be waited for, and whose death does not go unnoticed. */
export function startChild(options: ChildOptions): Child {
  const { name, logPath } = options;
  const log = createWriteStream(logPath, { flags: 'a' });
  const listeners = new Set<(line: string) => void>();
  const early: string[] = [];
  const kept: string[] = [];
  let isStopping = false;
  const started = spawn(options.command, options.args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  // The child may be gone before its standard input is: that it ended is told by `ended`.
  started.stdin.on('error', () => undefined);

  const keep = (line: string) => {
    log.write(`${line}\n`);
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
  };
  createInterface(started.stdout).on('line', (line) => {
    keep(line);
    early.push(line);
    if (early.length > 200) early.shift();
    for (const listener of listeners) listener(line);
  });
  createInterface(started.stderr).on('line', keep);

  const ended = new Promise<DevnetError | null>((resolve) => {
    const end = (how: string, cause?: unknown) => {
      log.end();
      if (isStopping) return resolve(null);
      const said = kept.length === 0 ? 'It said nothing.' : `Its last lines:\n  ${kept.join('\n  ')}`;
      const message = `The ${name} ${how}. ${said}\nAll of it: ${logPath}`;
      resolve(new DevnetError('DEVNET_CHILD_DIED', message, { child: name }, cause));
    };
    started.once('error', (cause) => end(`could not be started (${cause.message})`, cause));
    started.once('close', (code, signal) =>
      end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });

  return {
    name,
    pid: started.pid ?? 0,
    ended,
    onLine: (listener) => listeners.add(listener),
    waitForLine: (find, timeoutMs) => waitForLine({ name, early, listeners, ended, logPath }, find, timeoutMs),
    stop: async () => {
      isStopping = true;
      await stop(started, ended);
    },
  };
}

interface Waitable {
  readonly name: string;
  readonly early: readonly string[];
  readonly listeners: Set<(line: string) => void>;
  readonly ended: Promise<DevnetError | null>;
  readonly logPath: string;
}

function waitForLine<T>(child: Waitable, find: (line: string) => T | undefined, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      clearTimeout(timer);
      child.listeners.delete(listen);
      act();
    };
    const listen = (line: string) => {
      const found = find(line);
      if (found !== undefined) finish(() => resolve(found));
    };
    const timer = setTimeout(() => {
      const message = `The ${child.name} was not ready after ${timeoutMs / 1000} s. Look into ${child.logPath}; is the machine overloaded?`;
      finish(() => reject(new DevnetError('DEVNET_CHILD_SILENT', message, { child: child.name })));
    }, timeoutMs);
    child.listeners.add(listen);
    child.ended.then((error) => finish(() => reject(error ?? new DevnetError('DEVNET_STOPPED', 'Stopped.'))));
    for (const line of child.early) listen(line);
  });
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await ended;
  clearTimeout(timer);
}
