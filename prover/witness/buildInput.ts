import { batchSignals, encodeRows } from '../../node/core/codec/words.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { sponge } from '../../node/core/crypto/sponge.ts';
import { stateRoot } from '../../node/core/ledger/stateRoot.ts';
import { publicSignals } from '../../node/core/protocol/publicSignals.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import { riskTableHash } from '../../node/core/risk/tableHash.ts';
import { accountInput } from './accountRowInput.ts';
import type { BatchOpening } from './batchOpening.ts';
import type { CircuitInput } from './circuitInput.ts';
import { paddedWords } from './dataWords.ts';
import { l1OpInput, settlementInput } from './l1RowInput.ts';
import { tradeInput, withdrawalInput } from './signedRowInput.ts';
import { slotMoves } from './slotMoves.ts';
import { tableInput } from './tableInput.ts';
import { absorbed } from './transcript.ts';

export interface WitnessInput {
  readonly input: CircuitInput;
  /** In the order of the protocol's section 6, each in [0, p). */
  readonly publicSignals: readonly bigint[];
  readonly accountsRootAfter: bigint;
  readonly dataCommit: bigint;
  /** Words of the live rows, as they go to L1. */
  readonly words: readonly bigint[];
}

/**
 * The inputs of the batch circuit of that shape, and what the proof will state. Checks nothing: core's transition has
 * checked the rules, and what does not hold is for the circuit to refuse.
 * @throws Error if the batch does not fit the shape, RiskError if an instrument is held that the table lacks.
 */
export const buildFromOpening = (
  hasher: Hasher,
  opening: BatchOpening,
  columns: number,
  shape: Shape,
): WitnessInput => {
  const { rows, domain, timeSec, headBefore } = opening;
  const moves = slotMoves(hasher, opening);
  const accounts = accountInput(hasher, opening, moves, columns, shape);
  const headAfter = {
    feePool: rows.trades.reduce((sum, { fee }) => sum + fee, headBefore.feePool),
    l1OpIndex: headBefore.l1OpIndex + rows.l1Ops.length,
    batchNumber: headBefore.batchNumber + 1,
    lastTimeSec: timeSec,
  };
  const stateRootBefore = stateRoot(hasher, domain, accounts.rootBefore, headBefore);
  const stateRootAfter = stateRoot(hasher, domain, accounts.rootAfter, headAfter);
  const tableHash = riskTableHash(hasher, opening.riskTable);
  const words = encodeRows(rows);
  const input = {
    domain,
    accountsRoot: accounts.rootBefore,
    feePool: headBefore.feePool,
    l1OpIndex: BigInt(headBefore.l1OpIndex),
    batchNumber: BigInt(headBefore.batchNumber),
    lastTime: BigInt(headBefore.lastTimeSec),
    ...tableInput(opening.riskTable, rows.trades, columns, shape),
    ...l1OpInput(opening, shape),
    ...withdrawalInput(hasher, opening, moves, shape),
    ...tradeInput(hasher, opening, moves, shape),
    ...settlementInput(opening, shape),
    ...accounts.input,
  };
  const list = absorbed(hasher, opening, moves, input, accounts.hashes, paddedWords(rows, shape), tableHash, shape);
  const dataCommit = sponge(hasher, list);
  const stated = { stateRootBefore, stateRootAfter, timeSec, riskTableHash: tableHash, dataCommit, words };
  const signals = batchSignals(stated);
  return {
    input: { ...input, ...signals },
    publicSignals: publicSignals(signals),
    accountsRootAfter: accounts.rootAfter,
    dataCommit,
    words,
  };
};
