/** Runs a job again and again, a pause after each run; a run that throws ends nothing. */
export const repeat = (pauseMs: number, run: () => Promise<void>) => {
  let stopping = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const turn = (): void => {
    timer = null;
    // What can fail reports itself: the sequencer through its failure, the oracle by its alarm.
    running = run()
      .catch(() => undefined)
      .then(() => {
        if (!stopping) timer = setTimeout(turn, pauseMs);
      });
  };
  turn();
  return {
    stop: async (): Promise<void> => {
      stopping = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
};
