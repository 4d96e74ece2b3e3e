import { headerWord, l1OpWords, settlementWord, tradeWords, withdrawalWord } from '../../node/core/codec/words.ts';
import type { BatchRows } from '../../node/core/protocol/rows.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';

const pad = (words: readonly bigint[], length: number): bigint[] => [
  ...words,
  ...Array<bigint>(length - words.length).fill(0n),
];

/** Words of all rows of the shape, unused ones 0: as the transcript absorbs them (protocol, section 6). */
export const paddedWords = (rows: BatchRows, shape: Shape): bigint[] => [
  headerWord(rows),
  ...pad(rows.l1Ops.flatMap(l1OpWords), 4 * shape.l1Ops),
  ...pad(rows.withdrawals.map(withdrawalWord), shape.withdrawals),
  ...pad(rows.trades.flatMap(tradeWords), 2 * shape.trades),
  ...pad(rows.settlements.map(settlementWord), shape.settlements),
];
