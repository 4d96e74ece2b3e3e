import { decodeEntry, encoded } from '../core/codec/entry.ts';
import { genesisOf, requireSameGenesis } from '../core/machine/genesis.ts';
import type { Genesis } from '../core/protocol/genesis.ts';
import type { EntryLog } from '../log/entryLog.ts';

/**
 * Sees to it that entry 0 of the log is the genesis entry that the node is configured for, and writes it to a new log.
 * @throws GenesisError GENESIS_DIFFERS, GENESIS_MISPLACED; LogError
 */
export const beginLog = async (log: Pick<EntryLog, 'append' | 'get'>, configured: Genesis): Promise<Genesis> => {
  const first = await log.get(0);
  if (first === null) {
    await log.append([encoded({ type: 'genesis', genesis: configured })]);
    return configured;
  }
  const genesis = genesisOf(decodeEntry(first.bytes));
  requireSameGenesis(genesis, configured);
  return genesis;
};
