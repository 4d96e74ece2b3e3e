import { createPublicClient, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { DEVELOPMENT_RISK_PRESET, PRODUCTION_RISK_PRESET } from '../core/protocol/riskPreset.ts';
import { riskTableHash } from '../core/risk/tableHash.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { type OracleConfig, readOracleConfig, readPrivateKey } from './oracleConfig.ts';
import { createOracleL1 } from './oracleL1.ts';
import { readReportDomain } from './oracleReport.ts';
import { type OracleServer, startOracleServer } from './oracleServer.ts';
import type { PriceSource } from './priceSource.ts';
import { readPricesFile } from './pricesFile.ts';
import { createReportContent } from './reportContent.ts';
import { createSeededPath } from './seededPath.ts';
import { createSigner } from './signer.ts';

/** One oracle signer as a process: `node node/oracle/main.ts <config.json>`. Prints one line of JSON when it listens. */
async function main(configPath: string): Promise<void> {
  const config = await readOracleConfig(configPath);
  const server = await startOracle(config);
  console.log(JSON.stringify({ event: 'ready', port: server.port }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => server.close().then(() => process.exit(0)));
  }
}

async function startOracle(config: OracleConfig): Promise<OracleServer> {
  const client = createPublicClient({ transport: http(config.rpcUrl) });
  const { hasher } = await createCryptography();
  const signer = createSigner({
    account: privateKeyToAccount(await readPrivateKey(config.privateKeyFile)),
    domain: await readReportDomain(client, config.exchange),
    l1: createOracleL1(client, config.exchange),
    makeReport: createReportContent({
      market: config.market,
      source: await openSource(config.prices),
      preset: config.preset === 'development' ? DEVELOPMENT_RISK_PRESET : PRODUCTION_RISK_PRESET,
      settlementWindowSec: config.settlementWindowSec,
      hashTable: (table) => riskTableHash(hasher, table),
    }),
    cadenceSec: config.cadenceSec,
    leapHoldSec: config.leapHoldSec,
    maxLagSec: config.maxLagSec,
    nowSec: () => Math.floor(Date.now() / 1000),
  });
  return startOracleServer(signer, config.port, (error) => console.error(error));
}

async function openSource(prices: OracleConfig['prices']): Promise<PriceSource> {
  if (prices.source === 'file') return readPricesFile(prices.path, prices.startSec);
  const { seed, startPrice, startSec } = prices;
  return createSeededPath({ seed: BigInt(seed), startPrice: BigInt(startPrice), startSec });
}

const [configPath] = process.argv.slice(2);
if (configPath === undefined) {
  console.error('Usage: node node/oracle/main.ts <config.json>');
  process.exitCode = 2;
} else {
  main(configPath).catch((error: Error & { code?: string }) => {
    console.error(`${error.code ?? 'ORACLE_FAILED'}: ${error.message}`);
    process.exitCode = 1;
  });
}
