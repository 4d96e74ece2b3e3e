import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import type { SubmittedBatch } from '../../node/l1/submitCall.ts';
import type { SubmitCall } from '../../node/settlement/provedBatch.ts';
import type { Prng } from '../property/prng.ts';
import type { SimulatedProver } from './simulatedProver.ts';

export type SubmitArguments = SubmitCall['args'];

/** A call that the contract would take, and the batch of it that is to be spoilt. */
export interface SpoilContext {
  readonly args: SubmitArguments;
  readonly at: number;
  readonly random: Prng;
  /** Makes proofs of the shape that the call names. */
  readonly prover: SimulatedProver;
  readonly publicSignals: readonly bigint[];
  readonly otherShapeId: number;
  /** Ops in the queue behind those of the batch. */
  readonly opsBehind: number;
  /** The last report of the call is not yet known to the contract. */
  readonly isReportNew: boolean;
}

export interface SpoiledCall {
  readonly name: string;
  readonly refusedWith: string;
  /** Null: this call has nothing of the kind to spoil. */
  readonly spoil: (context: SpoilContext) => SubmitArguments | null;
}

const OP_WORDS = 4;
const ONE_OP = 1n << 64n;

interface Layout {
  readonly batch: SubmittedBatch;
  readonly l1Ops: number;
  readonly withdrawals: number;
  /** First word after the ops. */
  readonly opsEnd: number;
}

function layoutOf({ args, at }: SpoilContext): Layout {
  const batch = args[1][at];
  if (batch === undefined) throw new Error(`the call has no batch ${at}`);
  const header = batch.words[0] ?? 0n;
  const l1Ops = Number((header >> 64n) & 0xffffn);
  return { batch, l1Ops, withdrawals: Number((header >> 80n) & 0xffffn), opsEnd: 1 + OP_WORDS * l1Ops };
}

function withBatch({ args, at }: SpoilContext, changed: Partial<SubmittedBatch>): SubmitArguments {
  return [args[0], args[1].map((batch, i) => (i === at ? { ...batch, ...changed } : batch)), args[2]];
}

function withWord(context: SpoilContext, position: number, change: (word: bigint) => bigint): SubmitArguments {
  const { words } = layoutOf(context).batch;
  return withBatch(context, { words: words.with(position, change(words[position] ?? 0n)) });
}

function withLastReport({ args }: SpoilContext, change: (report: SubmitArguments[2][number]) => object) {
  const reports = args[2].map((report, i) => (i === args[2].length - 1 ? { ...report, ...change(report) } : report));
  return [args[0], args[1], reports] as const;
}

/** Position of the first op's head that fits. */
function headOf({ batch, l1Ops }: Layout, fits: (head: bigint) => boolean): number | null {
  for (let i = 0; i < l1Ops; i++) if (fits(batch.words[1 + OP_WORDS * i] ?? 0n)) return 1 + OP_WORDS * i;
  return null;
}

const kindOf = (head: bigint): number => Number(head & 15n);
const amountOf = (head: bigint): bigint => (head >> 28n) & (2n ** 64n - 1n);
const paidOf = (head: bigint): bigint => head >> 92n;
const isForced = (head: bigint): boolean => kindOf(head) === L1_OP_KIND.FORCED_WITHDRAWAL;
const isKeyed = (head: bigint): boolean => kindOf(head) === L1_OP_KIND.OPEN || kindOf(head) === L1_OP_KIND.CHANGE_KEY;

const words: readonly SpoiledCall[] = [
  {
    name: 'one bit of a row other than proven',
    refusedWith: 'ProofRefused',
    spoil: (context) => {
      const { batch, opsEnd, withdrawals } = layoutOf(context);
      if (batch.words.length === opsEnd) return null;
      const position = context.random.between(opsEnd, batch.words.length - 1);
      // A withdrawal of an account that is not there has an error of its own: its nonce and amount are what changes.
      const lowest = position < opsEnd + withdrawals ? 24 : 0;
      const bit = 1n << BigInt(context.random.between(lowest, lowest + 60));
      return withWord(context, position, (word) => word ^ bit);
    },
  },
  {
    name: 'a word that is equal only modulo p',
    refusedWith: 'WordOutOfRange',
    spoil: (context) => {
      const { batch, l1Ops, opsEnd } = layoutOf(context);
      const heads = Array.from({ length: l1Ops }, (_, i) => [1 + OP_WORDS * i, 2 + OP_WORDS * i]).flat();
      const rows = Array.from({ length: batch.words.length - opsEnd }, (_, i) => opsEnd + i);
      const position = context.random.pick([...heads, ...rows]);
      return withWord(context, position, (word) => word + FIELD_PRIME);
    },
  },
  {
    name: 'a header that is equal only modulo p',
    refusedWith: 'HeaderOutOfRange',
    spoil: (context) => withWord(context, 0, (word) => word + FIELD_PRIME),
  },
  {
    name: 'a header of one trade more',
    refusedWith: 'WordsDisagreeWithHeader',
    spoil: (context) => withWord(context, 0, (word) => word + (1n << 96n)),
  },
  {
    name: 'another batch number',
    refusedWith: 'BatchNumberNotNext',
    spoil: (context) => withWord(context, 0, (word) => word + 1n),
  },
];

const ops: readonly SpoiledCall[] = [
  {
    name: 'a key that is equal only modulo p',
    refusedWith: 'L1OpsDisagreeWithQueue',
    spoil: (context) => {
      const position = headOf(layoutOf(context), isKeyed);
      return position === null ? null : withWord(context, position + 2, (word) => word + FIELD_PRIME);
    },
  },
  {
    name: 'an op of another amount',
    refusedWith: 'L1OpsDisagreeWithQueue',
    spoil: (context) => {
      const position = headOf(layoutOf(context), (head) => amountOf(head) > 0n);
      return position === null ? null : withWord(context, position, (word) => word ^ (1n << 90n));
    },
  },
  {
    name: 'an op of another owner',
    refusedWith: 'L1OpsDisagreeWithQueue',
    spoil: (context) => (layoutOf(context).l1Ops === 0 ? null : withWord(context, 2, (word) => word ^ 1n)),
  },
  {
    name: 'an op skipped',
    refusedWith: 'L1OpsDisagreeWithQueue',
    spoil: (context) => {
      const { batch, l1Ops } = layoutOf(context);
      if (l1Ops < 2) return null;
      const [header = 0n, ...rest] = batch.words;
      return withBatch(context, { words: [header - ONE_OP, ...rest.slice(OP_WORDS)] });
    },
  },
  {
    name: 'ops in another order',
    refusedWith: 'L1OpsDisagreeWithQueue',
    spoil: (context) => {
      const { batch, l1Ops } = layoutOf(context);
      const [first, second] = [batch.words.slice(1, 5), batch.words.slice(5, 9)];
      if (l1Ops < 2 || first.join() === second.join()) return null;
      return withBatch(context, { words: [batch.words[0] ?? 0n, ...second, ...first, ...batch.words.slice(9)] });
    },
  },
  {
    name: 'an op that nobody queued',
    refusedWith: 'L1OpsBeyondQueue',
    spoil: (context) => {
      const { batch, opsEnd } = layoutOf(context);
      const [header = 0n, ...rest] = batch.words;
      const count = context.opsBehind + 1;
      const deposits = Array.from({ length: count }, () => [2n | (1n << 4n) | (1_000_000n << 28n), 1n, 0n, 0n]).flat();
      const taken = rest.slice(0, opsEnd - 1);
      return withBatch(context, {
        words: [header + BigInt(count) * ONE_OP, ...taken, ...deposits, ...rest.slice(opsEnd - 1)],
      });
    },
  },
  {
    name: 'paid above what was asked',
    refusedWith: 'PaidMoreThanAsked',
    spoil: (context) => {
      const position = headOf(layoutOf(context), isForced);
      if (position === null) return null;
      return withWord(context, position, (word) => word + ((amountOf(word) - paidOf(word) + 1n) << 92n));
    },
  },
  {
    name: 'paid less than proven',
    refusedWith: 'ProofRefused',
    spoil: (context) => {
      const position = headOf(layoutOf(context), (head) => isForced(head) && paidOf(head) > 0n);
      return position === null ? null : withWord(context, position, (word) => word - (1n << 92n));
    },
  },
  {
    name: 'paid to an op that is no forced withdrawal',
    refusedWith: 'PaidWithoutForcedWithdrawal',
    spoil: (context) => {
      const position = headOf(layoutOf(context), (head) => !isForced(head));
      return position === null ? null : withWord(context, position, (word) => word + (1n << 92n));
    },
  },
];

const statements: readonly SpoiledCall[] = [
  {
    name: 'another state root after',
    refusedWith: 'ProofRefused',
    spoil: (context) => withBatch(context, { stateRootAfter: layoutOf(context).batch.stateRootAfter ^ 1n }),
  },
  {
    name: 'a valid proof from another state root before',
    refusedWith: 'ProofRefused',
    spoil: (context) => {
      const before = ((context.publicSignals[0] ?? 0n) + 1n) % FIELD_PRIME;
      return withBatch(context, { proof: context.prover.prove(context.publicSignals.with(0, before)) });
    },
  },
  {
    name: 'another data commitment',
    refusedWith: 'ProofRefused',
    spoil: (context) => withBatch(context, { dataCommit: layoutOf(context).batch.dataCommit ^ 1n }),
  },
  {
    name: 'a state root that is no field element',
    refusedWith: 'NotAFieldElement',
    spoil: (context) => withBatch(context, { stateRootAfter: layoutOf(context).batch.stateRootAfter + FIELD_PRIME }),
  },
  {
    name: "another shape's key",
    refusedWith: 'ProofRefused',
    spoil: ({ args, otherShapeId }) => [otherShapeId, args[1], args[2]],
  },
  {
    name: 'a proof off the curve',
    refusedWith: 'PrecompileFailed',
    spoil: (context) => withBatch(context, { proof: { ...layoutOf(context).batch.proof, a: [1n, 1n] } }),
  },
  {
    name: 'proofs of two batches swapped',
    refusedWith: 'ProofRefused',
    spoil: ({ args: [shapeId, [first, second, ...rest], reports] }) =>
      first === undefined || second === undefined
        ? null
        : [shapeId, [{ ...first, proof: second.proof }, { ...second, proof: first.proof }, ...rest], reports],
  },
  {
    name: 'a batch left out',
    refusedWith: 'BatchNumberNotNext',
    spoil: ({ args: [shapeId, [first, second, ...rest], reports] }) =>
      second === undefined || first?.reportIndex !== second.reportIndex ? null : [shapeId, [second, ...rest], reports],
  },
];

const reports: readonly SpoiledCall[] = [
  {
    name: 'a signature short of the quorum',
    refusedWith: 'QuorumNotMet',
    spoil: (context) =>
      context.isReportNew ? withLastReport(context, (one) => ({ signatures: one.signatures.slice(1) })) : null,
  },
  {
    name: 'signers in falling order',
    refusedWith: 'SignersNotIncreasing',
    spoil: (context) =>
      context.isReportNew ? withLastReport(context, (one) => ({ signatures: one.signatures.toReversed() })) : null,
  },
  {
    name: 'a risk table that the committee did not sign',
    refusedWith: 'NotAnOracle',
    spoil: (context) =>
      context.isReportNew ? withLastReport(context, (one) => ({ riskTableHash: one.riskTableHash ^ 1n })) : null,
  },
  {
    name: 'inputs that the committee did not sign',
    refusedWith: 'NotAnOracle',
    spoil: (context) =>
      context.isReportNew ? withLastReport(context, (one) => ({ inputs: `${one.inputs}00` })) : null,
  },
];

/** Every way in which a good call is spoilt, and the contract's answer to it. */
export const SPOILED_CALLS: readonly SpoiledCall[] = [...words, ...ops, ...statements, ...reports];
