import type { Clock } from '../../../node/clock.ts';
import type { Scheduler } from './Scheduler.ts';

/**
 * One run of a program, from its start to its end or crash. All that it waits for goes through here: after a crash nothing
 * of it is ever answered, so that its code stays where it stood, as if the processor had gone.
 */
export class Process {
  readonly name: string;
  private readonly scheduler: Scheduler;
  /** How far the machine's clock is from the world's, milliseconds; may change while it runs. */
  private readonly skewMs: () => number;
  private readonly onCrash: (() => void)[] = [];
  isAlive = true;

  constructor(name: string, scheduler: Scheduler, skewMs: () => number = () => 0) {
    this.name = name;
    this.scheduler = scheduler;
    this.skewMs = skewMs;
  }

  readonly clock: Clock = {
    nowMs: () => this.scheduler.nowMs + this.skewMs(),
    after: (ms, run) =>
      this.scheduler.after(ms, () => {
        if (this.isAlive) run();
      }),
  };

  /**
   * Something outside takes its time and answers. `answer` runs when it is due, whether or not this process is there to
   * hear of it: what was sent is sent.
   */
  wait<T>(delayMs: number, answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.isAlive) return;
      this.scheduler.after(delayMs, () => {
        try {
          const value = answer();
          if (this.isAlive) resolve(value);
        } catch (error) {
          if (this.isAlive) reject(error);
        }
      });
    });
  }

  /** Told at the crash. */
  onEnd(run: () => void): void {
    this.onCrash.push(run);
  }

  /** Nothing of it goes on. */
  end(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const run of this.onCrash) run();
  }
}
