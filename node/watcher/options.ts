import { Command, Option } from 'commander';
import { type Address, getAddress, isAddress } from 'viem';
import { PRESET_NAMES, type PresetName } from '../core/protocol/presets.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

export interface WatcherOptions {
  readonly rpc: string;
  readonly exchange: Address;
  readonly fromBlock: bigint;
  readonly confirmations: number;
  readonly pollMs: number;
  readonly once: boolean;
  /** Of the deployment: names its risk rule and shapes. */
  readonly preset: PresetName;
  /** Files of the verifying keys that shapes may be registered with; none: any key is taken at L1's word. */
  readonly keys: readonly string[];
}

type Texts = Readonly<Record<'rpc' | 'exchange' | 'fromBlock' | 'confirmations' | 'pollMs', string>> & {
  readonly once: boolean;
  readonly keys: readonly string[];
  readonly preset: PresetName;
};

const append = (value: string, all: readonly string[]): readonly string[] => [...all, value];

/** @throws WatcherAlarm WATCH_CONFIG_INVALID naming the option; ends the process at --help and unknown options */
export function readOptions(argv: readonly string[]): WatcherOptions {
  const { confirmations, exchange, fromBlock, keys, once, pollMs, preset, rpc } = new Command(
    'node node/watcher/main.ts',
  )
    .description('Rebuilds the exchange from L1 alone and checks every batch. Prints JSON lines.')
    .requiredOption('--rpc <url>', 'L1 endpoint, one that you trust')
    .requiredOption('--exchange <address>', 'the exchange on L1')
    .option('--from-block <number>', 'block of its deployment', '0')
    .option('--confirmations <number>', 'blocks on top of one before it is read', '0')
    .option('--poll-ms <number>', 'pause between two looks at L1', '1000')
    .option(
      '--keys <file>',
      'verifying keys, a registry of shapes or fingerprints to expect; may be repeated',
      append,
      [],
    )
    .addOption(
      new Option('--preset <name>', "the deployment's risk rule and shapes")
        .choices(PRESET_NAMES)
        .makeOptionMandatory(),
    )
    .option('--once', 'check up to the head, then exit', false)
    .parse([...argv], { from: 'user' })
    .opts<Texts>();
  if (!isAddress(exchange)) throw invalid('--exchange', exchange, 'an address');
  if (!/^https?:$/.test(URL.parse(rpc)?.protocol ?? '')) throw invalid('--rpc', rpc, 'an http or https URL');
  return {
    rpc,
    exchange: getAddress(exchange),
    fromBlock: BigInt(numberIn('--from-block', fromBlock)),
    confirmations: numberIn('--confirmations', confirmations),
    pollMs: numberIn('--poll-ms', pollMs),
    once,
    preset,
    keys,
  };
}

/** At most nine digits: some 11 days of pause, thirty times Ethereum's age in blocks. */
function numberIn(option: string, text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw invalid(option, text, 'a whole number of at most nine digits');
}

function invalid(option: string, text: string, wanted: string): WatcherAlarm {
  return new WatcherAlarm('WATCH_CONFIG_INVALID', `${option} must be ${wanted}, not "${text}".`, { option, text });
}
