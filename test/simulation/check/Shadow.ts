import { createCoreLedger } from '../../../node/batcher/coreLedger.ts';
import type { LedgerContext } from '../../../node/core/ledger/applyRows.ts';
import { MemoryStore } from '../../../node/core/ledger/memoryStore.ts';
import { createMachine, type Machine } from '../../../node/core/machine/machine.ts';
import type { MachineRules } from '../../../node/core/machine/machineRules.ts';
import type { Entry } from '../../../node/core/protocol/entry.ts';
import type { Genesis } from '../../../node/core/protocol/genesis.ts';
import { checkMachine, checkMarginKept } from '../../property/invariants.ts';
import { must, Violation } from './Violation.ts';

export interface ShadowEntry {
  readonly entry: Entry;
  readonly entryHash: bigint;
  readonly chainHash: bigint;
  /** Names of the rejections, one a submission. */
  readonly rejections: readonly (string | null)[];
}

const CHECKED_EVERY = 40;

/**
 * The log replayed by somebody who never crashes: entry by entry as each becomes durable, with all that must hold of a state
 * checked on the way. What the node says, and what L1 holds, is held against it.
 */
export class Shadow {
  readonly machine: Machine;
  /** Root after so many batches; 0: genesis. */
  readonly roots: bigint[];
  readonly entries: ShadowEntry[] = [];
  readonly events = { fills: 0, liquidations: 0, settled: 0, withdrawals: 0, l1Ops: 0, keyChanges: 0, reports: 0 };
  private readonly columns: number;
  private readonly ledger: ReturnType<typeof createCoreLedger>;

  constructor(rules: MachineRules, genesis: Genesis, context: LedgerContext) {
    // Which is entry 0.
    this.machine = createMachine(rules, genesis);
    this.columns = context.deployment.columns;
    const store = new MemoryStore(context.hasher);
    this.roots = [store.stateRoot(context.domain)];
    this.ledger = createCoreLedger(context, store);
  }

  apply(entry: Entry, entryHash: bigint, chainHash: bigint): void {
    if (this.entries.length === 0) {
      must(entry.type === 'genesis', 'LOG_WITHOUT_GENESIS', () => `the log begins with ${entry.type}`);
      this.entries.push({ entry, entryHash, chainHash, rejections: [null] });
      return;
    }
    const { machine } = this;
    const trades = entry.type === 'intent' || entry.type === 'massQuote';
    const before = new Map(
      trades ? machine.view.accountIds().map((id) => [id, machine.view.account(id)?.initialExcess ?? 0n]) : [],
    );
    const result = machine.apply(entry);
    const index = this.entries.length;
    const rejections = result.rejections.map((one) => one?.name ?? null);
    this.entries.push({ entry, entryHash, chainHash, rejections });
    this.holds('MARGIN_BROKEN', index, () => {
      if (trades) checkMarginKept(before, machine, result);
    });
    if (index % CHECKED_EVERY === 0 || entry.type === 'report') {
      this.holds('MONEY_NOT_CONSERVED', index, () => checkMachine(machine, this.columns));
    }
    for (const sealed of result.sealed) {
      this.holds('BATCH_INVALID', index, () => this.roots.push(this.ledger.apply(sealed).stateRootAfter));
    }
    this.count(result.events, entry);
  }

  private count(events: readonly { readonly type: string }[], entry: Entry): void {
    const { events: counted } = this;
    for (const { type } of events) {
      if (type === 'fill') counted.fills += 1;
      if (type === 'liquidation') counted.liquidations += 1;
      if (type === 'settled') counted.settled += 1;
      if (type === 'withdrawal') counted.withdrawals += 1;
      if (type === 'l1Op') counted.l1Ops += 1;
      if (type === 'reportApplied') counted.reports += 1;
    }
    if (entry.type === 'l1Op' && entry.op.kind === 3) counted.keyChanges += 1;
  }

  private holds(code: string, index: number, check: () => void): void {
    try {
      check();
    } catch (error) {
      throw error instanceof Violation ? error : new Violation(code, `at entry ${index}: ${(error as Error).message}`);
    }
  }

  /** What was promised of an entry stands. */
  stands(promised: { readonly index: number; readonly entryHash: bigint; readonly chainHash: bigint }): void {
    const found = this.entries[promised.index];
    must(found !== undefined, 'ACKNOWLEDGED_LOST', () => {
      return `entry ${promised.index} was acknowledged, the log has ${this.entries.length}`;
    });
    must(
      found?.entryHash === promised.entryHash && found.chainHash === promised.chainHash,
      'ACKNOWLEDGED_CONTRADICTED',
      () => `entry ${promised.index} is not the one that was acknowledged`,
    );
  }
}
