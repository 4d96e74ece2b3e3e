import { encodeEntry } from '../../core/codec/entry.ts';
import type { Receipt } from '../../core/heads/head.ts';
import type { FillEvent } from '../../core/machine/events.ts';
import { SequencerError } from '../../sequencer/SequencerError.ts';
import type { Applied, Sequencer, Signer } from '../../sequencer/sequencer.ts';
import { createArrivalOrder } from './arrivalOrder.ts';
import type { DoorRejection } from './doorRejection.ts';
import type { Judge, Verdict } from './judge.ts';
import { type SignedPart, type Submission, signedParts } from './submission.ts';

/** What became of one signed message. */
export interface PartOutcome {
  /** Null: accepted. */
  readonly rejection: DoorRejection | null;
  /** Of the message as a taker, in order. */
  readonly fills: readonly FillEvent[];
}

export interface Outcome {
  /** Null: refused at the door, not logged. */
  readonly receipt: Receipt | null;
  /** In the order of the submission's messages. */
  readonly parts: readonly PartOutcome[];
}

/**
 * Where submissions come in, whatever they came through: doors are codecs above it. Submissions are logged in the order in which
 * `submit` was called.
 */
export interface Intake {
  /**
   * Resolves when the entry is durable and applied, or refused.
   * @param bytes its canonical encoding, where the door has it already
   * @throws SequencerError BUSY, ORACLE_STALE, NOT_ACCEPTING, KEY_CHANGED; LogError when the disk refused it
   */
  readonly submit: (submission: Submission, bytes?: Uint8Array) => Promise<Outcome>;
}

export interface IntakeConfig {
  readonly judge: Judge;
  readonly sequencer: Pick<Sequencer, 'submit' | 'queueLength'>;
  /** Submissions that may wait for their checks and for the log; one more is refused as busy. */
  readonly maxWaiting: number;
}

/** What passed, as it is logged. */
interface Passed {
  readonly entry: Submission;
  readonly bytes: Uint8Array;
  readonly signers: readonly Signer[];
}

const passedOf = (
  submission: Submission,
  bytes: Uint8Array | undefined,
  verdicts: readonly Verdict[],
): Passed | null => {
  const signers = verdicts.flatMap((verdict) => (verdict.rejection === null ? [verdict.signer] : []));
  if (signers.length === 0) return null;
  if (submission.type !== 'massQuote' || signers.length === verdicts.length) {
    return { entry: submission, bytes: bytes ?? encodeEntry(submission), signers };
  }
  const quotes = submission.quotes.filter((_, at) => verdicts[at]?.rejection === null);
  const entry = { type: 'massQuote', quotes } as const;
  return { entry, bytes: encodeEntry(entry), signers };
};

const NO_FILLS: readonly FillEvent[] = [];

const fillsOf = ({ result }: Applied, { account, nonce }: SignedPart): readonly FillEvent[] => {
  const fills = result.events.filter((event): event is FillEvent => event.type === 'fill');
  return fills.length === 0
    ? NO_FILLS
    : fills.filter(({ taker }) => taker.account === account && taker.nonce === nonce);
};

const outcomeOf = (parts: readonly SignedPart[], verdicts: readonly Verdict[], applied: Applied): Outcome => {
  const answers = applied.result.rejections[Symbol.iterator]();
  return {
    receipt: applied.receipt,
    parts: parts.map((part, at) => ({
      rejection: verdicts[at]?.rejection ?? answers.next().value ?? null,
      fills: fillsOf(applied, part),
    })),
  };
};

const refusedOutcome = (verdicts: readonly Verdict[]): Outcome => ({
  receipt: null,
  parts: verdicts.map(({ rejection }) => ({ rejection, fills: NO_FILLS })),
});

export const createIntake = ({ judge, sequencer, maxWaiting }: IntakeConfig): Intake => {
  const order = createArrivalOrder();

  /** Resolves in the submission's turn, once it is durable and applied. */
  const enter = (ticket: number, { entry, bytes, signers }: Passed): Promise<Applied> =>
    new Promise((resolve, reject) => {
      order.present(ticket, () => {
        sequencer.submit({ entry, bytes, signers }).then(resolve, reject);
      });
    });

  return {
    submit: async (submission, bytes) => {
      const waiting = order.waiting() + sequencer.queueLength();
      if (waiting >= maxWaiting) throw new SequencerError('BUSY', `${waiting} submissions wait; try again in a moment`);
      const ticket = order.take();
      let isPresented = false;
      try {
        const parts = signedParts(submission);
        const verdicts = await Promise.all(parts.map(judge));
        const passed = passedOf(submission, bytes, verdicts);
        if (passed === null) return refusedOutcome(verdicts);
        isPresented = true;
        return outcomeOf(parts, verdicts, await enter(ticket, passed));
      } finally {
        if (!isPresented) order.leave(ticket);
      }
    },
  };
};
