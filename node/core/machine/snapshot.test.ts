import { expect, it } from 'vitest';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import { createMachine, restoreMachine } from './machine.ts';

const RULES = testRules(DEVELOPMENT_PRESET);
const bytesOf = (): Uint8Array => {
  const machine = createMachine(RULES, testGenesis(DEVELOPMENT_PRESET));
  machine.apply({ type: 'tick', timeSec: 1_000_000 });
  return machine.snapshot();
};

it('a machine that is restored gives the same snapshot', () => {
  expect(restoreMachine(RULES, bytesOf()).snapshot()).toEqual(bytesOf());
});

it('refuses every spoilt byte and every length but its own', () => {
  const bytes = bytesOf();
  const damaged = expect.objectContaining({ code: 'SNAPSHOT_DAMAGED' });
  for (let at = 0; at < bytes.length; at += 7) {
    const spoilt = bytes.slice();
    spoilt[at] = (spoilt[at] ?? 0) ^ 0x20;
    expect(() => restoreMachine(RULES, spoilt), `byte ${at}`).toThrow(damaged);
  }
  for (const length of [0, 1, 31, 32, 33, bytes.length - 1]) {
    expect(() => restoreMachine(RULES, bytes.subarray(0, length)), `${length} bytes`).toThrow(damaged);
  }
  expect(() => restoreMachine(RULES, Uint8Array.of(...bytes, 0))).toThrow(damaged);
});

it('refuses the snapshot of another deployment', () => {
  const other = testRules({ ...DEVELOPMENT_PRESET, columns: 30 });
  expect(() => restoreMachine(other, bytesOf())).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_OTHER_DEPLOYMENT' }),
  );
});
