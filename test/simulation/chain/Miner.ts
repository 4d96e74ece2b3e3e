import type { Faults } from '../world/Faults.ts';
import type { Scheduler } from '../world/Scheduler.ts';
import type { Streams } from '../world/Streams.ts';
import { BLOCK_SEC, CONFIRMATIONS } from '../world/settings.ts';
import type { SimulatedChain } from './SimulatedChain.ts';

const GWEI = 1_000_000_000n;

export interface MinerOptions {
  readonly scheduler: Scheduler;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly chain: SimulatedChain;
  /** The chain is another than it was. */
  readonly onBlock: () => void;
}

/** Makes L1 go on, stall, charge, forget and change its mind. */
export const startMiner = ({ chain, faults, onBlock, scheduler, streams }: MinerOptions): void => {
  const random = streams.of('miner');
  const nowSec = (): number => Math.floor(scheduler.nowMs / 1000);
  const turn = (): void => {
    scheduler.after((BLOCK_SEC + random.between(-2, 2)) * 1000, turn);
    const spike = faults.isOn('gasSpike') ? BigInt(streams.of('gas').between(3, 60)) : 1n;
    chain.baseFee = BigInt(random.between(8, 14)) * GWEI * spike;
    if (faults.isOn('l1Stall')) return;
    chain.mine(Math.max(nowSec(), chain.head.timeSec + 1));
    onBlock();
  };
  turn();
  faults.schedule('gasSpike');
  faults.schedule('l1Stall');
  faults.schedule('poolDrop', () => chain.dropPool());
  faults.schedule('l1Reorg', () => {
    const reorg = streams.of('reorg');
    chain.reorganise(reorg.between(1, CONFIRMATIONS), () => reorg.chance(10));
    onBlock();
  });
};
