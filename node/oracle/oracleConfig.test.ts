import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOracleConfig, readPrivateKey } from './oracleConfig.ts';

const CONFIG = {
  rpcUrl: 'http://127.0.0.1:8545',
  exchange: `0x${'e0'.repeat(20)}`,
  privateKeyFile: 'key',
  market: 15,
  preset: 'development',
  prices: { source: 'seeded', seed: '7', startPrice: '30000000', startSec: 1 },
  cadenceSec: 10,
  leapHoldSec: 60,
  maxLagSec: 60,
  settlementWindowSec: 10,
  port: 0,
};

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'straddle-oracle-'));
});
afterEach(() => rm(dir, { recursive: true }));

const fileOf = async (text: string): Promise<string> => {
  await writeFile(join(dir, 'file'), text);
  return join(dir, 'file');
};
const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'ORACLE_CONFIG_INVALID', message: expect.stringMatching(message) });

describe('configuration', () => {
  test('is taken as it is written', async () => {
    expect(await readOracleConfig(await fileOf(JSON.stringify(CONFIG)))).toEqual(CONFIG);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /JSON/],
    ['a market beyond the last', JSON.stringify({ ...CONFIG, market: 16 }), /market/],
    ['a source that there is not', JSON.stringify({ ...CONFIG, prices: { source: 'rumour' } }), /source/],
    ['a price of nothing', JSON.stringify({ ...CONFIG, prices: { ...CONFIG.prices, startPrice: '0' } }), /startPrice/],
    ['a field too many', JSON.stringify({ ...CONFIG, private: 'key' }), /private/],
  ])('%s: refused, and named', async (_what, text, message) => {
    await expect(readOracleConfig(await fileOf(text))).rejects.toThrow(refused(message));
  });

  test('a file that is not there', async () => {
    await expect(readOracleConfig(join(dir, 'none'))).rejects.toThrow(refused(/none/));
  });
});

describe('key', () => {
  test.each([
    ['with 0x', '0x'],
    ['without', ''],
  ])('64 digits %s', async (_how, prefix) => {
    expect(await readPrivateKey(await fileOf(`${prefix}${'1a'.repeat(32)}\n`))).toBe(`0x${'1a'.repeat(32)}`);
  });

  test.each([
    ['63 digits', '1'.repeat(63)],
    ['65 digits', '1'.repeat(65)],
    ['something else than digits', 'g'.repeat(64)],
    ['nothing', ''],
  ])('%s: refused, without a word of what the file holds', async (_what, text) => {
    const error = await readPrivateKey(await fileOf(text)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ORACLE_CONFIG_INVALID' });
    if (text !== '') expect(String(error)).not.toContain(text);
  });

  test('a file that is not there', async () => {
    await expect(readPrivateKey(join(dir, 'none'))).rejects.toThrow(refused(/privateKeyFile/));
  });
});
