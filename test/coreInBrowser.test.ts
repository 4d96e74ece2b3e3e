import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CORE = join(ROOT, 'node', 'core');

/** What the compiler says of core, and of `more`, where there is nothing but the language and what browsers have. */
function problems(more: string | null): string {
  const dir = mkdtempSync(join(tmpdir(), 'straddle-browser-'));
  try {
    const extra = join(dir, 'extra.ts');
    if (more !== null) writeFileSync(extra, more);
    const config = {
      extends: join(CORE, 'tsconfig.json'),
      include: [join(CORE, '**/*.ts'), ...(more === null ? [] : [extra])],
      exclude: [join(CORE, '**/*.test.ts'), join(CORE, '**/*.fixture.ts')],
    };
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    return spawnSync(tsc, ['-p', dir], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

it('core compiles without Node: it names no module, type or global of it', () => {
  expect(problems(null)).toBe('');
});

it.each([
  ['a global', 'export const bytes = Buffer.from("00", "hex");'],
  ['the process', 'export const seed = process.env.SEED;'],
  ['a module', "export { readFileSync } from 'node:fs';"],
])('%s of Node would be noticed', (_, source) => {
  expect(problems(source)).toContain('extra.ts');
});
