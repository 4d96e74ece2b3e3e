import type { Hasher } from '../../node/core/crypto/hasher.ts';
import type { AccountRecord } from '../../node/core/protocol/account.ts';
import { LEGS_PER_INTENT } from '../../node/core/protocol/limits.ts';
import type { Leg, Signature } from '../../node/core/protocol/rows.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import type { BatchOpening } from './batchOpening.ts';
import type { CircuitInput } from './circuitInput.ts';
import { idleMove, type SlotMove, type SlotMoves } from './slotMoves.ts';

/** circomlib's generator of the subgroup: stands in for key and nonce point where nothing is signed. */
const BASE8 = [
  5299619240641551281634865583518297030282874472190772894086521144482721001553n,
  16950150798460657717958625567821834550301663161624707787222815936182638968203n,
] as const;
const UNSIGNED = [...BASE8, ...BASE8, 0n];
const NO_LEG: Leg = { instrument: 0, ratio: 0 };

const signatureInput = (
  record: Pick<AccountRecord, 'keyX' | 'keyY'> | undefined,
  signature: Signature | undefined,
): bigint[] =>
  record === undefined || signature === undefined
    ? UNSIGNED
    : [record.keyX, record.keyY, signature.rX, signature.rY, signature.s];

const slotInput = ({ nonceBefore, filledBefore }: SlotMove): bigint[] => [nonceBefore, filledBefore];

/** Inputs of the withdrawal rows. Signatures are checked against the account's key after the batch. */
export const withdrawalInput = (
  hasher: Hasher,
  opening: BatchOpening,
  moves: SlotMoves,
  shape: Shape,
): CircuitInput => {
  const keys = new Map(opening.accounts.map(({ account, after }) => [account, after]));
  const rows = Array.from({ length: shape.withdrawals }, (_, i) => {
    const row = opening.rows.withdrawals[i];
    const signed = opening.authorisations.withdrawals[i];
    return { row, signed, move: moves.withdrawals[i] ?? idleMove(hasher, (1n << 32n) - 1n) };
  });
  return {
    withdrawalAccount: rows.map(({ row }) => BigInt(row?.account ?? 0)),
    withdrawalNonce: rows.map(({ row }) => BigInt(row?.nonce ?? 0)),
    withdrawalAmount: rows.map(({ row }) => row?.amount ?? 0n),
    withdrawalExpiry: rows.map(({ signed }) => BigInt(signed?.intent.expirySec ?? opening.timeSec)),
    withdrawalSignature: rows.map(({ row, signed }) => signatureInput(keys.get(row?.account ?? 0), signed?.signature)),
    withdrawalSlot: rows.map(({ move }) => slotInput(move)),
    withdrawalSiblings: rows.map(({ move }) => move.siblings),
  };
};

/** Inputs of the trade rows. A row that signs nothing brings terms that pass the checks which are not waived. */
export const tradeInput = (hasher: Hasher, opening: BatchOpening, moves: SlotMoves, shape: Shape): CircuitInput => {
  const keys = new Map(opening.accounts.map(({ account, after }) => [account, after]));
  const rows = Array.from({ length: shape.trades }, (_, i) => {
    const row = opening.rows.trades[i];
    const signed = opening.authorisations.trades[i];
    const legs = Array.from({ length: LEGS_PER_INTENT }, (_, j) => row?.legs[j] ?? NO_LEG);
    const lots = BigInt(row?.lots ?? 0);
    const intent = signed?.intent;
    return {
      row,
      legs,
      lots,
      move: moves.trades[i] ?? idleMove(hasher, lots),
      terms: intent
        ? [intent.expirySec, intent.maxLots, intent.maxFeePerLot, intent.limit, intent.flags].map(BigInt)
        : [BigInt(opening.timeSec), lots, 0n, 0n, 0n],
      signature: signatureInput(keys.get(row?.account ?? 0), signed?.signature),
    };
  });
  return {
    tradeAccount: rows.map(({ row }) => BigInt(row?.account ?? 0)),
    tradeNonce: rows.map(({ row }) => BigInt(row?.nonce ?? 0)),
    tradeLots: rows.map(({ lots }) => lots),
    tradeNet: rows.map(({ row }) => row?.net ?? 0n),
    tradeFee: rows.map(({ row }) => row?.fee ?? 0n),
    tradeLiquidation: rows.map(({ row }) => (row?.liquidation ? 1n : 0n)),
    tradeInstrument: rows.map(({ legs }) => legs.map(({ instrument }) => BigInt(instrument))),
    tradeRatio: rows.map(({ legs }) => legs.map(({ ratio }) => BigInt(ratio))),
    tradeTerms: rows.map(({ terms }) => terms),
    tradeSignature: rows.map(({ signature }) => signature),
    tradeSlot: rows.map(({ move }) => slotInput(move)),
    tradeSiblings: rows.map(({ move }) => move.siblings),
  };
};
