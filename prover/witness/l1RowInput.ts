import type { Shape } from '../../node/core/protocol/shape.ts';
import type { BatchOpening } from './batchOpening.ts';
import type { CircuitInput } from './circuitInput.ts';

/** Inputs of the L1 op rows, unused ones 0. */
export const l1OpInput = ({ rows }: BatchOpening, shape: Shape): CircuitInput => {
  const ops = Array.from({ length: shape.l1Ops }, (_, i) => rows.l1Ops[i]);
  return {
    opKind: ops.map((op) => BigInt(op?.kind ?? 0)),
    opAccount: ops.map((op) => BigInt(op?.account ?? 0)),
    opAmount: ops.map((op) => op?.amount ?? 0n),
    opPaid: ops.map((op) => op?.paid ?? 0n),
    opOwner: ops.map((op) => op?.owner ?? 0n),
    opKeyX: ops.map((op) => op?.keyX ?? 0n),
    opKeyY: ops.map((op) => op?.keyY ?? 0n),
  };
};

/** Inputs of the settlement rows: each selects its instrument's row of the table. */
export const settlementInput = ({ rows, riskTable }: BatchOpening, shape: Shape): CircuitInput => {
  const settlements = Array.from({ length: shape.settlements }, (_, i) => rows.settlements[i]);
  return {
    settlementAccount: settlements.map((row) => BigInt(row?.account ?? 0)),
    settlementInstrument: settlements.map((row) => BigInt(row?.instrument ?? 0)),
    settlementLots: settlements.map((row) => BigInt(row?.lots ?? 0)),
    settlementSelect: settlements.map((row) =>
      Array.from({ length: shape.instruments }, (_, m) =>
        row !== undefined && riskTable[m]?.instrument === row.instrument ? 1n : 0n,
      ),
    ),
  };
};
