import { type Address, bytesToHex, getAddress, toHex } from 'viem';
import { encodeEntry, entryHash } from '../../node/core/codec/entry.ts';
import type { LedgerContext } from '../../node/core/ledger/applyRows.ts';
import { encodeBatchJob } from '../../node/core/ledger/batchJob.ts';
import { MemoryStore } from '../../node/core/ledger/memoryStore.ts';
import type { SealedBatch } from '../../node/core/ledger/sealedBatch.ts';
import { sealToJob } from '../../node/core/ledger/sealToJob.ts';
import { createMachine, type Machine } from '../../node/core/machine/machine.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import type { RiskTable } from '../../node/core/protocol/riskRow.ts';
import { type BatchRows, L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import type { ProvedBatch } from '../../node/settlement/provedBatch.ts';
import { replayJob } from '../../prover/queue/replayJob.ts';
import { testGenesis, testRules } from '../property/testMachine.ts';
import { REPORT_MAX_AGE_SEC } from './exchangeOnL1.ts';
import { shownSpots } from './shownSpots.ts';
import type { SimulatedProver } from './simulatedProver.ts';

export interface Credit {
  readonly owner: Address;
  readonly account: number;
  readonly amount: bigint;
  readonly batchNumber: number;
  readonly forced: boolean;
}

/** A batch as core has it, ready to be submitted. */
export interface CoreBatch {
  readonly proved: ProvedBatch;
  readonly publicSignals: readonly bigint[];
  readonly rows: BatchRows;
  readonly credits: readonly Credit[];
  /** After the batch: what core says that accounts and fee pool are worth. */
  readonly worth: bigint;
  readonly l1OpIndex: number;
}

/** Who is on the other side of core. */
export interface Parties {
  readonly ownerOf: (account: number) => Address;
  readonly proverOf: (shapeId: number) => SimulatedProver;
}

export const total = (values: Iterable<bigint>): bigint => [...values].reduce((sum, value) => sum + value, 0n);

/** The log, the machine and the ledger: what a node does between L1's queue and `submit`. */
export class CoreSide {
  readonly machine: Machine;
  readonly store: MemoryStore;
  private readonly context: LedgerContext;
  private readonly parties: Parties;
  private readonly entries: Entry[] = [];
  private readonly chain: bigint[] = [];

  constructor(context: LedgerContext, parties: Parties) {
    const genesis = testGenesis(context.deployment, { reportMaxAgeSec: REPORT_MAX_AGE_SEC });
    this.machine = createMachine(testRules(context.deployment), genesis);
    this.store = new MemoryStore(context.hasher);
    this.context = context;
    this.parties = parties;
    this.log({ type: 'genesis', genesis });
  }

  private log(entry: Entry): void {
    this.entries.push(entry);
    const last = this.chain.at(-1) ?? this.context.domain;
    this.chain.push(this.context.hasher.poseidon([last, entryHash(encodeEntry(entry))]));
  }

  apply(entry: Entry): CoreBatch[] {
    this.log(entry);
    return this.machine.apply(entry).sealed.map((sealed) => this.take(sealed));
  }

  /** The ledger's transition, and the witness that the prover would make of the batch's job. */
  private take(sealed: SealedBatch): CoreBatch {
    const { job, transition, words } = sealToJob(this.context, this.store, sealed);
    this.store.commit(transition);
    const { publicSignals } = replayJob(this.context.hasher, [this.context.deployment], encodeBatchJob(job));
    const head = this.store.head();
    const proved: ProvedBatch = {
      batchNumber: sealed.batchNumber,
      shapeId: transition.shape.id,
      stateRootAfter: transition.stateRootAfter,
      timeSec: sealed.timeSec,
      dataCommit: publicSignals[4] ?? 0n,
      logChainHash: this.chain[sealed.lastEntryIndex] ?? 0n,
      words,
      proof: this.parties.proverOf(transition.shape.id).prove(publicSignals),
      report: this.reportAt(sealed.reportIndex, transition.riskTableHash),
    };
    return {
      proved,
      publicSignals,
      rows: sealed.rows,
      credits: this.creditsOf(sealed.rows),
      worth: this.worth(sealed.riskTable) + head.feePool,
      l1OpIndex: head.l1OpIndex,
    };
  }

  /**
   * Cash, and positions at the mark. Long and short positions cancel out, but for expired ones of which some are settled
   * and some are not: their payoff is in nobody's cash, or in somebody's already.
   */
  private worth(table: RiskTable): bigint {
    const marks = new Map(table.map(({ instrument, values }) => [instrument, values[0] ?? 0n]));
    return total(
      this.store
        .accounts()
        .map(
          ([, { cash, positions }]) =>
            cash + total(positions.map(({ instrument, lots }) => (marks.get(instrument) ?? 0n) * BigInt(lots))),
        ),
    );
  }

  private reportAt(index: number, riskTableHash: bigint): ProvedBatch['report'] {
    const entry = this.entries[index];
    if (entry?.type !== 'report') throw new Error(`entry ${index} is no report`);
    const { timeSec, spots, inputs, signatures } = entry;
    return {
      time: timeSec,
      riskTableHash,
      prices: shownSpots(spots),
      inputs: bytesToHex(inputs),
      signatures: signatures.map((s) => bytesToHex(s)),
    };
  }

  private creditsOf({ batchNumber, l1Ops, withdrawals }: BatchRows): Credit[] {
    const forced = l1Ops
      .filter(({ kind, paid }) => kind === L1_OP_KIND.FORCED_WITHDRAWAL && paid > 0n)
      .map(({ owner, account, paid }) => ({
        owner: getAddress(toHex(owner, { size: 20 })),
        account,
        amount: paid,
        batchNumber,
        forced: true,
      }));
    const asked = withdrawals.map(({ account, amount }) => ({
      owner: getAddress(this.parties.ownerOf(account)),
      account,
      amount,
      batchNumber,
      forced: false,
    }));
    return [...forced, ...asked];
  }
}
