import type { Address } from 'viem';
import { CodecError } from '../../../node/core/codec/CodecError.ts';
import type { Receipt } from '../../../node/core/heads/head.ts';
import type { Outcome } from '../../../node/gateway/intake/intake.ts';
import { SequencerError } from '../../../node/sequencer/SequencerError.ts';
import type { Prng } from '../../property/prng.ts';
import type { Call } from '../chain/contract.ts';
import { type Network, NoAnswer } from '../world/Network.ts';
import type { Process } from '../world/Process.ts';
import type { Door, DoorNow } from './Door.ts';
import type { Trader } from './Trader.ts';

export interface TradersOptions {
  readonly traders: readonly Trader[];
  readonly random: Prng;
  /** Where traders run: they do not crash. */
  readonly process: Process;
  readonly network: Network;
  readonly doorNow: DoorNow;
  readonly sendOnL1: (from: Address, call: Call) => void;
  readonly claimable: (owner: Address) => bigint;
  /** The node has answered with a receipt, whether or not the trader hears of it. */
  readonly onReceipt: (receipt: Receipt) => void;
  /** The node failed to answer. */
  readonly onInternal: (error: unknown) => void;
  readonly areDone: () => boolean;
}

const TURN_MS = 10_000;
const TIMEOUT_MS = 30_000;

/** Each trader acts, waits, and acts again. */
export const startTraders = (options: TradersOptions): void => {
  const { areDone, process, random, traders } = options;
  const { clock } = process;
  const turn = (trader: Trader): void => {
    if (areDone()) return;
    clock.after(random.between(200, 2 * TURN_MS), () => turn(trader));
    act(options, trader);
    // Two at once, now and then.
    if (random.chance(5)) act(options, trader);
  };
  for (const trader of traders) clock.after(random.between(0, TURN_MS), () => turn(trader));
};

const act = (
  { claimable, doorNow, network, onInternal, onReceipt, process, sendOnL1 }: TradersOptions,
  trader: Trader,
): void => {
  const view = doorNow()?.view ?? null;
  const move = trader.next(view, Math.floor(process.clock.nowMs() / 1000), claimable(trader.owner));
  if (move === null) return;
  if (move.to === 'l1') {
    sendOnL1(trader.owner, move.call);
    return;
  }
  const { entry } = move;
  const submit = async (door: Door): Promise<Outcome> => {
    const outcome = await door.submit(entry);
    if (outcome.receipt !== null) onReceipt(outcome.receipt);
    return outcome;
  };
  // What a trader does about a call without an answer is to go on.
  network.call(process, doorNow, submit, TIMEOUT_MS).catch((error: unknown) => {
    const isAnswer = error instanceof NoAnswer || error instanceof SequencerError || error instanceof CodecError;
    if (!isAnswer) onInternal(error);
  });
};
