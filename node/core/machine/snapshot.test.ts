import { expect, it } from 'vitest';
import { tableFromBytes } from '../../../test/property/tableText.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import { createMachine, restoreMachine } from './machine.ts';
import type { MachineConfig } from './machineConfig.ts';

const CONFIG: MachineConfig = {
  preset: DEVELOPMENT_PRESET,
  makerFeePpm: 100,
  takerFeePpm: 300,
  reportMaxAgeSec: 600,
  rebuildTable: tableFromBytes,
};
const bytesOf = (): Uint8Array => {
  const machine = createMachine(CONFIG);
  machine.apply({ type: 'tick', timeSec: 1_000_000 });
  return machine.snapshot();
};

it('a machine that is restored gives the same snapshot', () => {
  expect(restoreMachine(CONFIG, bytesOf()).snapshot()).toEqual(bytesOf());
});

it('refuses every spoilt byte and every length but its own', () => {
  const bytes = bytesOf();
  const damaged = expect.objectContaining({ code: 'SNAPSHOT_DAMAGED' });
  for (let at = 0; at < bytes.length; at += 7) {
    const spoilt = bytes.slice();
    spoilt[at] = (spoilt[at] ?? 0) ^ 0x20;
    expect(() => restoreMachine(CONFIG, spoilt), `byte ${at}`).toThrow(damaged);
  }
  for (const length of [0, 1, 31, 32, 33, bytes.length - 1]) {
    expect(() => restoreMachine(CONFIG, bytes.subarray(0, length)), `${length} bytes`).toThrow(damaged);
  }
  expect(() => restoreMachine(CONFIG, Uint8Array.of(...bytes, 0))).toThrow(damaged);
});

it('refuses the snapshot of another preset', () => {
  const other = { ...CONFIG, preset: { ...DEVELOPMENT_PRESET, name: 'other' } };
  expect(() => restoreMachine(other, bytesOf())).toThrow(expect.objectContaining({ code: 'SNAPSHOT_OTHER_PRESET' }));
});
