import type { Hasher } from '../crypto/hasher.ts';
import { createReferenceVerifier, type SignatureVerifier } from '../crypto/signatureVerifier.ts';
import type { Deployment } from '../protocol/deployment.ts';
import { ACCOUNT_TREE_DEPTH, INTENT_TREE_DEPTH } from '../protocol/limits.ts';
import type { RiskTable } from '../protocol/riskRow.ts';
import type { BatchAuthorisations, BatchRows } from '../protocol/rows.ts';
import { MAX_UINT32, WIDTH } from '../protocol/widths.ts';
import { isFairLiquidation, isMarginBinding, type Margin, marginOf, mayEndAt } from '../risk/margin.ts';
import { RiskError } from '../risk/RiskError.ts';
import { indexRiskTable, type RiskIndex } from '../risk/riskTable.ts';
import { riskTableHash } from '../risk/tableHash.ts';
import { OverlayNodes } from '../tree/nodeStore.ts';
import { treeRoot, updateLeaves, updateTrees } from '../tree/octTree.ts';
import { fitsUnsignedNumber } from '../units/bounds.ts';
import { invariant } from '../units/invariant.ts';
import { accountLeaves, intentsRoot } from './accountLeaf.ts';
import type { AccountTransition, BatchTransition } from './batchTransition.ts';
import { checkAuthorisations } from './checkAuthorisations.ts';
import { chunksNeeded, fitShape } from './fitShape.ts';
import { LedgerError, type LedgerErrorCode } from './LedgerError.ts';
import type { LedgerStore } from './ledgerStore.ts';
import { checkBalance, moveSlots, postL1Op, postSettlement, postTrade, postWithdrawal } from './postRows.ts';
import { type StateHead, stateRoot } from './stateRoot.ts';
import { type WorkingAccount, WorkingSet } from './workingAccount.ts';

/** What a deployment fixes. */
export interface LedgerContext {
  readonly hasher: Hasher;
  /** Checks the signatures of batches that come with them; left out: core's own. */
  readonly verifier?: SignatureVerifier;
  readonly domain: bigint;
  readonly deployment: Deployment;
}

export interface Batch {
  readonly rows: BatchRows;
  readonly timeSec: number;
  readonly riskTable: RiskTable;
  /** The signed messages behind the rows; left out by the watcher, which relies on the proof for them. */
  readonly authorisations?: BatchAuthorisations;
}

const EMPTY_HOLDINGS = { cash: 0n, positions: [] };

function checkHead({ rows, timeSec }: Batch, head: StateHead): void {
  if (rows.batchNumber !== head.batchNumber) {
    throw new LedgerError('LEDGER_BATCH_NUMBER', 'batch refused: it is not the next one', {
      expected: head.batchNumber,
      found: rows.batchNumber,
    });
  }
  if (!fitsUnsignedNumber(timeSec, WIDTH.time) || timeSec < head.lastTimeSec) {
    throw new LedgerError('LEDGER_TIME', 'batch refused: its time is before the last', {
      timeSec,
      lastTimeSec: head.lastTimeSec,
    });
  }
}

function postAll({ rows, authorisations }: Batch, accounts: WorkingSet, table: RiskIndex): void {
  checkBalance(rows.trades);
  for (const row of rows.l1Ops) postL1Op(accounts, row);
  const withdrawn = rows.withdrawals.map((row) => postWithdrawal(accounts, row));
  const traded = rows.trades.map((row, i) => {
    return postTrade(accounts, row, table, authorisations?.trades[i]?.intent.maxLots ?? MAX_UINT32);
  });
  moveSlots([...withdrawn, ...traded.filter((move) => move !== null)]);
  for (const row of rows.settlements) postSettlement(accounts, row, table);
}

function checkMargin(account: WorkingAccount, before: Margin, after: Margin): void {
  const refuse = (code: LedgerErrorCode, why: string): never => {
    throw new LedgerError(code, `batch refused: ${why}`, {
      account: account.id,
      worstBefore: `${before.worst}`,
      worstAfter: `${after.worst}`,
    });
  };
  if (account.hasLiquidationRow) {
    if (account.hasSignedRow || account.hasL1Op) {
      refuse('LEDGER_LIQUIDATION', 'a liquidated account has signed rows or L1 ops in the same batch');
    }
    if (!isFairLiquidation(before, after)) refuse('LEDGER_LIQUIDATION', 'a liquidation breaks its rule');
  }
  if (!mayEndAt(before, after)) refuse('LEDGER_MARGIN', 'an account ends below initial margin and worse than before');
  if (account.wasShaved && !isMarginBinding(after)) {
    refuse('LEDGER_SHAVED', 'a forced withdrawal is paid less than asked though margin does not bind');
  }
}

/** An account as the rows leave it, its rules checked, its hashes still to come. */
interface Settled extends Pick<AccountTransition, 'after' | 'marginBefore' | 'marginAfter'> {
  readonly account: WorkingAccount;
  readonly slotNodes: OverlayNodes;
}

/** Bounds and margin of one account. */
function settleAccount(deployment: Deployment, store: LedgerStore, account: WorkingAccount, table: RiskIndex): Settled {
  const after = account.finish();
  const marginBefore = marginOf(account.before ?? EMPTY_HOLDINGS, table, deployment.columns);
  const marginAfter = marginOf(after, table, deployment.columns);
  checkMargin(account, marginBefore, marginAfter);
  return { account, after, marginBefore, marginAfter, slotNodes: new OverlayNodes(store.slotNodes(account.id)) };
}

/** Closes all accounts of a batch: their rules first, then slot roots and leaves, each level of all trees hashed at once. */
function closeAccounts(
  { hasher, deployment }: LedgerContext,
  store: LedgerStore,
  accounts: readonly WorkingAccount[],
  table: RiskIndex,
): AccountTransition[] {
  const settled = accounts.map((account) => settleAccount(deployment, store, account, table));
  const rootsBefore = settled.map(({ slotNodes }) => intentsRoot(hasher, slotNodes));
  const updates = settled.map(({ account, slotNodes }) => ({ nodes: slotNodes, leaves: account.slots }));
  const rootsAfter = updateTrees(hasher, INTENT_TREE_DEPTH, updates);
  const leaves = accountLeaves(
    hasher,
    settled.map(({ after }, at) => ({ account: after, intentsRoot: rootsAfter[at] ?? 0n })),
  );
  return settled.map(({ account, after, marginBefore, marginAfter, slotNodes }, at) => {
    const [intentsRootBefore, intentsRootAfter, leafAfter] = [rootsBefore[at], rootsAfter[at], leaves[at]];
    invariant(intentsRootBefore !== undefined && intentsRootAfter !== undefined, 'every account has a slot tree');
    invariant(leafAfter !== undefined, 'every account has one leaf');
    return {
      account: account.id,
      before: account.before,
      after,
      leafBefore: store.accountNodes.get(0, account.id) ?? 0n,
      leafAfter,
      intentsRootBefore,
      intentsRootAfter,
      liquidated: account.hasLiquidationRow,
      keyChanged: account.keyChanged,
      marginBefore,
      marginAfter,
      slotWrites: slotNodes.writes(),
    };
  });
}

const advance = (head: StateHead, { rows, timeSec }: Batch): StateHead => ({
  feePool: rows.trades.reduce((sum, row) => sum + row.fee, head.feePool),
  l1OpIndex: head.l1OpIndex + rows.l1Ops.length,
  batchNumber: head.batchNumber + 1,
  lastTimeSec: timeSec,
});

/** Errors of the risk table are errors of the batch that uses it. */
function withRiskErrors<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RiskError)) throw error;
    throw new LedgerError('LEDGER_INSTRUMENT', `batch refused: ${error.message}`, error.data, error);
  }
}

/**
 * The one transition of a batch (protocol, section 6), run alike by batcher, prover and watcher. Reads the store, changes
 * nothing: the caller commits the result.
 * @throws LedgerError with the rule that the batch breaks
 */
export function applyRows(context: LedgerContext, store: LedgerStore, batch: Batch): BatchTransition {
  return withRiskErrors(() => {
    const { hasher, domain, deployment } = context;
    const { rows, riskTable } = batch;
    const headBefore = store.head();
    checkHead(batch, headBefore);
    const table = indexRiskTable(riskTable, deployment.columns);
    const working = new WorkingSet(store.account);
    postAll(batch, working, table);
    if (batch.authorisations !== undefined) {
      const { authorisations, timeSec } = batch;
      const verifier = context.verifier ?? createReferenceVerifier(hasher);
      checkAuthorisations({ verifier, hasher, domain, timeSec, rows, authorisations, accounts: working });
    }
    const accounts = closeAccounts(context, store, working.sorted(), table);
    const widths = accounts.map(({ before, after }) => chunksNeeded(before, after));
    const shape = fitShape(deployment, rows, riskTable.length, widths);
    const nodes = new OverlayNodes(store.accountNodes);
    const accountsRootBefore = treeRoot(hasher, nodes, ACCOUNT_TREE_DEPTH);
    const leaves = accounts.map(({ account, leafAfter }) => [account, leafAfter] as const);
    const accountsRootAfter = updateLeaves(hasher, nodes, ACCOUNT_TREE_DEPTH, leaves);
    const headAfter = advance(headBefore, batch);
    return {
      shape,
      accounts,
      headBefore,
      headAfter,
      accountsRootBefore,
      accountsRootAfter,
      stateRootBefore: stateRoot(hasher, domain, accountsRootBefore, headBefore),
      stateRootAfter: stateRoot(hasher, domain, accountsRootAfter, headAfter),
      riskTableHash: riskTableHash(hasher, riskTable),
      accountNodeWrites: nodes.writes(),
    };
  });
}
