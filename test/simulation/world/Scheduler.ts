import type { Prng } from '../../property/prng.ts';

interface Event {
  readonly atMs: number;
  /** Between events of one millisecond: drawn, so that no order of simultaneous ones is relied on. */
  readonly rank: number;
  readonly serial: number;
  readonly run: () => void;
  isCancelled: boolean;
}

const before = (one: Event, other: Event): boolean =>
  one.atMs !== other.atMs
    ? one.atMs < other.atMs
    : one.rank !== other.rank
      ? one.rank < other.rank
      : one.serial < other.serial;

/**
 * Virtual time. All that takes time in the world is an event here; one step runs one event and then all promises that it set
 * free, which have an order of their own as long as no timer and no I/O of the machine is among them.
 */
export class Scheduler {
  private readonly random: Prng;
  private readonly heap: Event[] = [];
  private serial = 0;
  private time: number;
  steps = 0;

  constructor(random: Prng, startMs: number) {
    this.random = random;
    this.time = startMs;
  }

  get nowMs(): number {
    return this.time;
  }

  /** @returns what cancels it */
  after(delayMs: number, run: () => void): () => void {
    const event: Event = {
      atMs: this.time + Math.max(0, Math.round(delayMs)),
      rank: this.random.below(0x10000),
      serial: this.serial++,
      run,
      isCancelled: false,
    };
    this.push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Runs the next event. False: there is none. */
  async step(): Promise<boolean> {
    for (;;) {
      const event = this.pop();
      if (event === undefined) return false;
      if (event.isCancelled) continue;
      this.time = event.atMs;
      this.steps += 1;
      event.run();
      await quiet();
      return true;
    }
  }

  private push(event: Event): void {
    const { heap } = this;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  private pop(): Event | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = left;
      const [one, other] = [heap[left], heap[right]];
      if (one === undefined) break;
      if (other !== undefined && before(other, one)) least = right;
      const child = heap[least];
      if (child === undefined || !before(child, last)) break;
      heap[at] = child;
      at = least;
    }
    heap[at] = last;
    return top;
  }
}

/** Taken before anything could replace it. */
const { setImmediate: endOfTurn } = globalThis;

/** All promises that can go on have gone on: a turn of the event loop begins when none is left. */
const quiet = (): Promise<void> =>
  new Promise((resolve) => {
    endOfTurn(resolve);
  });
