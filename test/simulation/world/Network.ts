import type { Faults } from './Faults.ts';
import type { Process } from './Process.ts';
import type { Scheduler } from './Scheduler.ts';
import type { Streams } from './Streams.ts';

/** A call that got no answer: nobody was there, it was lost, or the answer was. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** What a caller may lose on the way to a node and back. */
export class Network {
  private readonly scheduler: Scheduler;
  private readonly faults: Faults;
  private readonly streams: Streams;

  constructor(scheduler: Scheduler, faults: Faults, streams: Streams) {
    this.scheduler = scheduler;
    this.faults = faults;
    this.streams = streams;
  }

  /**
   * Brings a call to whoever is there when it arrives, and the answer back if the caller still is. Calls are lost, late, or
   * come twice; the answer of one of them is taken.
   */
  call<Target, Result>(
    from: Process,
    target: () => Target | null,
    invoke: (target: Target) => Promise<Result>,
    timeoutMs: number,
  ): Promise<Result> {
    const { promise, reject, resolve } = Promise.withResolvers<Result>();
    const cancel = from.clock.after(timeoutMs, () => reject(new NoAnswer('no answer in time')));
    const end = (how: () => void): void => {
      cancel();
      if (from.isAlive) how();
    };
    const fail = (error: unknown): void => end(() => reject(error));
    const arrive = (): void => {
      const there = target();
      if (there === null) {
        fail(new NoAnswer('nobody listens'));
        return;
      }
      invoke(there).then(
        (result) => this.travel(() => end(() => resolve(result))),
        (error: unknown) => this.travel(() => fail(error)),
      );
    };
    this.travel(arrive);
    if (this.faults.strikes('network', 4)) this.travel(arrive);
    return promise;
  }

  private travel(arrive: () => void): void {
    if (this.faults.strikes('network', 3)) return;
    const random = this.streams.of('network');
    const delayMs = this.faults.strikes('network', 5) ? random.between(1_000, 20_000) : random.between(1, 60);
    this.scheduler.after(delayMs, arrive);
  }
}
