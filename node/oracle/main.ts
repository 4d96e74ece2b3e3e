import { Command } from 'commander';
import { privateKeyToAccount } from 'viem/accounts';
import { nowSec, SYSTEM_CLOCK } from '../clock.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { readExchangeDomain } from '../l1/exchangeDomain.ts';
import { requestOverHttp } from '../l1/requestOver.ts';
import { createRpcL1 } from '../l1/rpcL1.ts';
import { type OracleConfig, readOracleConfig, readPrivateKey } from './oracleConfig.ts';
import { createOracleL1 } from './oracleL1.ts';
import { type OracleServer, startOracleServer } from './oracleServer.ts';
import type { PriceSource } from './priceSource.ts';
import { readPricesFile } from './pricesFile.ts';
import { createReportContent } from './reportContent.ts';
import { createSeededPath } from './seededPath.ts';
import { createSigner } from './signer.ts';

const L1_TIMEOUT_MS = 10_000;
const L1_RETRIES = 3;

/** Runs until SIGINT or SIGTERM. */
async function main(configPath: string): Promise<void> {
  const config = await readOracleConfig(configPath);
  const server = await startOracle(config);
  console.log(JSON.stringify({ event: 'ready', port: server.port }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
}

async function startOracle(config: OracleConfig): Promise<OracleServer> {
  const l1 = createRpcL1(requestOverHttp(config.rpcUrl, L1_TIMEOUT_MS, L1_RETRIES));
  const { hasher } = await createCryptography();
  const signer = createSigner({
    account: privateKeyToAccount(await readPrivateKey(config.privateKeyFile)),
    domain: await readExchangeDomain(l1, config.exchange),
    l1: createOracleL1(l1, config.exchange),
    market: config.market,
    makeReport: createReportContent({
      market: config.market,
      source: await openSource(config.prices),
      deployment: PRESETS[config.preset],
      settlementWindowSec: config.settlementWindowSec,
      hashTable: (table) => riskTableHash(hasher, table),
    }),
    cadenceSec: config.cadenceSec,
    leapHoldSec: config.leapHoldSec,
    maxLagSec: config.maxLagSec,
    nowSec: () => nowSec(SYSTEM_CLOCK),
  });
  return startOracleServer(signer, config.port, (error) => console.error(error));
}

async function openSource(prices: OracleConfig['prices']): Promise<PriceSource> {
  if (prices.source === 'file') return readPricesFile(prices.path, prices.startSec);
  const { seed, startPrice, startSec } = prices;
  return createSeededPath({ seed: BigInt(seed), startPrice: BigInt(startPrice), startSec });
}

await new Command('node node/oracle/main.ts')
  .description('One oracle signer. Prints one line of JSON when it listens.')
  .argument('<config.json>', 'its configuration (node/oracle/oracleConfig.ts names the fields)')
  .action((configPath: string) =>
    main(configPath).catch((error: Error & { code?: string }) => {
      console.error(`${error.code ?? 'ORACLE_FAILED'}: ${error.message}`);
      process.exitCode = 1;
    }),
  )
  .parseAsync();
