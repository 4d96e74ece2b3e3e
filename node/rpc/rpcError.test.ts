import { expect, test } from 'vitest';
import { rpcErrorName } from './rpcError.ts';

test('names and numbers are as clients know them', () => {
  const named = Array.from({ length: 800 }, (_, k) => -32_001 - k).flatMap((code) => {
    const name = rpcErrorName(code);
    return name === null ? [] : [[name, code]];
  });
  expect(named).toEqual([
    ['BUSY', -32_001],
    ['ORACLE_STALE', -32_002],
    ['NOT_ACCEPTING', -32_003],
    ['NOT_FOUND', -32_004],
    ['TOO_LARGE', -32_005],
    ['TOO_MANY_SUBSCRIPTIONS', -32_006],
    ['REFUSED', -32_007],
    ['KEY_CHANGED', -32_008],
    ['INVALID_REQUEST', -32_600],
    ['METHOD_NOT_FOUND', -32_601],
    ['INVALID_PARAMS', -32_602],
    ['INTERNAL', -32_603],
    ['PARSE', -32_700],
  ]);
});
