import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { type Address, createPublicClient, http, isAddress } from 'viem';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import { LARGE_PRESET } from '../core/presets.ts';
import { DEVELOPMENT_RISK_PRESET } from '../core/pricing/riskPreset.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { readReportDomain } from '../oracle/oracleReport.ts';
import { createRebuiltLedger } from './rebuiltLedger.ts';
import { createReportCheck } from './reportCheck.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import { createWatcher, type WatchedHead } from './watcher.ts';
import { batchReport, headReport, type WatchReport } from './watchReport.ts';

interface Options {
  readonly rpc: string;
  readonly exchange: string;
  readonly fromBlock: string;
  readonly confirmations: string;
  readonly pollMs: string;
  readonly once: boolean;
}

/** Exit codes: 0 checked (`--once`) or asked to stop; 3 an alarm; 1 L1 does not answer, or a mistake in the options. */
const EXIT_ALARM = 3;
/** Failed reads in a row after which the watcher gives up. */
const PATIENCE = 30;

const say = (report: WatchReport): void => console.log(JSON.stringify(report));

function readOptions(): Options {
  return new Command('node node/watcher/main.ts')
    .description('Rebuilds the exchange from L1 alone and checks every batch. Prints JSON lines.')
    .requiredOption('--rpc <url>', 'L1 endpoint, one that you trust')
    .requiredOption('--exchange <address>', 'the exchange on L1')
    .option('--from-block <number>', 'block of its deployment', '0')
    .option('--confirmations <number>', 'blocks on top of one before it is read', '0')
    .option('--poll-ms <number>', 'pause between two looks at L1', '1000')
    .option('--once', 'check up to the head, then exit', false)
    .parse()
    .opts<Options>();
}

async function start({ confirmations, exchange, fromBlock, rpc }: Options) {
  if (!isAddress(exchange)) throw new WatcherAlarm('WATCH_CONFIG_INVALID', `${exchange} is no address.`);
  const client = createPublicClient({ transport: http(rpc) });
  const chainId = await client.getChainId();
  const { hasher } = await createCryptography();
  const backend = createSnarkjsBackend();
  const watcher = createWatcher({
    client,
    exchange: exchange as Address,
    fromBlock: BigInt(fromBlock),
    confirmations: Number(confirmations),
    ledger: createRebuiltLedger({
      hasher,
      domain: stateDomain(BigInt(chainId), BigInt(exchange)),
      // Whatever shapes the deployment has: the contract's verifiers bound the batches, and none is larger than these.
      preset: LARGE_PRESET,
    }),
    reports: createReportCheck({
      domain: await readReportDomain(client, exchange),
      preset: DEVELOPMENT_RISK_PRESET,
      hashTable: (table) => riskTableHash(hasher, table),
    }),
    verify: backend.verify,
    onBatch: (batch) => say(batchReport(batch)),
  });
  return { watcher, backend };
}

async function main(options: Options): Promise<void> {
  const { backend, watcher } = await start(options);
  try {
    let failures = 0;
    let last: WatchedHead | null = null;
    for (;;) {
      try {
        const head = await watcher.step();
        if (head.block !== last?.block) say(headReport(head));
        last = head;
        failures = 0;
        if (options.once) return;
      } catch (error) {
        failures += 1;
        if (error instanceof WatcherAlarm || options.once || failures > PATIENCE) throw error;
      }
      await sleep(Number(options.pollMs));
    }
  } finally {
    await backend.terminate();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
main(readOptions()).catch((error: Error & { code?: unknown }) => {
  const isAlarm = error instanceof WatcherAlarm && error.code !== 'WATCH_CONFIG_INVALID';
  say({ event: isAlarm ? 'alarm' : 'failure', code: String(error.code ?? error.name), message: error.message });
  process.exitCode = isAlarm ? EXIT_ALARM : 1;
});
