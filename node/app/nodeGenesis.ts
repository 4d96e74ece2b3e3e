import { makeGenesis } from '../core/machine/genesis.ts';
import type { Genesis } from '../core/protocol/genesis.ts';
import { PRESETS } from '../core/protocol/presets.ts';
import type { NodeConfig } from './config.ts';

/** What entry 0 of this node's log must say. */
export const nodeGenesis = ({ fees, l1, preset, sequencer }: NodeConfig): Genesis =>
  makeGenesis({
    chainId: BigInt(l1.chainId),
    exchange: BigInt(l1.exchange),
    deployment: PRESETS[preset],
    makerFeePpm: fees.makerFeePpm,
    takerFeePpm: fees.takerFeePpm,
    reportMaxAgeSec: sequencer.maxReportAgeSec,
  });
