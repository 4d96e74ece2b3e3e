import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { INSECURE_LOG_FIELDS } from '../../prover/setup/insecureKeys.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { acceptsInsecureKeys } from '../settlement/insecureKeys.ts';
import { checkLog } from './checkLog.ts';
import { ConfigError, type NodeConfig, type NodeConfigInput, parseNodeConfig, readConfigFile } from './config.ts';
import { startNode } from './startNode.ts';

/**
 * The sequencer node's process. Exit codes: 0 stopped on request, 1 failed while running, 2 could not start.
 * `check-log`: 0 sound, 2 not sound or not readable.
 */
interface Flags {
  readonly config: string;
  readonly dataDir?: string;
  readonly l1Url?: string;
  readonly rpcPort?: number;
  readonly internalPort?: number;
  readonly logLevel?: string;
}

const port = (text: string): number => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65535) return value;
  throw new InvalidArgumentError('a port is 0 to 65535');
};

const withOptions = (command: Command): Command =>
  command
    .requiredOption('--config <file>', 'configuration (JSON; node/app/config.ts names the fields)')
    .option('--data-dir <dir>', 'where log, jobs and snapshots live')
    .option('--l1-url <url>', "L1's JSON-RPC")
    .option('--rpc-port <port>', 'public JSON-RPC and WebSocket, 0 for any', port)
    .option('--internal-port <port>', "provers' JSON-RPC on loopback, 0 for any", port)
    .option('--log-level <level>', 'silent, fatal, error, warn, info or debug');

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const withFlags = (file: Record<string, unknown>, flags: Flags): unknown => ({
  ...file,
  ...(flags.dataDir === undefined ? {} : { dataDir: flags.dataDir }),
  ...(flags.l1Url === undefined ? {} : { l1: { ...object(file.l1), url: flags.l1Url } }),
  ...(flags.rpcPort === undefined ? {} : { rpc: { ...object(file.rpc), port: flags.rpcPort } }),
  ...(flags.internalPort === undefined ? {} : { internal: { ...object(file.internal), port: flags.internalPort } }),
  ...(flags.logLevel === undefined ? {} : { logLevel: flags.logLevel }),
});

const KEY_TIMEOUT_MS = 3000;

/** Fields of every log line: whether L1 takes proofs by development keys, as far as L1 says so. */
const keyFields = async ({ l1, preset }: NodeConfig): Promise<object> => {
  const endpoint = createRpcL1(requestOverHttp(l1.url, KEY_TIMEOUT_MS));
  const shapeIds = PRESETS[preset].shapes.map(({ id }) => id);
  try {
    return (await acceptsInsecureKeys(endpoint, l1.exchange, shapeIds)) ? INSECURE_LOG_FIELDS : {};
  } catch {
    // L1 does not answer, or has no such exchange: the node says so itself.
    return { insecureKeys: 'unknown' };
  }
};

const readInput = async (flags: Flags): Promise<unknown> => {
  const file = await readConfigFile(flags.config);
  if (typeof file !== 'object' || file === null) throw new ConfigError(`${flags.config} holds no JSON object`);
  return withFlags(object(file), flags);
};

const runNode = async (flags: Flags): Promise<number> => {
  const input = await readInput(flags);
  const config = parseNodeConfig(input);
  const logger = pino({ level: config.logLevel }).child(await keyFields(config));
  const node = await startNode(input as NodeConfigInput, { logger });
  // One line that a parent process can wait for.
  process.stdout.write(
    `${JSON.stringify({ ready: true, rpcUrl: node.rpcUrl, wsUrl: node.wsUrl, internalUrl: node.internalUrl })}\n`,
  );
  const stopAsked = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(0));
  });
  const code = await Promise.race([stopAsked, node.failed.then(() => 1)]);
  await node.stop();
  return code;
};

const runCheckLog = async (flags: Flags): Promise<number> => {
  const found = await checkLog(parseNodeConfig(await readInput(flags)), await createCryptography());
  process.stdout.write(`${JSON.stringify({ sound: true, ...found })}\n`);
  return 0;
};

/** Runs a command and ends the process with its exit code. */
const ending = (what: string, run: (flags: Flags) => Promise<number>) => (flags: Flags) =>
  run(flags).then(
    (code) => process.exit(code),
    (error: unknown) => {
      const { code, message } = error as { code?: string; message?: string };
      process.stderr.write(`straddle-node ${what}: ${message ?? String(error)}${code ? ` [${code}]` : ''}\n`);
      process.exit(2);
    },
  );

// Commander's own code for wrong options would say that it failed while it ran.
const program = new Command('straddle-node')
  .description('A Straddle sequencer node.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
withOptions(program.command('run', { isDefault: true }))
  .description('Runs the node.')
  .action(ending('could not start', runNode));
withOptions(program.command('check-log'))
  .description('Verifies every entry of the log. The node must not be running; it changes nothing.')
  .action(ending('did not find the log sound', runCheckLog));
await program.parseAsync();
