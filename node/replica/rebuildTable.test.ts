import { hexToBytes } from 'viem';
import { expect, it } from 'vitest';
import { testGenesis } from '../../test/property/testMachine.ts';
import { createMachine } from '../core/machine/machine.ts';
import { decodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { DEVELOPMENT_PRESET } from '../core/protocol/presets.ts';
import { createReportContent } from '../oracle/reportContent.ts';
import { rebuildTable, spotsOf } from './rebuildTable.ts';

const NOW = 1_000;
const CALL = { instrument: 0x10001, kind: 'call', expirySec: 9_000, strike: 29_000_000n } as const;

const { inputs: hex } = createReportContent({
  market: 1,
  source: { description: 'still', priceAt: () => 30_000_000n },
  deployment: DEVELOPMENT_PRESET,
  settlementWindowSec: 10,
  hashTable: () => 1n,
})(NOW, [CALL]);
const inputs = hexToBytes(hex);
const spots = spotsOf(decodeReportInputs(inputs));

/** What a machine says to a report of these inputs whose entry says this beside them. */
function outcome(said: { readonly timeSec?: number; readonly spots?: readonly bigint[] }) {
  const machine = createMachine({ deployments: [DEVELOPMENT_PRESET], rebuildTable }, testGenesis(DEVELOPMENT_PRESET));
  machine.apply({ type: 'tick', timeSec: NOW });
  machine.apply({ type: 'list', instruments: [CALL] });
  const entry = { type: 'report', timeSec: NOW, inputs, spots, signatures: [], ...said } as const;
  return machine.apply(entry).rejections[0]?.name ?? null;
}

it('a report whose entry says what its inputs hold is taken', () => {
  expect(spots).toEqual([(1n << 40n) | 30_000_000n]);
  expect(outcome({})).toBeNull();
});

it.each([
  ['another spot', { spots: [(1n << 40n) | 30_000_001n] }],
  ['the spot of another market', { spots: [(2n << 40n) | 30_000_000n] }],
  ['no spot', { spots: [] }],
  ['a spot more', { spots: [...spots, (2n << 40n) | 5n] }],
  ['another time', { timeSec: NOW - 1 }],
])('one that says %s is refused', (_, said) => {
  expect(outcome(said)).toBe('REPORT_INVALID');
});
