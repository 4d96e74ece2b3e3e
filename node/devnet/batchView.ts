import type { RpcClient } from './rpcClient.ts';

/** A batch as the public RPC shows it. */
export interface BatchView {
  readonly batchNumber: number;
  readonly state: 'sealed' | 'proved' | 'submitted' | 'accepted' | 'failed';
  readonly counts: Readonly<Record<'l1Ops' | 'withdrawals' | 'trades' | 'settlements' | 'accounts', number>>;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly proof: { readonly provingMs: number } | null;
  readonly acceptance: { readonly gasUsed: string; readonly batchesInCall: number } | null;
}

const PAGE = 200;

export async function readBatches(rpc: RpcClient, from = 0): Promise<readonly BatchView[]> {
  const batches: BatchView[] = [];
  for (;;) {
    const page = await rpc.call<readonly BatchView[]>('public/get_batches', {
      from: from + batches.length,
      limit: PAGE,
    });
    batches.push(...page);
    if (page.length < PAGE) return batches;
  }
}

/** Batches that are not yet proved. */
export const unproved = (batches: readonly BatchView[]): number =>
  batches.filter(({ state }) => state === 'sealed').length;
