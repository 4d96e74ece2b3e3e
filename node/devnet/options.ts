import { Command, InvalidArgumentError, Option } from 'commander';
import { PRESET_NAMES, type PresetName } from '../core/protocol/presets.ts';
import { GOALS, type Goal } from './goals.ts';

export interface DevnetOptions {
  readonly once: boolean;
  /** What `--once` waits for; all by default. */
  readonly goals: readonly Goal[];
  /** CSV of prices; null: the seeded path. */
  readonly pricesFile: string | null;
  readonly seed: bigint;
  /** Kept when given; null: a temporary directory, removed at the end. */
  readonly dataDir: string | null;
  /** The shapes to run with; null: what the machine is fast enough for. */
  readonly preset: PresetName | null;
  /** Of the public RPC; 0: any free port. */
  readonly port: number;
}

const wholeNumber = (most: bigint) => (text: string) => {
  if (/^\d{1,20}$/.test(text) && BigInt(text) <= most) return BigInt(text);
  throw new InvalidArgumentError(`Give a whole number from 0 to ${most}.`);
};

/** Its default in words: the help shows what JSON can, which is no bigint. */
const bigintOption = (flags: string, description: string, most: bigint, value: bigint): Option =>
  new Option(flags, description).argParser(wholeNumber(most)).default(value, String(value));

const goalList = (text: string): readonly Goal[] => {
  const known = Object.keys(GOALS) as Goal[];
  return text.split(',').map((name) => {
    const goal = known.find((one) => one === name);
    if (goal !== undefined) return goal;
    throw new InvalidArgumentError(`Goals are ${known.join(', ')}.`);
  });
};

const presetName = (text: string): PresetName => {
  const preset = PRESET_NAMES.find((one) => one === text);
  if (preset !== undefined) return preset;
  throw new InvalidArgumentError(`Presets are ${PRESET_NAMES.join(', ')}.`);
};

/** Reads the command line; `--help` and mistakes end the process, mistakes with exit code 1. */
export function parseOptions(argv: readonly string[]): DevnetOptions {
  const command = new Command('npm start --')
    .description('A Straddle devnet: local L1, contracts, oracles, sequencer, prover, watcher and demo traders.')
    .option('--once', 'run until every kind of event is final on L1 and checked, print a summary, exit', false)
    .option('--goals <list>', 'wait for these kinds of event only', goalList, Object.keys(GOALS) as Goal[])
    .option('--prices <file>', 'CSV with the columns time,price instead of the seeded path')
    .addOption(bigintOption('--seed <number>', 'seed of the price path', (1n << 64n) - 1n, 1n))
    .option('--data-dir <directory>', 'keep all data and logs here (must be empty or absent)')
    .option('--preset <name>', 'development, standard or large, instead of what suits this machine', presetName)
    .addOption(bigintOption('--port <port>', 'port of the public RPC, 0 for any free one', 65_535n, 0n))
    .parse([...argv], { from: 'user' });
  const options = command.opts<{
    once: boolean;
    goals: readonly Goal[];
    prices?: string;
    seed: bigint;
    dataDir?: string;
    preset?: PresetName;
    port: bigint;
  }>();
  return {
    once: options.once,
    goals: options.goals,
    pricesFile: options.prices ?? null,
    seed: options.seed,
    dataDir: options.dataDir ?? null,
    preset: options.preset ?? null,
    port: Number(options.port),
  };
}
