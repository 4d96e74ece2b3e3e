import { describe, expect, it } from 'vitest';
import { testGenesis, testRules } from '../../../test/property/testMachine.ts';
import { deploymentHash } from '../codec/deploymentHash.ts';
import type { Deployment } from '../protocol/deployment.ts';
import { GENESIS_PARAMETERS, type Genesis } from '../protocol/genesis.ts';
import { DEVELOPMENT_PRESET, PRESETS } from '../protocol/presets.ts';
import { genesisOf, requireSameGenesis } from './genesis.ts';
import { createMachine, restoreMachine } from './machine.ts';

const GENESIS = testGenesis(DEVELOPMENT_PRESET);
const RULES = testRules(DEVELOPMENT_PRESET);

describe('requireSameGenesis', () => {
  const others: { readonly [Name in keyof Genesis]: Genesis[Name] } = {
    protocolVersion: 9,
    chainId: 1n,
    exchange: 5n,
    deployment: 'other',
    deploymentHash: 6n,
    makerFeePpm: 101,
    takerFeePpm: 299,
    reportMaxAgeSec: 601,
  };

  it('passes what is equal', () => {
    expect(() => requireSameGenesis(GENESIS, { ...GENESIS })).not.toThrow();
  });

  it.each(GENESIS_PARAMETERS)('refuses another %s, with both values', (name) => {
    const check = () => requireSameGenesis(GENESIS, { ...GENESIS, [name]: others[name] });
    const data = { [name]: { log: `${GENESIS[name]}`, configured: `${others[name]}` } };
    expect(check).toThrow(expect.objectContaining({ code: 'GENESIS_DIFFERS', data }));
    expect(check).toThrow(`${name} is ${GENESIS[name]} in the log and ${others[name]} in the configuration`);
  });

  it('knows every field of a genesis', () => {
    expect([...GENESIS_PARAMETERS].sort()).toEqual(Object.keys(GENESIS).sort());
  });
});

describe('deploymentHash', () => {
  it('is of what a deployment fixes: not of its name, nor of the order in which it is written', () => {
    const { columns, name, risk, shapes } = DEVELOPMENT_PRESET;
    const hash = deploymentHash(DEVELOPMENT_PRESET);
    expect(deploymentHash({ shapes, risk, name: `${name}-2`, columns })).toBe(hash);
    expect(new Set(Object.values(PRESETS).map(deploymentHash)).size).toBe(Object.keys(PRESETS).length);
  });

  it.each<[string, Partial<Deployment>]>([
    [
      'a scenario less',
      { risk: { ...DEVELOPMENT_PRESET.risk, scenarios: DEVELOPMENT_PRESET.risk.scenarios.slice(1) } },
    ],
    ['another short charge', { risk: { ...DEVELOPMENT_PRESET.risk, optionShortChargePpm: 5_001n } }],
    ['a row more', { shapes: [{ ...DEVELOPMENT_PRESET.shapes[0], trades: 5 }] }],
    ['more columns', { columns: 30 }],
  ])('changes with %s', (_, change) => {
    expect(deploymentHash({ ...DEVELOPMENT_PRESET, ...change })).not.toBe(deploymentHash(DEVELOPMENT_PRESET));
  });
});

describe('a machine', () => {
  it('takes its parameters from entry 0, which counts', () => {
    const { view } = createMachine(RULES, GENESIS);
    expect(view.genesis()).toEqual(GENESIS);
    expect(view.deployment()).toBe(DEVELOPMENT_PRESET);
    expect(view.nextEntryIndex()).toBe(1);
  });

  it.each<[string, Partial<Genesis>]>([
    ['another protocol version', { protocolVersion: 1 }],
    ['a deployment that the program does not know', { deploymentHash: 1n }],
  ])('is not made of %s', (_, change) => {
    const make = () => createMachine(RULES, { ...GENESIS, ...change });
    expect(make).toThrow(expect.objectContaining({ code: 'GENESIS_UNKNOWN' }));
  });

  it('has no second genesis', () => {
    const apply = () => createMachine(RULES, GENESIS).apply({ type: 'genesis', genesis: GENESIS });
    expect(apply).toThrow(expect.objectContaining({ code: 'GENESIS_MISPLACED' }));
    expect(() => genesisOf({ type: 'seal' })).toThrow(expect.objectContaining({ code: 'GENESIS_MISPLACED' }));
  });

  it('keeps epochs that rise by one, with their keys, across a snapshot', () => {
    const machine = createMachine(RULES, GENESIS);
    const begin = (epoch: number, nodeKey: bigint) =>
      machine.apply({ type: 'epoch', epoch, nodeKey }).rejections[0]?.name ?? null;
    expect([machine.view.epoch(), machine.view.nodeKey()]).toEqual([0, 0n]);
    expect(begin(2, 7n)).toBe('EPOCH_OUT_OF_ORDER');
    expect(begin(1, 0n)).toBe('MALFORMED_EPOCH');
    expect(begin(1, 2n ** 160n)).toBe('MALFORMED_EPOCH');
    expect(begin(1, 7n)).toBeNull();
    expect(begin(1, 8n)).toBe('EPOCH_OUT_OF_ORDER');
    expect(begin(2, 2n ** 160n - 1n)).toBeNull();
    const { view } = restoreMachine(RULES, machine.snapshot());
    expect([view.epoch(), view.nodeKey()]).toEqual([2, 2n ** 160n - 1n]);
    expect(view.genesis()).toEqual(GENESIS);
  });
});
