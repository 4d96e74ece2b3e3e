import type { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { exchangeRevertIn } from '../l1/exchangeRevert.ts';
import { revertOf } from '../l1/L1Error.ts';
import { SettlementError } from './SettlementError.ts';

type ExchangeErrorName = Extract<(typeof straddleExchangeAbi)[number], { readonly type: 'error' }>['name'];

/** The contract's errors that go away by waiting, with what is waited for. */
const PASSING: Partial<Record<ExchangeErrorName, string>> = {
  ExchangePaused: 'the pause ends by itself',
  BatchTimeInFuture: "L1's clock is behind this node's",
  NotASequencer: "governance has not made this node's account a sequencer",
  // What endpoints say that lag one behind another, and what a reorganisation leaves until it is seen.
  BatchNumberNotNext: 'L1 answered with another block than before',
  L1OpsBeyondQueue: 'L1 answered with an earlier block than before',
  SealedBefore: 'L1 answered with another block than before',
};

/**
 * What a call that would revert means for settlement; any other error is given back as it is.
 * @param what of this node's, for the message
 */
export function refusalOf(what: string, data: Readonly<Record<string, unknown>>, error: unknown): unknown {
  const revert = revertOf(error);
  if (revert === null) return error;
  const { args, name } = exchangeRevertIn(revert);
  const details = { ...data, reason: name, args };
  const passing: string | undefined = Object.entries(PASSING).find(([known]) => known === name)?.[1];
  if (passing !== undefined) {
    const message = `L1 does not take ${what} now (${name}: ${passing}); trying again`;
    return new SettlementError('L1_NOT_YET', message, details, error);
  }
  const message = `L1 refuses ${what} (${name}); settlement stopped: mend the cause and restart the node`;
  return new SettlementError('L1_BATCH_REFUSED', message, details, error);
}
