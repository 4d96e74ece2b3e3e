/** Runs a job again and again, a pause after each run; a run that throws is told and ends nothing. */
export const repeat = (pauseMs: number, run: () => Promise<void>, onError: (error: unknown) => void) => {
  let stopping = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const turn = (): void => {
    timer = null;
    running = run()
      .catch(onError)
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
