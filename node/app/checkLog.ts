import { SYSTEM_CLOCK } from '../clock.ts';
import { stateDomain } from '../core/ledger/domain.ts';
import type { Cryptography } from '../crypto/cryptography.ts';
import { openEntryLog } from '../log/entryLog.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import type { NodeConfig } from './config.ts';

/**
 * Verifies every entry of a log that no node uses: bytes, times, chain, gaps, and that nothing acknowledged is gone.
 * @throws LogError naming the first entry that is wrong, LOG_LOCKED while a node runs on the directory
 */
export const checkLog = async ({ dataDir, l1 }: NodeConfig, { hasher }: Pick<Cryptography, 'hasher'>) => {
  const domain = stateDomain(BigInt(l1.chainId), BigInt(l1.exchange));
  const log = await openEntryLog({ storage: diskStorage(dataDir), clock: SYSTEM_CLOCK, hasher, domain });
  try {
    let entries = 0;
    for await (const { record } of log.read(0)) entries = record.index + 1;
    return { entries, timeSec: log.timeSec, chainHash: log.chainHash.toString() };
  } finally {
    await log.close();
  }
};
