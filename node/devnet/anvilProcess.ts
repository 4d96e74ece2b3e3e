import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Child, startChild } from './childProcess.ts';
import { DevnetError } from './DevnetError.ts';
import { nodeRuntime } from './nodeRuntime.ts';

export interface Anvil {
  readonly child: Child;
  readonly rpcUrl: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const CHAIN_ID = 31_337;

/**
 * Starts a local L1 on a free loopback port, under a keeper that ends it when the devnet is gone.
 *
 * @throws DevnetError DEVNET_ANVIL_MISSING, DEVNET_CHILD_DIED, DEVNET_CHILD_SILENT
 */
export async function startAnvil(logPath: string): Promise<Anvil> {
  const args = ['--host', '127.0.0.1', '--port', '0', '--chain-id', String(CHAIN_ID), '--accounts', '1'];
  const keeper = [
    '--import',
    join(import.meta.dirname, 'exitWithParent.ts'),
    join(import.meta.dirname, 'anvilKeeper.ts'),
  ];
  const child = startChild({
    name: 'local L1 (anvil)',
    command: nodeRuntime(),
    args: [...keeper, anvilBinary(), ...args],
    logPath,
  });
  const port = await child.waitForLine((line) => /^Listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1], 30_000);
  return { child, rpcUrl: `http://127.0.0.1:${port}` };
}

function anvilBinary(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const file = `${name}/bin/anvil${process.platform === 'win32' ? '.exe' : ''}`;
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch (cause) {
    const message = `The local L1 is not installed. Run "npm install" again, without --omit=optional: anvil comes with the npm package ${name}.`;
    throw new DevnetError('DEVNET_ANVIL_MISSING', message, { package: name }, cause);
  }
}
