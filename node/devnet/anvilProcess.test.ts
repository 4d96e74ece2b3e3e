import { expect, test } from 'vitest';
import { installWith } from '../../test/installation.ts';

test('without the package that holds anvil, its name is said', () => {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const copy = installWith({ [name]: 'missing' });
  try {
    const said = copy.run(`
      import { startAnvil } from './node/devnet/anvilProcess.ts';
      await startAnvil('anvil.log').catch(({ code, data }) => console.log(code, data.package));`);
    expect(said).toBe(`DEVNET_ANVIL_MISSING ${name}\n`);
  } finally {
    copy.remove();
  }
});
