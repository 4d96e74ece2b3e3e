import type { CheckedBatch } from './checkedBatch.ts';
import type { ExpectedKeys } from './expectedKeys.ts';
import type { WatchedHead } from './headCheck.ts';
import type { WatcherOptions } from './options.ts';

/** What the watcher says, as one line of JSON each; amounts in cash units as decimal strings. */
export type WatchReport =
  | {
      /** The first line. */
      readonly event: 'start';
      readonly exchange: string;
      readonly fromBlock: string;
      /** What the expected verifying keys were derived from. */
      readonly expectedKeys: readonly string[];
      /** What this watcher cannot see, if it was started so. */
      readonly warning: string | null;
    }
  | {
      readonly event: 'batch';
      /** As in the batch's header: counts from 0. */
      readonly batchNumber: number;
      readonly block: string;
      readonly stateRoot: string;
      readonly trades: number;
      readonly multiLeg: number;
      readonly liquidations: number;
      readonly settlements: number;
      readonly withdrawals: number;
      readonly l1Ops: number;
    }
  | {
      readonly event: 'head';
      readonly batches: number;
      readonly block: string;
      readonly stateRoot: string;
      readonly tokenBalance: string;
      readonly owedToClaims: string;
      readonly owedToAccounts: string;
    }
  /** An alarm that did not hold when L1 was asked afresh. */
  | { readonly event: 'doubt'; readonly code: string; readonly message: string }
  /** L1 fails: asked again, `failures` in a row so far. Nothing is watched meanwhile. */
  | { readonly event: 'waiting'; readonly code: string; readonly message: string; readonly failures: number }
  | { readonly event: 'alarm'; readonly code: string; readonly message: string }
  | { readonly event: 'failure'; readonly code: string; readonly message: string };

const NO_KEYS =
  'NO EXPECTED KEYS: whatever verifying key L1 registers is trusted, and whoever made it may be able to prove anything. Give --keys.';

export function startReport({ exchange, fromBlock }: WatcherOptions, keys: ExpectedKeys): WatchReport {
  const expectedKeys = [...(keys?.values() ?? [])];
  const warning = keys === null ? NO_KEYS : null;
  return { event: 'start', exchange, fromBlock: fromBlock.toString(), expectedKeys, warning };
}

export function batchReport({ batchNumber, block, rows, stateRoot }: CheckedBatch): WatchReport {
  return {
    event: 'batch',
    batchNumber,
    block: block.toString(),
    stateRoot: stateRoot.toString(),
    trades: rows.trades.length,
    multiLeg: rows.trades.filter(({ legs }) => legs.length > 1).length,
    liquidations: rows.trades.filter(({ liquidation }) => liquidation).length,
    settlements: rows.settlements.length,
    withdrawals: rows.withdrawals.length,
    l1Ops: rows.l1Ops.length,
  };
}

export function headReport(head: WatchedHead): WatchReport {
  return {
    event: 'head',
    batches: head.batchCount,
    block: head.block.toString(),
    stateRoot: head.stateRoot.toString(),
    tokenBalance: head.tokenBalance.toString(),
    owedToClaims: head.owedToClaims.toString(),
    owedToAccounts: head.owedToAccounts.toString(),
  };
}

/** The report in a line of the watcher's output; undefined if it is none. */
export function parseWatchReport(line: string): WatchReport | undefined {
  try {
    const value = JSON.parse(line) as Partial<WatchReport> | null;
    const events: readonly unknown[] = ['start', 'batch', 'head', 'doubt', 'waiting', 'alarm', 'failure'];
    return events.includes(value?.event) ? (value as WatchReport) : undefined;
  } catch {
    return undefined;
  }
}
