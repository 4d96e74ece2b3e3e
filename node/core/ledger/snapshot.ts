import { parseJson, readArray, readBigint, readField, readNumber, readTuple } from '../codec/strictJson.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { LedgerError } from './LedgerError.ts';
import { MemoryStore } from './memoryStore.ts';
import { headFromJson, headToJson, recordFromJson, recordToJson } from './recordText.ts';

const VERSION = 1;

/** Accounts, counters and the root that they must lead to; the trees are rebuilt on reading. */
export function writeSnapshot(store: MemoryStore): Uint8Array {
  const snapshot = {
    version: VERSION,
    head: headToJson(store.head()),
    accountsRoot: `${store.accountsRoot()}`,
    accounts: store.accounts().map(([id, record]) => [id, recordToJson(record)]),
  };
  return new TextEncoder().encode(JSON.stringify(snapshot));
}

/**
 * @throws LedgerError LEDGER_SNAPSHOT for another version, or when the accounts do not lead to the root written with them;
 * CodecError CODEC_JOB for anything that is no snapshot
 */
export function readSnapshot(hasher: Hasher, bytes: Uint8Array): MemoryStore {
  const snapshot = parseJson(new TextDecoder().decode(bytes));
  const version = readNumber(readField(snapshot, 'version'));
  if (version !== VERSION) {
    const message = `ledger snapshot is of version ${version}, this program reads ${VERSION}: replay the log instead`;
    throw new LedgerError('LEDGER_SNAPSHOT', message, { version });
  }
  const accounts = readArray(readField(snapshot, 'accounts')).map((item) => {
    const [id, record] = readTuple(item, 2);
    return [readNumber(id), recordFromJson(record)] as const;
  });
  const store = new MemoryStore(hasher, accounts, headFromJson(readField(snapshot, 'head')));
  if (store.accountsRoot() !== readBigint(readField(snapshot, 'accountsRoot'))) {
    throw new LedgerError('LEDGER_SNAPSHOT', 'ledger snapshot does not lead to its own root: replay the log instead');
  }
  return store;
}
