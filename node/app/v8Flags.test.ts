import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { V8_FLAGS } from './v8Flags.ts';

test('npm run node starts V8 as the devnet does', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(scripts.node).toBe(['node', ...V8_FLAGS, 'node/app/main.ts'].join(' '));
});
