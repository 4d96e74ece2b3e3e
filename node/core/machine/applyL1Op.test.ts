/** What feeds the queue to the machine is held to its order: no state can stand on an op that is missing. */
import { expect, it } from 'vitest';
import { simpleTable, tableBytes } from '../../../test/property/tableText.ts';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import type { L1Op, L1OpKind } from '../protocol/rows.ts';
import { createMachine, type Machine } from './machine.ts';

const NOW = 1_000_000;
const ALICE = 0x100001;

const started = (): Machine => {
  const machine = createMachine(testRules(DEVELOPMENT_PRESET), testGenesis(DEVELOPMENT_PRESET));
  machine.apply({ type: 'tick', timeSec: NOW });
  const inputs = tableBytes(simpleTable([], 1n, NOW, 15));
  machine.apply({ type: 'report', timeSec: NOW, inputs, spots: [], signatures: [] });
  return machine;
};
const op = (kind: L1OpKind, account = ALICE): L1Op => ({ kind, account, amount: 5n, owner: 9n, keyX: 4n, keyY: 5n });

it('an op that comes out of order stops the node', () => {
  const machine = started();
  const early = expect.objectContaining({ code: 'L1_OP_INDEX', index: 1, expectedIndex: 0 });
  expect(() => machine.apply({ type: 'l1Op', index: 1, op: op(1) })).toThrow(early);
  machine.apply({ type: 'l1Op', index: 0, op: op(1) });
  const again = expect.objectContaining({ code: 'L1_OP_INDEX', index: 0, expectedIndex: 1 });
  expect(() => machine.apply({ type: 'l1Op', index: 0, op: op(2) })).toThrow(again);
});

it('an op for an account that is not open, or that opens one twice, stops the node', () => {
  const refused = expect.objectContaining({ code: 'L1_OP_ACCOUNT' });
  expect(() => started().apply({ type: 'l1Op', index: 0, op: op(2) })).toThrow(refused);
  const machine = started();
  machine.apply({ type: 'l1Op', index: 0, op: op(1) });
  expect(() => machine.apply({ type: 'l1Op', index: 1, op: op(1) })).toThrow(refused);
});
