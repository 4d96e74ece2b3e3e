import { decodeErrorResult, type Hex } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';

/** Why the exchange refused a call. */
export interface ExchangeRevert {
  /** Of the contract's own errors, of Solidity's, or what it said that is neither. */
  readonly name: string;
  readonly args: readonly string[];
}

export function exchangeRevertIn(revert: Hex): ExchangeRevert {
  if (revert.length < 10) return { name: 'no reason', args: [] };
  try {
    const { args = [], errorName } = decodeErrorResult({ abi: straddleExchangeAbi, data: revert });
    return { name: errorName, args: args.map(String) };
  } catch {
    return { name: `unknown error ${revert.slice(0, 10)}`, args: [] };
  }
}
