import { expect, test } from 'vitest';
import { parseChannel } from './feeds.ts';

test('channel names have one spelling', () => {
  const names = ['book.7', 'book.007', 'trades.all', 'trades.3', 'account.5', 'batches', 'index'];
  expect(names.map(parseChannel)).toEqual([
    'book.7',
    'book.7',
    'trades.all',
    'trades.3',
    'account.5',
    'batches',
    'index',
  ]);
  expect(['book', 'book.', 'book.all', 'book.x', 'index.1', 'trades.-1', 'x'].map(parseChannel)).toEqual(
    Array(7).fill(null),
  );
});
