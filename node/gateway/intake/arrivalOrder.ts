/**
 * The order of arrival. Who comes takes a ticket at once; what it came for is done when everybody with an earlier ticket has had
 * their turn or has left, however long the checks in between take.
 */
export interface ArrivalOrder {
  readonly take: () => number;
  /** This ticket is ready: `act`, which must not throw, is called in its turn, at once if it has come. Once a ticket. */
  readonly present: (ticket: number, act: () => void) => void;
  /** This ticket wants nothing any more. */
  readonly leave: (ticket: number) => void;
  /** Tickets taken that have had no turn yet. */
  readonly waiting: () => number;
}

export const createArrivalOrder = (): ArrivalOrder => {
  const ready = new Map<number, () => void>();
  let taken = 0;
  let turn = 0;
  let isServing = false;

  const present = (ticket: number, act: () => void): void => {
    if (ticket < turn || ticket >= taken || ready.has(ticket))
      throw new Error(`assertion: ticket ${ticket} is not open`);
    ready.set(ticket, act);
    // Whoever serves already serves this one too, after those before it.
    if (isServing) return;
    isServing = true;
    for (let next = ready.get(turn); next !== undefined; next = ready.get(turn)) {
      ready.delete(turn);
      turn += 1;
      next();
    }
    isServing = false;
  };

  return {
    take: () => taken++,
    present,
    leave: (ticket) => present(ticket, () => undefined),
    waiting: () => taken - turn,
  };
};
