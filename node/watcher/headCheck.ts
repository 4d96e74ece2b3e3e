import type { L1Block } from '../l1/L1.ts';
import type { ContractFigures } from './l1Source.ts';
import type { RebuiltExchange } from './rebuiltExchange.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** What the watcher knows at a block; every figure is rebuilt from L1 and equal to the contract's own. */
export interface WatchedHead {
  readonly block: bigint;
  /** Batches accepted. */
  readonly batchCount: number;
  readonly stateRoot: bigint;
  /** Cash units: what the exchange's token balance is, and what it owes. */
  readonly tokenBalance: bigint;
  readonly owedToClaims: bigint;
  readonly owedToAccounts: bigint;
}

/**
 * Holds what the contract says of itself at a block against what its logs up to there give.
 *
 * @throws WatcherAlarm WATCH_ROOT_DISAGREES, WATCH_MONEY_MISSING
 */
export function checkHead(block: L1Block, figures: ContractFigures, rebuilt: RebuiltExchange): WatchedHead {
  const [stateRoot, batchCount] = [rebuilt.stateRoot(), rebuilt.batchCount()];
  const own = [stateRoot, batchCount, rebuilt.lastTimeSec(), rebuilt.l1OpIndex()].join();
  const theirs = [figures.stateRoot, figures.batchNumber, figures.lastTime, figures.l1OpIndex].join();
  if (own !== theirs) {
    const message = `At L1 block ${block.number} the contract has root, batch, time and op index ${theirs}; rebuilt: ${own}.`;
    throw new WatcherAlarm('WATCH_ROOT_DISAGREES', message, { block: block.number, hash: block.hash });
  }
  const { tokenBalance } = figures;
  const [owedToClaims, owedToAccounts] = [rebuilt.owedToClaims(), rebuilt.owedToAccounts()];
  if (
    tokenBalance < owedToClaims + owedToAccounts ||
    figures.owedToClaims !== owedToClaims ||
    figures.owedToAccounts !== owedToAccounts
  ) {
    const message = `At L1 block ${block.number} the exchange holds ${tokenBalance} and owes ${owedToClaims} to claims and ${owedToAccounts} to accounts; by its own books ${figures.owedToClaims} and ${figures.owedToAccounts}.`;
    throw new WatcherAlarm('WATCH_MONEY_MISSING', message, { block: block.number, hash: block.hash });
  }
  return { block: block.number, batchCount, stateRoot, tokenBalance, owedToClaims, owedToAccounts };
}
