import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { installWith } from '../../test/installation.ts';
import { nodeRuntime } from './nodeRuntime.ts';

test('a Node that is new enough runs the processes itself', () => {
  expect(nodeRuntime('24.0.0')).toBe(process.execPath);
  expect(nodeRuntime('30.1.0')).toBe(process.execPath);
});

test('an older one leaves that to the Node that was installed beside it', () => {
  expect(nodeRuntime('20.11.0')).toMatch(/node_modules.node.bin.node/);
  expect(existsSync(nodeRuntime('20.11.0'))).toBe(true);
});

test('an older one without it says that it is too old', () => {
  const copy = installWith({ node: 'missing' });
  try {
    const said = copy.run(`
      import { nodeRuntime } from './node/devnet/nodeRuntime.ts';
      try { nodeRuntime('20.11.0') } catch ({ code, data }) { console.log(code, data.version) }`);
    expect(said).toBe('DEVNET_NODE_TOO_OLD 20.11.0\n');
  } finally {
    copy.remove();
  }
});
