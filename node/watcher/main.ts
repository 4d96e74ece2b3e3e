import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import { SYSTEM_CLOCK, sleep } from '../clock.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { readExchangeDomain } from '../l1/exchangeDomain.ts';
import type { L1 } from '../l1/L1.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { type ExpectedKeys, readExpectedKeys } from './expectedKeys.ts';
import { follow, lastWords } from './follow.ts';
import { askL1 } from './l1Source.ts';
import { readOptions, type WatcherOptions } from './options.ts';
import { createRebuiltLedger } from './rebuiltLedger.ts';
import { createReportCheck } from './reportCheck.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import { createWatcher, type Watcher } from './watcher.ts';
import { batchReport, startReport, type WatchReport } from './watchReport.ts';

/** Failed steps in a row after which the watcher gives up; each has asked L1 several times. */
const PATIENCE = 30;
const L1_TIMEOUT_MS = 10_000;
const L1_RETRIES = 3;

const say = (report: WatchReport): void => console.log(JSON.stringify(report));

/** A watcher that knows nothing yet. @throws WatcherAlarm WATCH_CONFIG_INVALID, WatchFailure */
async function newWatcher(
  { confirmations, exchange, fromBlock, preset }: WatcherOptions,
  l1: L1,
  expectedKeys: ExpectedKeys,
  verify: ProverBackend['verify'],
): Promise<Watcher> {
  const deployment = PRESETS[preset];
  const chainId = await askL1('its chain id', l1.chainId);
  const code = await askL1(`the code of ${exchange}`, () => l1.code(exchange, 'latest'));
  if (code === '0x') {
    throw new WatcherAlarm('WATCH_CONFIG_INVALID', `L1 has no contract at --exchange ${exchange}.`);
  }
  const reportDomain = await askL1(`the EIP-712 domain of ${exchange}`, () => readExchangeDomain(l1, exchange));
  const { hasher } = await createCryptography();
  return createWatcher({
    l1,
    exchange,
    fromBlock,
    confirmations,
    expectedKeys,
    verify,
    ledger: createRebuiltLedger({
      hasher,
      domain: stateDomain(BigInt(chainId), BigInt(exchange)),
      deployment,
    }),
    reports: createReportCheck({
      domain: reportDomain,
      risk: deployment.risk,
      hashTable: (table) => riskTableHash(hasher, table),
    }),
    onBatch: (batch) => say(batchReport(batch)),
    onDoubt: ({ code, message }) => say({ event: 'doubt', code, message }),
  });
}

/** Exit codes: 0 checked (`--once`) or asked to stop; 3 an alarm; 1 anything else, as the last line says. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const expectedKeys = options.keys.length === 0 ? null : await readExpectedKeys(options.keys);
  say(startReport(options, expectedKeys));
  const backend = createSnarkjsBackend();
  try {
    const l1 = createRpcL1(requestOverHttp(options.rpc, L1_TIMEOUT_MS, L1_RETRIES));
    await follow({
      createWatcher: () => newWatcher(options, l1, expectedKeys, backend.verify),
      once: options.once,
      patience: PATIENCE,
      say,
      pause: () => sleep(SYSTEM_CLOCK, options.pollMs),
    });
  } finally {
    await backend.terminate();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
main().catch((error: unknown) => {
  const { exitCode, report } = lastWords(error);
  say(report);
  process.exitCode = exitCode;
});
