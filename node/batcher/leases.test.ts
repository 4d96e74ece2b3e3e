import { beforeEach, expect, test } from 'vitest';
import { createLeases, type Lease, type Leases } from './leases.ts';

const lease = (id: string, proverId: string, grantedAtMs = 0): Lease => ({
  id,
  batchNumber: 4,
  proverId,
  grantedAtMs,
  untilMs: grantedAtMs + 100,
});

let leases: Leases;
beforeEach(() => {
  leases = createLeases();
});

test('a batch is free until it is leased, and again when the term has passed', () => {
  expect(leases.isFree(4, 0)).toBe(true);
  expect(leases.grant(lease('one', 'a'))).toBeNull();
  expect([leases.isFree(4, 99), leases.isFree(4, 100), leases.isFree(5, 0)]).toEqual([false, true, true]);
});

test('two leases of one batch at a time break an invariant', () => {
  leases.grant(lease('one', 'a'));
  expect(() => leases.grant(lease('two', 'b', 99))).toThrow('assertion');
});

test('an overdue lease is held, and can be renewed, until the batch goes to somebody else', () => {
  const first = lease('one', 'a');
  leases.grant(first);
  leases.renew(first, 300);
  expect(leases.isFree(4, 299)).toBe(false);
  expect(leases.held({ leaseId: 'one', proverId: 'a' })?.untilMs).toBe(300);
  expect(leases.grant(lease('two', 'b', 300))?.id).toBe('one');
  expect(leases.held({ leaseId: 'one', proverId: 'a' })).toBeNull();
  expect(leases.held({ leaseId: 'two', proverId: 'b' })?.batchNumber).toBe(4);
});

test("a lease is its own prover's alone, and nobody's once it has ended", () => {
  leases.grant(lease('one', 'a'));
  expect(leases.held({ leaseId: 'one', proverId: 'b' })).toBeNull();
  leases.end(4);
  expect(leases.held({ leaseId: 'one', proverId: 'a' })).toBeNull();
  expect(leases.list()).toEqual([]);
});
