import { dataPoint, dataValue, encodeRows } from '../../node/core/codec/words.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { sponge } from '../../node/core/crypto/sponge.ts';
import type { Shape } from '../../node/core/presets.ts';
import { accountInput } from './accountRowInput.ts';
import type { BatchOpening } from './batchOpening.ts';
import type { CircuitInput } from './circuitInput.ts';
import { paddedWords } from './dataWords.ts';
import { l1OpInput, settlementInput } from './l1RowInput.ts';
import { tradeInput, withdrawalInput } from './signedRowInput.ts';
import { slotMoves } from './slotMoves.ts';
import { riskTableHash, tableInput } from './tableInput.ts';
import { absorbed } from './transcript.ts';

export interface WitnessInput {
  readonly input: CircuitInput;
  /** In the order of the protocol's section 6, each in [0, p). */
  readonly publicSignals: readonly bigint[];
  readonly dataCommit: bigint;
  /** Words of the live rows, as they go to L1. */
  readonly words: readonly bigint[];
}

/**
 * The inputs of the batch circuit of that shape, and what the proof will state. Moves `opening.accountTree` to the state after
 * the batch.
 * @throws Error if the batch does not fit the shape, or an instrument is held that the risk table lacks.
 */
export const buildWitnessInput = (
  hasher: Hasher,
  opening: BatchOpening,
  columns: number,
  shape: Shape,
): WitnessInput => {
  const { rows, domain, timeSec } = opening;
  const moves = slotMoves(hasher, opening);
  const accountsRoot = opening.accountTree.root;
  const accounts = accountInput(hasher, opening, moves, columns, shape);
  const counters = [opening.feePoolBefore, opening.l1OpIndexBefore, rows.batchNumber, opening.lastTimeSec].map(BigInt);
  const fees = rows.trades.reduce((sum, { fee }) => sum + fee, 0n);
  const stateRootBefore = hasher.poseidon([domain, accountsRoot, ...counters]);
  const stateRootAfter = hasher.poseidon([
    domain,
    opening.accountTree.root,
    opening.feePoolBefore + fees,
    BigInt(opening.l1OpIndexBefore + rows.l1Ops.length),
    BigInt(rows.batchNumber + 1),
    BigInt(timeSec),
  ]);
  const tableHash = riskTableHash(hasher, opening.riskTable);
  const words = encodeRows(rows);
  const withdrawals = withdrawalInput(hasher, opening, moves, shape);
  const trades = tradeInput(hasher, opening, moves, shape);
  const input = {
    time: BigInt(timeSec),
    domain,
    accountsRoot,
    feePool: counters[0] ?? 0n,
    l1OpIndex: counters[1] ?? 0n,
    batchNumber: counters[2] ?? 0n,
    lastTime: counters[3] ?? 0n,
    ...tableInput(opening.riskTable, columns, shape),
    ...l1OpInput(opening, shape),
    ...withdrawals,
    ...trades,
    ...settlementInput(opening, shape),
    ...accounts.input,
  };
  const dataCommit = sponge(
    hasher,
    absorbed(hasher, opening, moves, input, accounts.leaves, paddedWords(rows, shape), tableHash, shape),
  );
  const point = dataPoint(dataCommit, words);
  const value = dataValue(point, words);
  const publicSignals = [stateRootBefore, stateRootAfter, BigInt(timeSec), tableHash, dataCommit, point, value];
  return {
    input: {
      ...input,
      stateRootBefore,
      stateRootAfter,
      riskTableHash: tableHash,
      dataCommit,
      dataPoint: point,
      dataValue: value,
    },
    publicSignals: publicSignals.map((signal) => ((signal % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME),
    dataCommit,
    words,
  };
};
