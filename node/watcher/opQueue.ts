import { encodePacked, type Hex, keccak256, numberToHex, toHex } from 'viem';
import { l1OpWords } from '../core/codec/words.ts';
import type { L1Op, L1OpRow } from '../core/protocol/rows.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** The queue of L1 ops as L1's events tell it, with its hash chain recomputed. */
export interface OpQueue {
  /** @throws WatcherAlarm WATCH_OP_CHAIN_BROKEN if the op is not the next one, or its hash not the chain's */
  readonly push: (index: number, op: L1Op, opHash: Hex) => void;
  /** @throws WatcherAlarm WATCH_OPS_DISAGREE if a batch's ops are not the queue's next ones */
  readonly check: (rows: readonly L1OpRow[]) => void;
  /** Counts a batch's ops as processed; `check` found them right. */
  readonly take: (rows: readonly L1OpRow[]) => void;
  readonly processed: () => number;
  /** Deposits that no batch has taken up, cash units. */
  readonly pendingDeposits: () => bigint;
}

const NO_OPS: Hex = numberToHex(0n, { size: 32 });

/** keccak256(abi.encodePacked(previous, head with paid = 0, owner, keyX, keyY)) (protocol, section 7). */
export function nextOpHash(previous: Hex, op: L1Op): Hex {
  const [head, owner, keyX, keyY] = l1OpWords({ ...op, paid: 0n });
  return keccak256(
    encodePacked(['bytes32', 'uint256', 'uint256', 'uint256', 'uint256'], [previous, head, owner, keyX, keyY]),
  );
}

export function createOpQueue(): OpQueue {
  const ops: L1Op[] = [];
  let chain = NO_OPS;
  let processed = 0;
  return {
    push: (index, op, opHash) => {
      const expected = nextOpHash(chain, op);
      if (index !== ops.length || expected !== opHash) {
        const message = `L1 op ${index} does not continue the queue: op ${ops.length} with hash ${expected} was expected, not ${opHash}.`;
        throw new WatcherAlarm('WATCH_OP_CHAIN_BROKEN', message, { index, expected, actual: opHash });
      }
      chain = expected;
      ops.push(op);
    },
    check: (rows) => {
      for (const [at, row] of rows.entries()) {
        const index = processed + at;
        const op = ops[index];
        if (op !== undefined && isSameOp(op, row)) continue;
        const message = `A batch processes ${describe(row)} where the queue has ${op === undefined ? 'no op' : describe(op)} (op ${index}).`;
        throw new WatcherAlarm('WATCH_OPS_DISAGREE', message, { index });
      }
    },
    take: (rows) => {
      processed += rows.length;
    },
    processed: () => processed,
    pendingDeposits: () =>
      ops.slice(processed).reduce((sum, { kind, amount }) => (kind === 1 || kind === 2 ? sum + amount : sum), 0n),
  };
}

function isSameOp(op: L1Op, row: L1Op): boolean {
  const fields = ['kind', 'account', 'amount', 'owner', 'keyX', 'keyY'] as const;
  return fields.every((field) => op[field] === row[field]);
}

const describe = ({ kind, account, amount, owner }: L1Op): string =>
  `kind ${kind} of account ${account}, amount ${amount}, owner ${toHex(owner)}`;
