import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hexToBytes } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../clock.ts';
import { encoded } from '../core/codec/entry.ts';
import type { Receipt } from '../core/heads/head.ts';
import { receiptSigner } from '../core/heads/receiptSigner.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { createDigestSigner } from '../crypto/headSignature.ts';
import { type EntryLog, openEntryLog } from '../log/entryLog.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { createHeads } from './heads.ts';

const KEY = `0x${'11'.repeat(32)}` as const;
const ADDRESS = BigInt(privateKeyToAccount(KEY).address);
const DOMAIN = { chainId: 1n, exchange: 99n };
const GROUPS = [1, 5, 2];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-heads-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = async () =>
  openEntryLog({ storage: diskStorage(dir), clock: SYSTEM_CLOCK, hasher: await createCircomHasher(), domain: 7n });

/** Heads over a log; notes how often it signs. */
const headsOver = (log: EntryLog) => {
  const sign = createDigestSigner(hexToBytes(KEY));
  const signed: Uint8Array[] = [];
  const signDigest = (digest: Uint8Array): Uint8Array => {
    signed.push(digest);
    return sign(digest);
  };
  return { ...createHeads({ log, domain: DOMAIN, signDigest }), signed };
};

const appendAll = async (log: EntryLog, each: (group: Awaited<ReturnType<EntryLog['append']>>) => void) => {
  for (const size of GROUPS) each(await log.append(Array.from({ length: size }, () => encoded({ type: 'seal' }))));
};
const readAll = async (receiptAt: (index: number) => Promise<Receipt | null>) =>
  Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(receiptAt));

test('a receipt asked for later is the one that was given, and nothing is signed again for it', async () => {
  const log = await open();
  const heads = headsOver(log);
  const given: Receipt[] = [];
  await appendAll(log, (group) => {
    if (group !== null) given.push(...heads.sign(group));
  });
  expect(given.map((receipt) => receiptSigner(DOMAIN, receipt))).toEqual(Array(8).fill(ADDRESS));
  expect(await readAll(heads.receiptAt)).toEqual(given);
  await log.close();
  const again = await open();
  const later = headsOver(again);
  expect(await readAll(later.receiptAt)).toEqual(given);
  expect([heads.signed.length, later.signed.length]).toEqual([3, 0]);
  await again.close();
});

test('what was durable and never signed for, because the process ended, is signed as it would have been', async () => {
  const log = await open();
  const groups: Receipt[] = [];
  const unstored = createHeads({
    log: { ...log, keepSignature: () => undefined },
    domain: DOMAIN,
    signDigest: createDigestSigner(hexToBytes(KEY)),
  });
  await appendAll(log, (group) => {
    if (group !== null) groups.push(...unstored.sign(group));
  });
  await log.close();
  const again = await open();
  const heads = headsOver(again);
  expect(await readAll(heads.receiptAt)).toEqual(groups);
  expect(heads.signed.length).toBe(8);
  await again.close();
});

test('there is no receipt of what is not in the log', async () => {
  const log = await open();
  const { receiptAt } = headsOver(log);
  expect(await Promise.all([0, -1, 0.5, 2 ** 60].map(receiptAt))).toEqual([null, null, null, null]);
  await log.close();
});
