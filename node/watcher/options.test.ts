import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { startReport } from './watchReport.ts';

const RIGHT = [
  '--rpc',
  'http://127.0.0.1:8545',
  '--exchange',
  '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  '--preset',
  'standard',
];

describe('readOptions', () => {
  it('reads numbers and several files of keys', () => {
    const options = readOptions([...RIGHT, '--from-block', '12', '--keys', 'a.json', '--keys', 'b.json', '--once']);
    expect(options).toMatchObject({ fromBlock: 12n, confirmations: 0, pollMs: 1_000, once: true });
    expect(options.keys).toEqual(['a.json', 'b.json']);
  });

  it.each([
    ['--exchange', '0x12'],
    ['--exchange', '0x5FbDB2315678afecb367f032d93F642f64180aa4'],
    ['--rpc', 'localhost:8545'],
    ['--rpc', ''],
    ['--from-block', '-1'],
    ['--from-block', '1e3'],
    ['--from-block', '99999999999'],
    ['--confirmations', 'many'],
    ['--poll-ms', '1.5'],
  ])('refuses %s %s by name', (option, text) => {
    const read = () => readOptions([...RIGHT, `${option}=${text}`]);
    expect(read).toThrow(expect.objectContaining({ code: 'WATCH_CONFIG_INVALID' }));
    expect(read).toThrow(`${option} must be`);
  });
});

describe('startReport', () => {
  it('says aloud that no key is expected', () => {
    const options = readOptions(RIGHT);
    expect(startReport(options, null)).toMatchObject({ expectedKeys: [], warning: expect.stringContaining('--keys') });
    const keys = new Map([['0x12', 'shapes.json: standard']] as const);
    expect(startReport(options, keys)).toMatchObject({ expectedKeys: ['shapes.json: standard'], warning: null });
  });
});
