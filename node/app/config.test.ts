import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseNodeConfig, readConfigFile } from './config.ts';

const LEAST = {
  dataDir: 'data',
  l1: { url: 'http://127.0.0.1:8545', chainId: 1, exchange: `0x${'e0'.repeat(20)}` },
  sequencerKey: `0x${'07'.repeat(32)}`,
};

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) });

describe('values', () => {
  test('all that has no default is enough', () => {
    expect(parseNodeConfig(LEAST)).toMatchObject({
      preset: 'development',
      rpc: { port: 8550 },
      batch: { maxAttempts: 3 },
    });
  });

  test('amounts of wei are decimal strings', () => {
    const l1 = { ...LEAST.l1, maxFeePerGasWei: '1000000000000000000' };
    expect(parseNodeConfig({ ...LEAST, l1 }).l1.maxFeePerGasWei).toBe(10n ** 18n);
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /the file/],
    ['a list', [], /the file/],
    ['an unknown field', { ...LEAST, dataDirectory: 'x' }, /dataDirectory/],
    ['an unknown field within', { ...LEAST, rpc: { prot: 1 } }, /rpc: .*prot/],
    ['an unknown preset', { ...LEAST, preset: 'huge' }, /preset/],
    ['a key too short', { ...LEAST, sequencerKey: '0x07' }, /sequencerKey/],
    ['an address of an L1 that is no URL', { ...LEAST, l1: { ...LEAST.l1, url: 'l1' } }, /l1\.url/],
    ['wei as a number', { ...LEAST, l1: { ...LEAST.l1, maxFeePerGasWei: 1 } }, /l1\.maxFeePerGasWei/],
    ['a port beyond all', { ...LEAST, rpc: { port: 65_536 } }, /rpc\.port/],
    ['a fee that is no whole number', { ...LEAST, fees: { makerFeePpm: 0.5 } }, /fees\.makerFeePpm/],
  ])('%s: refused, and named', (_what, value, message) => {
    expect(() => parseNodeConfig(value)).toThrow(refused(message));
  });

  test('each field that is wrong is named at once', () => {
    expect(() => parseNodeConfig({ ...LEAST, dataDir: '', preset: 'huge' })).toThrow(
      refused(/dataDir: .*\n.*preset: /),
    );
  });
});

describe('files', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'straddle-config-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('a file is read as it is', async () => {
    await writeFile(join(dir, 'node.json'), JSON.stringify(LEAST));
    expect(await readConfigFile(join(dir, 'node.json'))).toEqual(LEAST);
  });

  test('a file that is not there, and one that is no JSON', async () => {
    await expect(readConfigFile(join(dir, 'none.json'))).rejects.toThrow(refused(/none\.json; give an existing file/));
    await writeFile(join(dir, 'node.json'), '{');
    await expect(readConfigFile(join(dir, 'node.json'))).rejects.toThrow(refused(/node\.json is not JSON/));
  });
});
