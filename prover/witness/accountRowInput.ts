import type { Hasher } from '../../node/core/crypto/hasher.ts';
import type { AccountRecord } from '../../node/core/ledger/account.ts';
import { type BatchRows, L1_OP_KIND } from '../../node/core/ledger/rows.ts';
import { ACCOUNT_TREE_DEPTH, POSITIONS_PER_CHUNK, type Shape } from '../../node/core/presets.ts';
import { accountLeaf, intentTree } from './accountHashes.ts';
import { assignAccountRows } from './assignAccountRows.ts';
import type { AccountMove, BatchOpening } from './batchOpening.ts';
import type { CircuitInput } from './circuitInput.ts';
import { marginClaim } from './marginClaims.ts';
import type { SlotMoves } from './slotMoves.ts';

/** Of one account row, in the order of batch.circom's inputs. */
interface RowInput {
  readonly id: bigint;
  readonly control: readonly bigint[];
  readonly exists: bigint;
  readonly before: readonly bigint[];
  readonly after: readonly bigint[];
  readonly instrumentBefore: readonly bigint[];
  readonly lotsBefore: readonly bigint[];
  readonly instrumentAfter: readonly bigint[];
  readonly lotsAfter: readonly bigint[];
  readonly siblings: readonly (readonly bigint[])[];
  readonly valuesBefore: readonly bigint[];
  readonly valuesAfter: readonly bigint[];
  readonly shortBefore: bigint;
  readonly shortAfter: bigint;
  readonly floor: bigint;
  readonly useInitial: bigint;
  readonly selectBefore: readonly bigint[];
  readonly selectAfter: readonly bigint[];
  readonly leaves: readonly [bigint, bigint];
}

/** Leaves before and after of each account row, for the transcript; 0 for unused rows and new leaves. */
export type RowLeaves = readonly (readonly [bigint, bigint])[];

const oneHot = (length: number, at: number): bigint[] => Array.from({ length }, (_, i) => (i === at ? 1n : 0n));

/** liquidated, bound, keyChanged, and how many signed rows, plain L1 ops and shaved withdrawals look the account up. */
const controlOf = (rows: BatchRows, account: number): bigint[] => {
  const trades = rows.trades.filter((row) => row.account === account);
  const withdrawals = rows.withdrawals.filter((row) => row.account === account);
  const ops = rows.l1Ops.filter((row) => row.account === account);
  const shaved = ops.filter(({ kind, paid, amount }) => kind === L1_OP_KIND.FORCED_WITHDRAWAL && paid < amount).length;
  const keyOp = ops.some(({ kind }) => kind === L1_OP_KIND.OPEN || kind === L1_OP_KIND.CHANGE_KEY);
  return [
    trades.some((row) => row.liquidation) ? 1n : 0n,
    shaved > 0 ? 1n : 0n,
    keyOp ? 1n : 0n,
    BigInt(trades.length + withdrawals.length),
    BigInt(ops.length - shaved),
    BigInt(shaved),
  ];
};

const positionsInput = (record: AccountRecord | null, chunks: number): { ids: bigint[]; lots: bigint[] } => {
  const slots = Array.from({ length: chunks * POSITIONS_PER_CHUNK }, (_, i) => record?.positions[i]);
  return {
    ids: slots.map((position) => BigInt(position?.instrument ?? 0)),
    lots: slots.map((position) => BigInt(position?.lots ?? 0)),
  };
};

const headInput = (record: AccountRecord, intentsRoot: bigint): bigint[] => [
  record.keyX,
  record.keyY,
  record.owner,
  record.cash,
  intentsRoot,
];

const liveRow = (
  hasher: Hasher,
  opening: BatchOpening,
  moves: SlotMoves,
  chunks: number,
  columns: number,
  { account, before, after }: AccountMove,
): RowInput => {
  const roots = moves.roots.get(account) ?? { before: 0n, after: 0n };
  const control = controlOf(opening.rows, account);
  const claimBefore = marginClaim(before, opening.riskTable, columns);
  const claimAfter = marginClaim(after, opening.riskTable, columns);
  const liquidated = control[0] === 1n;
  const useInitial = !liquidated && claimAfter.worst >= 0n;
  const floor = liquidated ? claimAfter.worst : claimBefore.worst;
  const leafBefore = before === null ? 0n : accountLeaf(hasher, before, roots.before);
  const leafAfter = accountLeaf(hasher, after, roots.after);
  const siblings = opening.accountTree.path(account);
  opening.accountTree.set(account, leafAfter);
  const held = positionsInput(before, chunks);
  const left = positionsInput(after, chunks);
  return {
    id: BigInt(account),
    control,
    exists: before === null ? 0n : 1n,
    before: before === null ? [after.keyX, after.keyY, after.owner, 0n, roots.before] : headInput(before, roots.before),
    after: headInput(after, roots.after),
    instrumentBefore: held.ids,
    lotsBefore: held.lots,
    instrumentAfter: left.ids,
    lotsAfter: left.lots,
    siblings,
    valuesBefore: claimBefore.values,
    valuesAfter: claimAfter.values,
    shortBefore: claimBefore.short,
    shortAfter: claimAfter.short,
    floor: useInitial ? 0n : floor,
    useInitial: useInitial ? 1n : 0n,
    selectBefore: oneHot(columns, claimBefore.worstColumn),
    selectAfter: oneHot(columns, claimAfter.worstColumn),
    leaves: [leafBefore, leafAfter],
  };
};

const unusedRow = (hasher: Hasher, chunks: number, columns: number): RowInput => {
  const nothing = Array<bigint>(chunks * POSITIONS_PER_CHUNK).fill(0n);
  const noValues = Array<bigint>(columns).fill(0n);
  const head = [0n, 0n, 0n, 0n, intentTree(hasher, null).root];
  return {
    id: 0n,
    control: Array<bigint>(6).fill(0n),
    exists: 0n,
    before: head,
    after: head,
    instrumentBefore: nothing,
    lotsBefore: nothing,
    instrumentAfter: nothing,
    lotsAfter: nothing,
    siblings: Array.from({ length: ACCOUNT_TREE_DEPTH }, () => Array<bigint>(8).fill(0n)),
    valuesBefore: noValues,
    valuesAfter: noValues,
    shortBefore: 0n,
    shortAfter: 0n,
    floor: 0n,
    useInitial: 1n,
    selectBefore: oneHot(columns, 0),
    selectAfter: oneHot(columns, 0),
    leaves: [0n, 0n],
  };
};

/**
 * Inputs of the account rows in circuit order, each path taken from the tree as the row before left it.
 * Leaves `opening.accountTree` as it is after the batch.
 */
export const accountInput = (
  hasher: Hasher,
  opening: BatchOpening,
  moves: SlotMoves,
  columns: number,
  shape: Shape,
): { readonly input: CircuitInput; readonly leaves: RowLeaves } => {
  const rows = assignAccountRows(opening.accounts, shape).map((move, a) => {
    const chunks = shape.accountChunks[a] ?? 1;
    return move === null ? unusedRow(hasher, chunks, columns) : liveRow(hasher, opening, moves, chunks, columns, move);
  });
  const input: CircuitInput = {
    accountId: rows.map((row) => row.id),
    accountControl: rows.map((row) => row.control),
    accountExists: rows.map((row) => row.exists),
    accountBefore: rows.map((row) => row.before),
    accountAfter: rows.map((row) => row.after),
    instrumentBefore: rows.flatMap((row) => row.instrumentBefore),
    lotsBefore: rows.flatMap((row) => row.lotsBefore),
    instrumentAfter: rows.flatMap((row) => row.instrumentAfter),
    lotsAfter: rows.flatMap((row) => row.lotsAfter),
    accountSiblings: rows.map((row) => row.siblings),
    valuesBefore: rows.map((row) => row.valuesBefore),
    valuesAfter: rows.map((row) => row.valuesAfter),
    shortBefore: rows.map((row) => row.shortBefore),
    shortAfter: rows.map((row) => row.shortAfter),
    floor: rows.map((row) => row.floor),
    useInitial: rows.map((row) => row.useInitial),
    selectBefore: rows.map((row) => row.selectBefore),
    selectAfter: rows.map((row) => row.selectAfter),
  };
  return { input, leaves: rows.map((row) => row.leaves) };
};
