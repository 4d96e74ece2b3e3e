import { hexToBytes } from 'viem';
import { createAlarms } from '../../node/alarms.ts';
import { SYSTEM_CLOCK } from '../../node/clock.ts';
import { encoded } from '../../node/core/codec/entry.ts';
import { intentMessage } from '../../node/core/codec/message.ts';
import { decodeReportInputs } from '../../node/core/pricing/reportInputsCodec.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { packFlags } from '../../node/core/protocol/flags.ts';
import { STANDARD_PRESET } from '../../node/core/protocol/presets.ts';
import type { Intent, SignedIntent } from '../../node/core/protocol/rows.ts';
import { riskTableHash } from '../../node/core/risk/tableHash.ts';
import type { Cryptography } from '../../node/crypto/cryptography.ts';
import { createReportContent } from '../../node/oracle/reportContent.ts';
import { rebuildTable, spotsOf } from '../../node/replica/rebuildTable.ts';
import { openReplica, type Replica } from '../../node/replica/replica.ts';
import { diskStorage } from '../../node/storage/diskStorage.ts';
import { testGenesis } from '../property/testMachine.ts';

const DOMAIN = 77n;
const NOW = 1_000_000;
const SPOT = 30_000_000n;
const CALL = { instrument: 0x10001, kind: 'call', expirySec: NOW + 30 * 86_400, strike: 31_000_000n } as const;
const ACCOUNTS = 1_000;
/** Of market 1, serials from 1 on. */
const accountId = (at: number): number => (1 << 20) | (at + 1);
const KEY = new Uint8Array(32).fill(7);
/** Fields of a signature that no batch will need. */
const UNSIGNED = { rX: 1n, rY: 2n, s: 3n };
const FLAGS = packFlags({ timeInForce: 0, postOnly: false, reduceOnly: false, selfTrade: 0 });
/** Entries a synced write while the log is made. */
const GROUP = 1024;
/** As the node's default: a snapshot at least so often. */
export const SNAPSHOT_EVERY = 50_000;

/** A replica of the bench's deployment; says aloud what a person would have to look at. */
export const openBenchReplica = (dir: string, cryptography: Cryptography): Promise<Replica> =>
  openReplica({
    storage: diskStorage(dir),
    clock: SYSTEM_CLOCK,
    cryptography,
    domain: DOMAIN,
    rules: { deployments: [STANDARD_PRESET], rebuildTable },
    genesis: testGenesis(STANDARD_PRESET),
    proving: {
      checkProof: () => Promise.reject(new Error('nothing is proved here')),
      newLeaseId: () => 'none',
      leaseMs: 1000,
      maxAttempts: 3,
    },
    snapshotEveryEntries: SNAPSHOT_EVERY,
    alarms: createAlarms(({ code, message }) => {
      throw new Error(`${code}: ${message}`);
    }),
    warn: console.error,
  });

/** Logs and applies, as the sequencer does; refuses a rejection, which would make the log easier than it should be. */
const feed = async ({ log, apply, batcher }: Replica, entries: readonly Entry[]): Promise<void> => {
  for (let at = 0; at < entries.length; at += GROUP) {
    const group = entries.slice(at, at + GROUP);
    await log.append(group.map(encoded));
    for (const entry of group) {
      const refused = apply(entry).rejections.find((rejection) => rejection !== null);
      if (refused !== undefined) throw new Error(`${entry.type}: ${refused?.message}`);
    }
    await batcher.idle();
  }
};

const opening = ({ hasher, signer }: Cryptography): Entry[] => {
  const table = { market: 1, source: { description: 'still', priceAt: () => SPOT }, settlementWindowSec: 10 };
  const content = createReportContent({
    ...table,
    deployment: STANDARD_PRESET,
    hashTable: (rows) => riskTableHash(hasher, rows),
  });
  const inputs = hexToBytes(content(NOW, [CALL]).inputs);
  const spots = spotsOf(decodeReportInputs(inputs));
  const { x: keyX, y: keyY } = signer.publicKey(KEY);
  return [
    { type: 'tick', timeSec: NOW },
    { type: 'list', instruments: [CALL] },
    { type: 'report', timeSec: NOW, inputs, spots, signatures: [] },
    ...Array.from({ length: ACCOUNTS }, (_, at): Entry => {
      const op = { kind: 1, account: accountId(at), amount: 10n ** 12n, owner: 1n, keyX, keyY } as const;
      return { type: 'l1Op', index: at, op };
    }),
  ];
};

/** Orders by all accounts in turn, with nonces that ascend. */
class Orders {
  private count = 0;
  private readonly nonces = new Uint32Array(ACCOUNTS);
  private readonly cryptography: Cryptography;

  constructor(cryptography: Cryptography) {
    this.cryptography = cryptography;
  }

  /** An order of the next account. @param ratio 1 buys, -1 sells */
  next(ratio: 1 | -1, price: bigint, isSigned: boolean): SignedIntent {
    const which = this.count++ % ACCOUNTS;
    const intent: Intent = {
      account: accountId(which),
      nonce: (this.nonces[which] ?? 0) + 1,
      expirySec: NOW + 3600,
      maxLots: 1,
      maxFeePerLot: 2 ** 23,
      limit: price * BigInt(ratio),
      flags: FLAGS,
      legs: [{ instrument: CALL.instrument, ratio }],
    };
    this.nonces[which] = intent.nonce;
    const { hasher, signer } = this.cryptography;
    return { intent, signature: isSigned ? signer.sign(KEY, intentMessage(hasher, DOMAIN, intent)) : UNSIGNED };
  }
}

const cancelOf = ({ intent: { account, nonce } }: SignedIntent): Entry => ({
  type: 'cancel',
  account,
  nonce,
  expirySec: NOW + 3600,
  signature: UNSIGNED,
});

const BID = 100_000n;
const TRADED_AT = 900_000n;

/** `count` entries of orders that rest and are cancelled, and, one in `tradeEvery` (0: none), pairs that trade. */
const flow = (orders: Orders, count: number, tradeEvery: number): Entry[] => {
  const entries: Entry[] = [];
  for (let pair = 0; entries.length < count; pair++) {
    if (tradeEvery > 0 && pair % tradeEvery === 0) {
      const [sell, buy] = [orders.next(-1, TRADED_AT, true), orders.next(1, TRADED_AT, true)];
      entries.push({ type: 'intent', signed: sell }, { type: 'intent', signed: buy });
      continue;
    }
    const resting = orders.next(1, BID, false);
    entries.push({ type: 'intent', signed: resting }, cancelOf(resting));
  }
  return entries;
};

/** Makes a log of `length` entries, `behind` of them behind the newest snapshot, and leaves it as a crash would. */
export const makeLongLog = async (
  dir: string,
  cryptography: Cryptography,
  length: number,
  behind: number,
): Promise<void> => {
  const replica = await openBenchReplica(dir, cryptography);
  const orders = new Orders(cryptography);
  await feed(replica, opening(cryptography));
  while (replica.log.length < length - behind) {
    await feed(replica, flow(orders, Math.min(20 * GROUP, length - behind - replica.log.length), 0));
  }
  await replica.save();
  await feed(replica, flow(orders, length - replica.log.length, 10));
  await replica.close();
};
