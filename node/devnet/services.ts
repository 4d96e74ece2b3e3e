import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeConfigInput } from '../app/config.ts';
import { V8_FLAGS } from '../app/v8Flags.ts';
import type { PresetName } from '../core/protocol/presets.ts';
import type { OracleConfig } from '../oracle/oracleConfig.ts';
import { parseWatchReport, type WatchReport } from '../watcher/watchReport.ts';
import { type Child, startChild } from './childProcess.ts';
import type { Deployment } from './deployment.ts';
import { nodeRuntime } from './nodeRuntime.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_MS = 60_000;

/** Starts the system's processes with their configurations in the data directory. */
export interface Services {
  /** @returns the signer's port */
  readonly startOracle: (index: number, config: Omit<OracleConfig, 'privateKeyFile'>) => Promise<number>;
  readonly startSequencer: (config: NodeConfigInput) => Promise<SequencerUrls>;
  readonly startProver: (internalUrl: string, registryPath: string, onProving: (batchNumber: number) => void) => void;
  readonly startWatcher: (onReport: (report: WatchReport) => void) => void;
  /** A second watcher, from genesis to the head. @returns all that it said */
  readonly watchOnce: () => Promise<readonly WatchReport[]>;
}

export interface SequencerUrls {
  readonly rpcUrl: string;
  readonly internalUrl: string;
}

export interface ServicesConfig {
  readonly dataDir: string;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly preset: PresetName;
  /** The registry of shapes: the watcher takes no verifying key that was not made for one of these. */
  readonly registryPath: string;
  /** Told of every process started: to be watched over and stopped. */
  readonly onStart: (child: Child) => void;
}

export const createServices = (config: ServicesConfig): Services => ({
  startOracle: (index, oracle) => startOracle(config, index, oracle),
  startSequencer: (sequencer) => startSequencer(config, sequencer),
  startProver: (internalUrl, registryPath, onProving) => {
    const args = ['--node-url', internalUrl, '--artifacts', registryPath];
    start(config, 'prover', 'prover/main.ts', args).onLine((line) => {
      const batchNumber = line.includes('"msg":"proving"') ? numberIn(line, 'batchNumber') : undefined;
      if (batchNumber !== undefined) onProving(batchNumber);
    });
  },
  startWatcher: (onReport) => tellReports(start(config, 'watcher', WATCHER, watcherArgs(config)), onReport),
  watchOnce: async () => {
    const reports: WatchReport[] = [];
    const child = run(config, 'second watcher', WATCHER, [...watcherArgs(config), '--once']);
    tellReports(child, (report) => reports.push(report));
    await child.ended;
    return reports;
  },
});

const WATCHER = 'node/watcher/main.ts';

const watcherArgs = ({ deployment, preset, registryPath, rpcUrl }: ServicesConfig): readonly string[] => [
  '--rpc',
  rpcUrl,
  '--exchange',
  deployment.exchange,
  '--from-block',
  deployment.blockNumber.toString(),
  '--preset',
  preset,
  '--keys',
  registryPath,
];

async function startOracle(
  config: ServicesConfig,
  index: number,
  oracle: Omit<OracleConfig, 'privateKeyFile'>,
): Promise<number> {
  const key = config.deployment.oracles[index]?.privateKey ?? '';
  const privateKeyFile = await writeSecret(config, `oracle-${index}.key`, `${key}\n`);
  const path = await writeSecret(config, `oracle-${index}.json`, JSON.stringify({ ...oracle, privateKeyFile }));
  const child = start(config, `oracle ${index}`, 'node/oracle/main.ts', [path]);
  return child.waitForLine((line) => numberIn(line, 'port'), READY_MS);
}

async function startSequencer(config: ServicesConfig, sequencer: NodeConfigInput): Promise<SequencerUrls> {
  const path = await writeSecret(config, 'sequencer.json', JSON.stringify(sequencer));
  const child = start(config, 'sequencer', 'node/app/main.ts', ['--config', path], V8_FLAGS);
  return child.waitForLine((line) => {
    const [rpcUrl, internalUrl] = [fieldIn(line, 'rpcUrl'), fieldIn(line, 'internalUrl')];
    return typeof rpcUrl === 'string' && typeof internalUrl === 'string' ? { rpcUrl, internalUrl } : undefined;
  }, READY_MS);
}

/** A process that is watched over and stopped with the devnet. */
function start(
  config: ServicesConfig,
  name: string,
  file: string,
  args: readonly string[],
  v8Flags?: readonly string[],
): Child {
  const child = run(config, name, file, args, v8Flags);
  config.onStart(child);
  return child;
}

const run = (
  { dataDir }: ServicesConfig,
  name: string,
  file: string,
  args: readonly string[],
  v8Flags: readonly string[] = [],
): Child =>
  startChild({
    name,
    command: nodeRuntime(),
    args: [...v8Flags, '--import', join(import.meta.dirname, 'exitWithParent.ts'), join(ROOT, file), ...args],
    logPath: join(dataDir, 'logs', `${name.replaceAll(' ', '-')}.log`),
  });

function tellReports(child: Child, onReport: (report: WatchReport) => void): void {
  child.onLine((line) => {
    const report = parseWatchReport(line);
    if (report !== undefined) onReport(report);
  });
}

async function writeSecret({ dataDir }: ServicesConfig, name: string, text: string): Promise<string> {
  const path = join(dataDir, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

/** A field of a line of JSON; undefined if the line has none. */
function fieldIn(line: string, name: string): unknown {
  try {
    return (JSON.parse(line) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}

function numberIn(line: string, name: string): number | undefined {
  const value = fieldIn(line, name);
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}
