import { encodePacked, keccak256, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { L1Op } from '../core/protocol/rows.ts';
import { createOpQueue, nextOpHash } from './opQueue.ts';

const OPEN: L1Op = { kind: 1, account: 0x100001, amount: 5_000_000n, owner: 0xabcn, keyX: 7n, keyY: 8n };
const DEPOSIT: L1Op = { kind: 2, account: 0x100001, amount: 3n, owner: 0xabcn, keyX: 0n, keyY: 0n };
const ZERO = numberToHex(0n, { size: 32 });

function queueOf(...ops: readonly L1Op[]) {
  const queue = createOpQueue();
  let hash = ZERO;
  ops.forEach((op, index) => {
    hash = nextOpHash(hash, op);
    queue.push(index, op, hash);
  });
  return queue;
}

describe('nextOpHash', () => {
  it('is keccak256 of the hash before and four words, the head packed as in the protocol', () => {
    // kind @0, account @4, amount @28, paid @92
    const head = 1n | (0x100001n << 4n) | (5_000_000n << 28n);
    const packed = encodePacked(['bytes32', 'uint256', 'uint256', 'uint256', 'uint256'], [ZERO, head, 0xabcn, 7n, 8n]);
    expect(nextOpHash(ZERO, OPEN)).toBe(keccak256(packed));
  });
});

describe('createOpQueue', () => {
  it('counts deposits until a batch takes them up, in order', () => {
    const queue = queueOf(OPEN, DEPOSIT);
    expect(queue.pendingDeposits()).toBe(5_000_003n);
    queue.check([{ ...OPEN, paid: 0n }]);
    expect(queue.processed()).toBe(0);
    queue.take([{ ...OPEN, paid: 0n }]);
    expect([queue.processed(), queue.pendingDeposits()]).toEqual([1, 3n]);
  });

  it.each([
    ['a gap', 1, DEPOSIT, ZERO],
    ['another hash', 0, OPEN, numberToHex(1n, { size: 32 })],
  ] as const)('refuses %s', (_, index, op, hash) => {
    const push = () => createOpQueue().push(index, op, hash);
    expect(push).toThrow(expect.objectContaining({ code: 'WATCH_OP_CHAIN_BROKEN' }));
  });

  it.each([
    ['skipped', DEPOSIT],
    ['with another amount', { ...OPEN, amount: 5_000_001n }],
    ['with another key', { ...OPEN, keyY: 9n }],
    ['with another owner', { ...OPEN, owner: 0xabdn }],
  ])('refuses an op %s', (_, op) => {
    const check = () => queueOf(OPEN, DEPOSIT).check([{ ...op, paid: 0n }]);
    expect(check).toThrow(expect.objectContaining({ code: 'WATCH_OPS_DISAGREE' }));
  });

  it('refuses an op beyond the queue', () => {
    const check = () => queueOf(OPEN).check([OPEN, OPEN].map((op) => ({ ...op, paid: 0n })));
    expect(check).toThrow(expect.objectContaining({ code: 'WATCH_OPS_DISAGREE' }));
  });
});
