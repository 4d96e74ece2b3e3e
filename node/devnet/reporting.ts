import type { Collector } from '../oracle/collector.ts';
import { OracleError } from '../oracle/OracleError.ts';
import { type RpcClient, RpcFailure } from './rpcClient.ts';

export interface ReportingConfig {
  readonly collector: Collector;
  /** The node's public and internal surface. */
  readonly rpc: RpcClient;
  readonly internal: RpcClient;
  readonly cadenceSec: number;
  readonly nowSec: () => number;
  readonly log: (line: string) => void;
}

/** Hands the node one report a cadence slot; call it about once a second. */
export function createReporting(config: ReportingConfig): () => Promise<void> {
  const { cadenceSec, collector, internal, rpc } = config;
  let lastSlot = 0;
  return async () => {
    const slot = Math.floor(config.nowSec() / cadenceSec) * cadenceSec;
    if (slot === lastSlot) return;
    try {
      const listed = await rpc.call<readonly { instrument: number }[]>('public/get_instruments');
      if (listed.length === 0) return;
      const instruments = listed.map(({ instrument }) => instrument).sort((one, other) => one - other);
      const { report, signatures } = await collector.collect({ timeSec: slot, instruments });
      lastSlot = slot;
      const { inputs, spots, timeSec } = report;
      await internal.call('oracle_submitReport', { timeSec, inputs, spots: spots.map(String), signatures });
    } catch (error) {
      if (!(error instanceof OracleError || error instanceof RpcFailure)) throw error;
      config.log(`oracle: ${error.message}`);
    }
  };
}
