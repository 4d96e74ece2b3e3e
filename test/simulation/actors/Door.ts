import type { MachineView } from '../../../node/core/machine/machineView.ts';
import type { Outcome } from '../../../node/gateway/intake/intake.ts';
import type { Submission } from '../../../node/gateway/intake/submission.ts';

/** A running node as traders reach it. */
export interface Door {
  /** @throws whatever the node says instead of an answer */
  readonly submit: (submission: Submission) => Promise<Outcome>;
  readonly view: MachineView;
}

/** The node of the moment; null: nothing listens. */
export type DoorNow = () => Door | null;
