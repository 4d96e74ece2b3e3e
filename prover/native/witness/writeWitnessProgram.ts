import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UNKNOWN_SOURCE } from './translateProcess.ts';

const PROCESS_FILE = fileURLToPath(new URL('./translateProcess.ts', import.meta.url));
const HEAP_MB = 8192;
const KEPT_OUTPUT = 4000;

/** Files of `circom --c`, and where the program goes. */
export interface ProgramFiles {
  readonly source: string;
  readonly data: string;
  readonly program: string;
}

/**
 * Translates a generator in a process of its own (a batch circuit takes seconds and a gigabyte).
 *
 * @returns undefined once the program is written; or why there is none: circom wrote something unknown, or the translator
 * failed. The circuit's WASM generator serves instead, slower.
 * @throws AbortError once `signal` is aborted
 */
export const writeWitnessProgram = (
  { source, data, program }: ProgramFiles,
  signal?: AbortSignal,
): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const options = [`--max-old-space-size=${HEAP_MB}`, '--no-warnings', PROCESS_FILE, source, data, program];
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'ignore', 'pipe'], signal });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      if (exitCode === 0) resolve(undefined);
      else resolve(exitCode === UNKNOWN_SOURCE ? output : `the translator ended with ${exitCode}: ${output.trim()}`);
    });
  });
