/** Runs work one after another, in the order in which it was handed in. A failure is its caller's, and stops nothing. */
export interface Lane {
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves when all that was handed in so far has ended. */
  readonly idle: () => Promise<void>;
}

export const createLane = (): Lane => {
  let tail: Promise<void> = Promise.resolve();
  return {
    run: (work) => {
      const result = tail.then(work);
      tail = result.then(
        () => undefined,
        () => undefined,
      );
      return result;
    },
    idle: () => tail,
  };
};
