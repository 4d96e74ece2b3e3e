import type { Clock } from '../clock.ts';
import type { MachineView } from '../core/machine/machineView.ts';
import type { Sequencer } from './sequencer.ts';

export interface SealClockConfig {
  readonly clock: Clock;
  readonly view: Pick<MachineView, 'openBatch'>;
  readonly sequencer: Pick<Sequencer, 'submitOwn'>;
  /** A batch is sealed when its first row is this old. */
  readonly maxAgeMs: number;
}

/** Closes the open batch by time, so that what trades little settles as well. @returns whether it did */
export const sealIfOld = async ({ clock, view, sequencer, maxAgeMs }: SealClockConfig): Promise<boolean> => {
  const { timeSec } = view.openBatch();
  if (timeSec === null || clock.nowMs() - timeSec * 1000 < maxAgeMs) return false;
  await sequencer.submitOwn([{ type: 'seal' }]);
  return true;
};
