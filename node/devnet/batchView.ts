import type { RpcClient } from '../rpc/client.ts';
import type { CallResult } from '../rpc/method.ts';
import { type getBatch, getBatches } from '../rpc/methods/market.ts';

type Shown = CallResult<typeof getBatch>;

/** What the devnet tells of a batch. */
export interface BatchView extends Pick<Shown, 'batchNumber' | 'state' | 'counts' | 'failure'> {
  readonly proof: Pick<NonNullable<Shown['proof']>, 'provingMs'> | null;
  readonly acceptance: Pick<NonNullable<Shown['acceptance']>, 'gasUsed' | 'batchesInCall'> | null;
}

const PAGE = 200;

export async function readBatches(rpc: RpcClient, from = 0): Promise<readonly BatchView[]> {
  const batches: BatchView[] = [];
  for (;;) {
    const page = await rpc.call(getBatches, { from: from + batches.length, limit: PAGE });
    batches.push(...page);
    if (page.length < PAGE) return batches;
  }
}

/** Batches that are not yet proved. */
export const unproved = (batches: readonly BatchView[]): number =>
  batches.filter(({ state }) => state === 'sealed').length;
