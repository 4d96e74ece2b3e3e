/** The dependency graph is a line: core, then what drives it, then what proves and watches it. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = globSync(['node/**/*.ts', 'prover/**/*.ts', 'circuits/**/*.ts', 'contracts/*.ts'], {
  cwd: root,
}).filter((file) => !file.endsWith('.test.ts'));

const IMPORT = /(?:from|import)\s+['"]([^'"]+)['"]/g;
const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map(([, target = '']) =>
    target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target,
  );

/** What a folder may import: itself, these folders, and (null) any package, or only the packages listed. */
const CORE_PACKAGES = ['@noble/hashes', '@noble/curves'];

const wrongArrows = (): string[] => {
  const wrong: string[] = [];
  for (const file of sources) {
    for (const target of importsOf(file)) {
      if (file.startsWith('node/core/')) {
        const local = target.startsWith('node/core/');
        const hashing = CORE_PACKAGES.some((name) => target.startsWith(name));
        if (!local && !hashing) wrong.push(`${file} -> ${target}`);
      } else if (file.startsWith('prover/native/')) {
        // A leaf: it serves any circom circuit and knows nothing of the exchange.
        const local = target.startsWith('prover/native/') || !/^(node|prover|circuits|contracts|test)\//.test(target);
        if (!local) wrong.push(`${file} -> ${target}`);
      } else if (file.startsWith('prover/') && target.startsWith('node/')) {
        if (!target.startsWith('node/core/') && !target.startsWith('node/crypto/') && !target.startsWith('node/rpc/'))
          wrong.push(`${file} -> ${target}`);
      } else if (file.startsWith('node/watcher/') && target.startsWith('node/sequencer/')) {
        wrong.push(`${file} -> ${target}`);
      }
    }
  }
  return wrong;
};

test('sources are found', () => {
  expect(sources.length).toBeGreaterThan(20);
});

test('no import points backwards', () => {
  expect(wrongArrows()).toEqual([]);
});
