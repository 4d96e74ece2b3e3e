import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeRuntime } from './nodeRuntime.ts';

/** Starts a worker thread that lives for a while, and says so once that has ended; then waits. */
const PROGRAM = `
  const { Worker } = require('node:worker_threads');
  new Worker(new URL('data:text/javascript,setTimeout(() => undefined, 500)')).once('exit', () => console.log('runs on'));
  setInterval(() => undefined, 1000);
`;

it('a child with worker threads runs on while its parent lives, and ends with its standard input', async () => {
  const args = ['--import', join(import.meta.dirname, 'exitWithParent.ts'), '--eval', PROGRAM];
  const child = spawn(nodeRuntime(), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<string | null>((resolve) => {
    child.once('close', (_, signal) => resolve(signal));
  });
  const said = await Promise.race([
    new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(String(data).trim()))),
    ended,
  ]);
  expect(said).toBe('runs on');
  child.stdin.end();
  expect(await ended).toBe('SIGTERM');
});
