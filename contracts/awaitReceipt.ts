import { setTimeout as pause } from 'node:timers/promises';
import {
  type Hex,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  WaitForTransactionReceiptTimeoutError,
} from 'viem';

export type AwaitReceiptOptions = {
  /** Default: the client's polling interval. */
  readonly pollMs?: number;
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 180_000;

/**
 * Waits until a transaction is mined, by asking for its receipt again and again. viem's own waitForTransactionReceipt
 * asks once a block and drops a block that comes while it still asks about the one before: on a chain that mines when a
 * transaction comes, no other block follows, and a busy machine waits in vain for what was mined long ago.
 *
 * @throws viem's WaitForTransactionReceiptTimeoutError, and its errors when L1 does not answer
 */
export async function awaitReceipt(
  client: PublicClient,
  hash: Hex,
  { pollMs = client.pollingInterval, timeoutMs = TIMEOUT_MS }: AwaitReceiptOptions = {},
): Promise<TransactionReceipt> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await client.getTransactionReceipt({ hash });
    } catch (error) {
      if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
    }
    if (performance.now() >= deadlineMs) throw new WaitForTransactionReceiptTimeoutError({ hash });
    await pause(pollMs);
  }
}
