import type { Address, PublicClient } from 'viem';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import type { ExpectedKeys } from './expectedKeys.ts';
import { checkHead, type WatchedHead } from './headCheck.ts';
import { createL1Source, type L1Block } from './l1Source.ts';
import { type LogRange, logsDigest, readRange } from './readRange.ts';
import { type CheckedBatch, createRebuiltExchange } from './rebuiltExchange.ts';
import type { ReportCheck } from './reportCheck.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import { WatchFailure } from './WatchFailure.ts';
import type { WatchedLedger } from './watchedLedger.ts';

export interface WatcherConfig {
  readonly client: PublicClient;
  readonly exchange: Address;
  /** The block of the deployment. */
  readonly fromBlock: bigint;
  /** Blocks on top of one before it is read. */
  readonly confirmations: number;
  /** Most blocks asked for at once. */
  readonly blocksPerCall?: number;
  readonly ledger: WatchedLedger;
  readonly reports: ReportCheck;
  readonly expectedKeys: ExpectedKeys;
  readonly verify: ProverBackend['verify'];
  readonly onBatch: (batch: CheckedBatch) => void;
  /** Told of what would have been an alarm, had it held when L1 was asked afresh. */
  readonly onDoubt: (alarm: WatcherAlarm) => void;
}

export interface Watcher {
  /**
   * Reads and checks up to the confirmed head. Whatever it throws, it may be called again: a log is taken wholly or not at
   * all. After WATCH_L1_CHANGED only a new watcher helps.
   *
   * @throws WatcherAlarm, seen twice; WatchFailure when L1 does not answer, or not to the question
   */
  readonly step: () => Promise<WatchedHead>;
}

/** Rebuilds the exchange from L1 alone and compares it with what the contract says, batch by batch. */
export function createWatcher(config: WatcherConfig): Watcher {
  const source = createL1Source(config.client, config.exchange);
  const rebuilt = createRebuiltExchange({ ...config, source });
  const stride = BigInt(config.blocksPerCall ?? 2_000);
  /** Taken, and not compared with the contract yet: what a second look reads again. */
  let behind: { readonly fromBlock: bigint; readonly last: L1Block; readonly digest: string }[] = [];
  let range: LogRange = { fromBlock: config.fromBlock, last: none(config.fromBlock - 1n), logs: [] };
  let takenLogs = 0;
  let lastRead: L1Block | null = null;

  /** @throws WatcherAlarm WATCH_REORG_TOO_DEEP, seen twice */
  async function checkUnchanged(): Promise<void> {
    if (lastRead === null) return;
    const { hash, number } = lastRead;
    if ((await source.block(number)).hash === hash) return;
    const now = (await source.block(number)).hash;
    if (now === hash) return;
    const message = `L1 replaced block ${number}, already read: it was ${hash} and is ${now}. Start the watcher again with more --confirmations.`;
    throw new WatcherAlarm('WATCH_REORG_TOO_DEEP', message, { block: number, read: hash, now });
  }

  /** Reads afresh all that an alarm may rest on, and holds it against what was taken. */
  async function lookAgain(): Promise<void> {
    await checkUnchanged();
    rebuilt.forget();
    for (const { digest, fromBlock, last } of behind) {
      const again = await readRange(source, null, fromBlock, last.number);
      if (logsDigest(again.logs) !== digest) throw changed(again);
    }
    if (lastRead === null) return;
    const again = await readRange(source, null, range.fromBlock, lastRead.number);
    if (logsDigest(again.logs, takenLogs) !== logsDigest(range.logs, takenLogs)) throw changed(again);
    range = again;
  }

  async function twice<Result>(look: () => Promise<Result>): Promise<Result> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof WatcherAlarm)) throw error;
      await lookAgain();
      const result = await look();
      config.onDoubt(error);
      return result;
    }
  }

  /** @returns whether there was one */
  async function takeNext(): Promise<boolean> {
    const log = range.logs[takenLogs];
    if (log === undefined) return false;
    const batch = await rebuilt.take(log);
    takenLogs += 1;
    if (batch !== null) config.onBatch(batch);
    return true;
  }

  async function takeRange(): Promise<void> {
    while (await twice(takeNext));
  }

  async function readNext(confirmed: bigint): Promise<void> {
    const fromBlock = range.last.number + 1n;
    const end = fromBlock + stride - 1n;
    const next = await readRange(source, lastRead, fromBlock, end < confirmed ? end : confirmed);
    if (lastRead !== null)
      behind.push({ fromBlock: range.fromBlock, last: range.last, digest: logsDigest(range.logs) });
    range = next;
    takenLogs = 0;
    lastRead = next.last;
  }

  async function compare(): Promise<WatchedHead> {
    // A second look may have found logs that the first was not given.
    while (await takeNext());
    rebuilt.requireDeployed();
    const head = checkHead(range.last, await source.figures(range.last), rebuilt);
    await checkUnchanged();
    return head;
  }

  return {
    step: async () => {
      await checkUnchanged();
      await takeRange();
      const confirmed = (await source.head()) - BigInt(config.confirmations);
      if (confirmed < config.fromBlock) throw tooEarly(config.fromBlock, confirmed);
      while (range.last.number < confirmed) {
        await readNext(confirmed);
        await takeRange();
      }
      const head = await twice(compare);
      behind = [];
      return head;
    },
  };
}

/** Stands for the block before the first: nothing is asked of it but its number. */
const none = (number: bigint): L1Block => ({ number, hash: '0x', parentHash: '0x' });

function changed({ fromBlock, last }: LogRange): WatchFailure {
  const message = `L1 gives other logs for blocks ${fromBlock} to ${last.number} than before, for the same block hashes: everything must be read again from the deployment on. If it happens again, use another L1 endpoint.`;
  return new WatchFailure('WATCH_L1_CHANGED', message, { fromBlock, toBlock: last.number });
}

function tooEarly(fromBlock: bigint, confirmed: bigint): WatchFailure {
  const message = `L1's confirmed head ${confirmed} is before the deployment's block ${fromBlock}.`;
  return new WatchFailure('WATCH_L1_BEHIND', message, { fromBlock, confirmed });
}
