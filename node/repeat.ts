import type { Clock } from './clock.ts';

export interface Repeated {
  /** Resolves when the run under way has ended; there is no other. */
  readonly stop: () => Promise<void>;
}

/** Runs a job again and again, a pause after each run; a run that throws is told and ends nothing. */
export const repeat = (
  clock: Clock,
  pauseMs: number,
  run: () => Promise<void>,
  onError: (error: unknown) => void,
): Repeated => {
  let stopping = false;
  let cancel = (): void => undefined;
  let running: Promise<void> = Promise.resolve();
  const turn = (): void => {
    running = run()
      .catch(onError)
      .then(() => {
        if (!stopping) cancel = clock.after(pauseMs, turn);
      });
  };
  turn();
  return {
    stop: async () => {
      stopping = true;
      cancel();
      await running;
    },
  };
};
