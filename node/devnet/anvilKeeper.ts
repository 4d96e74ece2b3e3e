import { spawn } from 'node:child_process';

/**
 * Runs the local L1 and ends it when this process ends: `node --import exitWithParent.ts anvilKeeper.ts <binary> <args>`.
 * Anvil itself would outlive a devnet that is killed.
 */
const [command = '', ...args] = process.argv.slice(2);
const anvil = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => anvil.kill(signal));
anvil.once('error', (error) => {
  console.error(`The local L1 could not be started: ${error.message}`);
  process.exitCode = 1;
});
anvil.once('exit', (code) => process.exit(code ?? 0));
