import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeConfigInput } from '../app/config.ts';
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

export function createServices(config: ServicesConfig): Services {
  const { dataDir, deployment, onStart } = config;
  const watcherArgs = argsOfWatcher(config);
  const logPath = (name: string): string => join(dataDir, 'logs', `${name}.log`);
  const runNode = (name: string, file: string, args: readonly string[]): Child =>
    startChild({
      name,
      command: nodeRuntime(),
      args: ['--import', join(import.meta.dirname, 'exitWithParent.ts'), join(ROOT, file), ...args],
      logPath: logPath(name.replaceAll(' ', '-')),
    });
  const start = (name: string, file: string, args: readonly string[]): Child => {
    const child = runNode(name, file, args);
    onStart(child);
    return child;
  };
  const writeSecret = async (name: string, text: string): Promise<string> => {
    const path = join(dataDir, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    startOracle: async (index, oracle) => {
      const key = deployment.oracles[index]?.privateKey ?? '';
      const privateKeyFile = await writeSecret(`oracle-${index}.key`, `${key}\n`);
      const path = await writeSecret(`oracle-${index}.json`, JSON.stringify({ ...oracle, privateKeyFile }));
      const child = start(`oracle ${index}`, 'node/oracle/main.ts', [path]);
      return child.waitForLine((line) => numberIn(line, 'port'), READY_MS);
    },
    startSequencer: async (sequencer) => {
      const path = await writeSecret('sequencer.json', JSON.stringify(sequencer));
      const child = start('sequencer', 'node/app/main.ts', ['--config', path]);
      return child.waitForLine((line) => {
        const [rpcUrl, internalUrl] = [fieldIn(line, 'rpcUrl'), fieldIn(line, 'internalUrl')];
        return typeof rpcUrl === 'string' && typeof internalUrl === 'string' ? { rpcUrl, internalUrl } : undefined;
      }, READY_MS);
    },
    startProver: (internalUrl, registryPath, onProving) => {
      const args = ['--node-url', internalUrl, '--artifacts', registryPath];
      start('prover', 'prover/main.ts', args).onLine((line) => {
        const batchNumber = line.includes('"msg":"proving"') ? numberIn(line, 'batchNumber') : undefined;
        if (batchNumber !== undefined) onProving(batchNumber);
      });
    },
    startWatcher: (onReport) => {
      start('watcher', 'node/watcher/main.ts', watcherArgs).onLine((line) => {
        const report = parseWatchReport(line);
        if (report !== undefined) onReport(report);
      });
    },
    watchOnce: async () => {
      const reports: WatchReport[] = [];
      const child = runNode('second watcher', 'node/watcher/main.ts', [...watcherArgs, '--once']);
      child.onLine((line) => {
        const report = parseWatchReport(line);
        if (report !== undefined) reports.push(report);
      });
      await child.ended;
      return reports;
    },
  };
}

const argsOfWatcher = ({ deployment, preset, registryPath, rpcUrl }: ServicesConfig): readonly string[] => [
  ...['--rpc', rpcUrl],
  ...['--exchange', deployment.exchange],
  ...['--from-block', deployment.blockNumber.toString()],
  ...['--preset', preset],
  ...['--keys', registryPath],
];

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
