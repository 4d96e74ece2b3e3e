import { describe, expect, it } from 'vitest';
import { type Cursor, decodeCursor, encodeCursor } from './cursor.ts';

const OWNER = { chainId: 7, exchange: '0x00000000000000000000000000000000000000e0', fromBlock: 3n } as const;
const CURSOR: Cursor = { block: 10n ** 9n, hash: `0x${'ab'.repeat(32)}`, opCount: 5, logEntries: 12 };
const TEXT = encodeCursor(OWNER, CURSOR);

describe('decodeCursor', () => {
  it('reads what was written', () => {
    expect(decodeCursor(TEXT, OWNER, 12)).toEqual(CURSOR);
  });

  it.each([
    ['nothing', '', /not JSON/],
    ['no JSON', '{', /not JSON/],
    ['null', 'null', /no cursor/],
    ['a list', '[]', /no cursor/],
    ['another format', TEXT.replace('cursor 1', 'cursor 2'), /no cursor/],
    ['a field too many', TEXT.replace('"opCount"', '"more":1,"opCount"'), /no cursor/],
    ['a negative count', TEXT.replace('"opCount":5', '"opCount":-5'), /no cursor/],
    ['a block that is no number', TEXT.replace('"1000000000"', '"1e9"'), /no cursor/],
    ['a short hash', TEXT.replace('abab', ''), /no cursor/],
  ])('gives the reason for %s', (_, text, reason) => {
    expect(decodeCursor(text, OWNER, 12)).toMatch(reason);
  });

  it('refuses every text with a digit changed, and every one cut short', () => {
    for (let at = 0; at < TEXT.length - 1; at++) {
      const digit = TEXT[at] ?? '';
      if (/\d/.test(digit)) {
        const changed = `${TEXT.slice(0, at)}${(Number(digit) + 1) % 10}${TEXT.slice(at + 1)}`;
        expect(decodeCursor(changed, OWNER, 12), changed).toBeTypeOf('string');
      }
      expect(decodeCursor(TEXT.slice(0, at), OWNER, 12)).toBeTypeOf('string');
    }
  });
});
