import type { Address, Hex } from 'viem';
import { type Clock, sleep } from '../clock.ts';
import type { L1, L1Account, L1Fees, L1Receipt } from './L1.ts';

export interface TransactorConfig {
  readonly l1: L1;
  readonly account: L1Account;
  readonly clock: Clock;
  /** A transaction not mined after this long is replaced by one that pays a quarter more. */
  readonly replaceAfterMs: number;
  readonly receiptPollMs: number;
  /** Never offered more than this per gas. */
  readonly maxFeePerGasWei: bigint;
  readonly isStopping: () => boolean;
}

export interface TransactorCall {
  readonly to: Address;
  readonly data: Hex;
  /** Told each hash before its transaction is on its way. */
  readonly onHash: (hash: Hex) => Promise<void>;
}

/**
 * Sends a call and waits until it is in a block, replacing the transaction by one that pays more as often as it takes. What
 * an earlier run left in the pool is replaced first: nonces are taken from the newest block.
 *
 * @returns null: stopped before, or its nonce went to another transaction
 * @throws L1Error, L1_REVERTED if it would revert; what `onHash` throws
 */
export async function sendUntilMined(config: TransactorConfig, call: TransactorCall): Promise<L1Receipt | null> {
  const { account, clock, isStopping, l1, receiptPollMs } = config;
  const from = account.address;
  const nonce = await l1.transactionCount(from, 'latest');
  const isStuck = (await l1.transactionCount(from, 'pending')) > nonce;
  // With a transaction of an earlier run in the pool, L1's pending state already has what this one does.
  const estimate = await l1.estimateGas({ from, to: call.to, data: call.data }, isStuck ? 'latest' : 'pending');
  // Storage that is warm or clean in the estimate may be neither when mined.
  const gas = (estimate * 3n) / 2n + 50_000n;
  let fees = await firstFees(config, isStuck);
  const sent: Hex[] = [];
  while (!isStopping()) {
    const { hash, signed } = await account.sign({ to: call.to, data: call.data, nonce, gas, ...fees });
    await call.onHash(hash);
    sent.push(hash);
    // Of this nonce some transaction is known; whether it is ours shows in the receipts.
    const isTaken = (await l1.send(signed)) !== 'underpriced';
    const outcome = isTaken ? await awaitMined(config, sent, nonce) : 'timeout';
    if (outcome === 'gone') return null;
    if (outcome !== 'timeout') return outcome;
    if (!isTaken) await sleep(clock, receiptPollMs);
    fees = raised(config, fees);
  }
  return null;
}

/** Waits for a receipt of any of them. 'gone': the nonce went to another transaction. */
async function awaitMined(
  { account, clock, isStopping, l1, receiptPollMs, replaceAfterMs }: TransactorConfig,
  sent: readonly Hex[],
  nonce: number,
): Promise<L1Receipt | 'timeout' | 'gone'> {
  const deadlineMs = clock.nowMs() + replaceAfterMs;
  while (clock.nowMs() < deadlineMs && !isStopping()) {
    const receipt = await receiptOf(l1, sent);
    if (receipt !== null) return receipt;
    const next = await l1.transactionCount(account.address, 'latest');
    if (next > nonce) return (await receiptOf(l1, sent)) ?? 'gone';
    await sleep(clock, receiptPollMs);
  }
  return 'timeout';
}

/** The one that is in a block, if any is: they share a nonce. */
async function receiptOf(l1: L1, hashes: readonly Hex[]): Promise<L1Receipt | null> {
  for (const hash of hashes) {
    const receipt = await l1.receipt(hash);
    if (receipt !== null) return receipt;
  }
  return null;
}

async function firstFees(config: TransactorConfig, isStuck: boolean): Promise<L1Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await config.l1.fees();
  const generous = { maxFeePerGas: maxFeePerGas * 2n, maxPriorityFeePerGas };
  return isStuck ? raised(config, generous) : capped(config, generous);
}

/** A quarter more: pools want a tenth more from a replacement. */
const raised = (config: TransactorConfig, { maxFeePerGas, maxPriorityFeePerGas }: L1Fees): L1Fees =>
  capped(config, {
    maxFeePerGas: (maxFeePerGas * 5n) / 4n + 1n,
    maxPriorityFeePerGas: (maxPriorityFeePerGas * 5n) / 4n + 1n,
  });

const capped = ({ maxFeePerGasWei }: TransactorConfig, fees: L1Fees): L1Fees => {
  const maxFeePerGas = least(fees.maxFeePerGas, maxFeePerGasWei);
  return { maxFeePerGas, maxPriorityFeePerGas: least(fees.maxPriorityFeePerGas, maxFeePerGas) };
};

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
