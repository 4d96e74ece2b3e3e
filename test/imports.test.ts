/** The whole table of allowed arrows is in test/tidy/arrows.ts. */
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ARROWS } from './tidy/arrows.ts';
import { arrowProblems } from './tidy/checkArrows.ts';
import { moduleLinks } from './tidy/moduleLinks.ts';
import { openProgram } from './tidy/SourceProgram.ts';

const root = join(import.meta.dirname, '..');
const program = openProgram(root);

afterAll(() => program.close());

<<<<<<< HEAD
/** What a folder may import: itself, these folders, and (null) any package, or only the packages listed. */
const CORE_PACKAGES = ['@noble/hashes', '@noble/curves'];

/** app -> sequencer -> replica -> log -> storage: a folder of the node, and those above it that it must not import. */
const NODE_LAYERS = [
  ['node/storage/', 'node/log/', 'node/replica/', 'node/sequencer/', 'node/app/'],
  ['node/log/', 'node/replica/', 'node/sequencer/', 'node/app/'],
  ['node/replica/', 'node/sequencer/', 'node/gateway/', 'node/app/'],
  ['node/sequencer/', 'node/gateway/', 'node/app/'],
] as const;

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
      } else if (
        NODE_LAYERS.some(([from, ...above]) => file.startsWith(from) && above.some((one) => target.startsWith(one)))
      ) {
        wrong.push(`${file} -> ${target}`);
      }
    }
  }
  return wrong;
};

test('sources are found', () => {
  expect(sources.length).toBeGreaterThan(20);
=======
test('the imports of the whole project are read', () => 
  expect(moduleLinks(program.files).length).toBeGreaterThan(1000);
>>>>>>> wt-tidy);

test('no import is drawn that the table lacks, and no arrow of the table is idle', () => {
  expect(arrowProblems(ARROWS, moduleLinks(program.files))).toEqual([]);
});
