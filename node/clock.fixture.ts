import type { Clock } from './clock.ts';

/** A clock that stands still until it is told; what was started is given turns enough to come to its next wait. */
export class ManualClock implements Clock {
  private timeMs: number;
  private readonly timers = new Map<number, { readonly atMs: number; readonly run: () => void }>();
  private started = 0;
  /** How long each wait was. */
  readonly waits: number[] = [];

  constructor(timeMs = 1_700_000_000_000) {
    this.timeMs = timeMs;
  }

  nowMs = (): number => this.timeMs;

  after = (ms: number, run: () => void): (() => void) => {
    const id = this.started++;
    this.waits.push(ms);
    this.timers.set(id, { atMs: this.timeMs + ms, run });
    return () => this.timers.delete(id);
  };

  get waiting(): number {
    return this.timers.size;
  }

  async advance(ms: number): Promise<void> {
    const endMs = this.timeMs + ms;
    await settle();
    for (let next = this.next(endMs); next !== undefined; next = this.next(endMs)) {
      const [id, { atMs, run }] = next;
      this.timers.delete(id);
      this.timeMs = atMs;
      run();
      await settle();
    }
    this.timeMs = endMs;
  }

  private next(endMs: number) {
    return [...this.timers]
      .filter(([, { atMs }]) => atMs <= endMs)
      .sort(([one, a], [other, b]) => a.atMs - b.atMs || one - other)[0];
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
