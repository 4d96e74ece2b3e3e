import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * The compiler's process: runs circom's WebAssembly build with the whole file system open to it, where the package's
 * own command opens only the working directory and its parents. Arguments are circom's.
 */
type Runner = { execute(wasm: Uint8Array): Promise<unknown> };
type Circom2 = {
  readonly CircomRunner: new (options: object) => Runner;
  readonly bindings: object;
};

const require = createRequire(import.meta.url);
const { CircomRunner, bindings } = require('circom2') as Circom2;

const runner = new CircomRunner({
  args: process.argv.slice(2),
  env: {},
  preopens: { '/': '/' },
  bindings: { ...bindings, fs, path, exit: (code: number) => process.exit(code) },
});
await runner.execute(fs.readFileSync(require.resolve('circom2/circom.wasm')));
