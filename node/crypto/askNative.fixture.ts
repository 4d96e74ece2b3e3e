import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Answers, Questions } from './nativeCryptography.fixture.ts';

/** Asks the native core of one instruction set, in a process of its own. */
export function askNative(implementation: string, questions: Partial<Questions>): Answers {
  const asked: Questions = { hashes: [], checks: [], keys: [], ...questions };
  const file = join(import.meta.dirname, 'nativeCryptography.fixture.ts');
  const { status, stderr, stdout } = spawnSync(process.execPath, [file], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, STRADDLE_NATIVE_ISA: implementation },
  });
  if (status !== 0) throw new Error(`the native core (${implementation}) failed: ${stderr}`);
  const answers = JSON.parse(stdout) as Answers;
  if (answers.implementation !== implementation) throw new Error(`asked ${implementation}, answered by another`);
  return answers;
}
