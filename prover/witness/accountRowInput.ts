import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { accountLeaf } from '../../node/core/ledger/accountLeaf.ts';
import type { AccountRecord } from '../../node/core/protocol/account.ts';
import { ACCOUNT_TREE_DEPTH, INTENT_TREE_DEPTH, POSITIONS_PER_CHUNK } from '../../node/core/protocol/limits.ts';
import { type BatchRows, L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import { type Margin, marginOf } from '../../node/core/risk/margin.ts';
import { indexRiskTable, type RiskIndex } from '../../node/core/risk/riskTable.ts';
import { MemoryNodes } from '../../node/core/tree/nodeStore.ts';
import { treeRoot } from '../../node/core/tree/octTree.ts';
import { assignAccountRows } from './assignAccountRows.ts';
import type { AccountMove, BatchOpening } from './batchOpening.ts';
import type { CircuitInput } from './circuitInput.ts';
import { Octree } from './octree.ts';
import type { SlotMoves } from './slotMoves.ts';

/** Of one account row, in the order of batch.circom's inputs. */
interface RowInput {
  readonly id: bigint;
  readonly control: readonly bigint[];
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
  readonly inDebt: bigint;
  readonly settled: readonly bigint[];
  readonly hashes: readonly [bigint, bigint];
}

/** Leaf hashes of what each account row holds before and after, for the transcript: of unused rows and new accounts too. */
export type RowHashes = readonly (readonly [bigint, bigint])[];

const oneHot = (length: number, at: number): bigint[] => Array.from({ length }, (_, i) => (i === at ? 1n : 0n));

/** liquidated, bound, keyChanged, opened, and how many signed rows, plain L1 ops and shaved withdrawals look the account up. */
const controlOf = (rows: BatchRows, { account, before }: AccountMove): bigint[] => {
  const trades = rows.trades.filter((row) => row.account === account);
  const withdrawals = rows.withdrawals.filter((row) => row.account === account);
  const ops = rows.l1Ops.filter((row) => row.account === account);
  const shaved = ops.filter(({ kind, paid, amount }) => kind === L1_OP_KIND.FORCED_WITHDRAWAL && paid < amount).length;
  const keyOp = ops.some(({ kind }) => kind === L1_OP_KIND.OPEN || kind === L1_OP_KIND.CHANGE_KEY);
  return [
    trades.some((row) => row.liquidation) ? 1n : 0n,
    shaved > 0 ? 1n : 0n,
    keyOp ? 1n : 0n,
    before === null ? 1n : 0n,
    BigInt(trades.length + withdrawals.length),
    BigInt(ops.length - shaved),
    BigInt(shaved),
  ];
};

type Held = Omit<AccountRecord, 'slots'>;

/** L_s of an account: its equity without cash. */
const scenarioValues = ({ equity }: Margin, cash: bigint): bigint[] => equity.map((value) => value - cash);

const worstColumn = ({ equity, shortCharge, worst }: Margin): number => equity.indexOf(worst + shortCharge);

const positionsInput = (record: Held | null, chunks: number): { ids: bigint[]; lots: bigint[] } => {
  const slots = Array.from({ length: chunks * POSITIONS_PER_CHUNK }, (_, i) => record?.positions[i]);
  return {
    ids: slots.map((position) => BigInt(position?.instrument ?? 0)),
    lots: slots.map((position) => BigInt(position?.lots ?? 0)),
  };
};

const headInput = (record: Held, intentsRoot: bigint): bigint[] => [
  record.keyX,
  record.keyY,
  record.owner,
  record.cash,
  intentsRoot,
];

/** What all rows of a batch share. */
interface RowContext {
  readonly hasher: Hasher;
  readonly rows: BatchRows;
  readonly moves: SlotMoves;
  readonly table: RiskIndex;
  readonly columns: number;
  /** The account tree as the row before left it. */
  readonly tree: Octree;
}

/** A floor for u_s after: 0 if that much is reached; others, and the liquidated, show how far they rose, up to initial margin. */
const marginInput = (before: Margin, after: Margin, isLiquidated: boolean) => {
  const useInitial = !isLiquidated && after.worst >= 0n;
  const floor = after.worst < 0n ? after.worst : 0n;
  const columns = before.equity.length;
  return {
    shortBefore: before.shortCharge,
    shortAfter: after.shortCharge,
    floor: useInitial ? 0n : floor,
    useInitial: useInitial ? 1n : 0n,
    selectBefore: oneHot(columns, worstColumn(before)),
    selectAfter: oneHot(columns, worstColumn(after)),
    inDebt: !useInitial && (after.equity[0] ?? 0n) < 0n ? 1n : 0n,
  };
};

/** Which positions before the batch its settlement rows close. */
const settledInput = (rows: BatchRows, account: number, held: readonly bigint[]): bigint[] => {
  const closed = new Set(rows.settlements.flatMap((row) => (row.account === account ? [BigInt(row.instrument)] : [])));
  return held.map((instrument) => (closed.has(instrument) ? 1n : 0n));
};

const liveRow = (context: RowContext, chunks: number, move: AccountMove): RowInput => {
  const { account, before, after } = move;
  const { hasher, table, columns, tree } = context;
  const roots = context.moves.roots.get(account) ?? { before: 0n, after: 0n };
  const control = controlOf(context.rows, move);
  const marginBefore = marginOf(before ?? { cash: 0n, positions: [] }, table, columns);
  const marginAfter = marginOf(after, table, columns);
  // A new account starts as an empty one under the key that it is given.
  const content = before ?? { ...after, cash: 0n, positions: [] };
  const hashAfter = accountLeaf(hasher, after, roots.after);
  const siblings = tree.path(account);
  tree.set(account, hashAfter);
  const held = positionsInput(before, chunks);
  const left = positionsInput(after, chunks);
  return {
    id: BigInt(account),
    control,
    before: headInput(content, roots.before),
    after: headInput(after, roots.after),
    instrumentBefore: held.ids,
    lotsBefore: held.lots,
    instrumentAfter: left.ids,
    lotsAfter: left.lots,
    siblings,
    valuesBefore: scenarioValues(marginBefore, before?.cash ?? 0n),
    valuesAfter: scenarioValues(marginAfter, after.cash),
    ...marginInput(marginBefore, marginAfter, control[0] === 1n),
    settled: settledInput(context.rows, account, held.ids),
    hashes: [accountLeaf(hasher, content, roots.before), hashAfter],
  };
};

const NOBODY = { keyX: 0n, keyY: 0n, owner: 0n, cash: 0n, positions: [] };

const unusedRow = (hasher: Hasher, chunks: number, columns: number): RowInput => {
  const nothing = Array<bigint>(chunks * POSITIONS_PER_CHUNK).fill(0n);
  const noValues = Array<bigint>(columns).fill(0n);
  const emptySlots = treeRoot(hasher, new MemoryNodes(), INTENT_TREE_DEPTH);
  const head = headInput(NOBODY, emptySlots);
  const hash = accountLeaf(hasher, NOBODY, emptySlots);
  return {
    id: 0n,
    control: Array<bigint>(7).fill(0n),
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
    inDebt: 0n,
    settled: nothing,
    hashes: [hash, hash],
  };
};

/** Inputs of the account rows in circuit order, each path taken from the tree as the row before left it. */
export const accountInput = (
  hasher: Hasher,
  opening: BatchOpening,
  moves: SlotMoves,
  columns: number,
  shape: Shape,
): {
  readonly input: CircuitInput;
  readonly hashes: RowHashes;
  readonly rootBefore: bigint;
  readonly rootAfter: bigint;
} => {
  const tree = new Octree(hasher, ACCOUNT_TREE_DEPTH, opening.accountNodes);
  const rootBefore = tree.root;
  const table = indexRiskTable(opening.riskTable, columns);
  const context: RowContext = { hasher, rows: opening.rows, moves, table, columns, tree };
  const rows = assignAccountRows(opening.accounts, shape).map((move, a) => {
    const chunks = shape.accountChunks[a] ?? 1;
    return move === null ? unusedRow(hasher, chunks, columns) : liveRow(context, chunks, move);
  });
  const input: CircuitInput = {
    accountId: rows.map((row) => row.id),
    accountControl: rows.map((row) => row.control),
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
    inDebt: rows.map((row) => row.inDebt),
    settled: rows.flatMap((row) => row.settled),
  };
  return { input, hashes: rows.map((row) => row.hashes), rootBefore, rootAfter: tree.root };
};
