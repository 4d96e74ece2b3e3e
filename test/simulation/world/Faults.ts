import { type FaultKind, RHYTHM } from './faultKinds.ts';
import type { Scheduler } from './Scheduler.ts';
import type { Streams } from './Streams.ts';

/** Which faults there are in a run, and which of them are on at the moment. */
export class Faults {
  readonly kinds: ReadonlySet<FaultKind>;
  private readonly scheduler: Scheduler;
  private readonly streams: Streams;
  private readonly until = new Map<FaultKind, number>();
  private areOver = false;
  /** How often each struck. */
  readonly strokes = new Map<FaultKind, number>();

  constructor(scheduler: Scheduler, streams: Streams, kinds: ReadonlySet<FaultKind>) {
    this.scheduler = scheduler;
    this.streams = streams;
    this.kinds = kinds;
  }

  /** Whether a kind may strike at all. */
  has(kind: FaultKind): boolean {
    return !this.areOver && this.kinds.has(kind);
  }

  /** Whether a lasting one is on. */
  isOn(kind: FaultKind): boolean {
    return this.has(kind) && this.scheduler.nowMs < (this.until.get(kind) ?? 0);
  }

  /** A stroke of a kind that strikes single calls. */
  strikes(kind: FaultKind, percent: number): boolean {
    const isStruck = this.has(kind) && this.streams.of(`strikes/${kind}`).chance(percent);
    if (isStruck) this.count(kind);
    return isStruck;
  }

  /** From now on the kind strikes at its rhythm; `onStroke` is told each time. */
  schedule(kind: FaultKind, onStroke: () => void = () => undefined): void {
    const random = this.streams.of(`rhythm/${kind}`);
    const [everySec, forSec] = RHYTHM[kind];
    const again = (): void => {
      this.scheduler.after(random.between(1, 2 * everySec) * 1000, () => {
        if (this.areOver) return;
        this.until.set(kind, this.scheduler.nowMs + random.between(1, 2 * forSec + 1) * 1000);
        this.count(kind);
        onStroke();
        again();
      });
    };
    if (this.kinds.has(kind)) again();
  }

  private count(kind: FaultKind): void {
    this.strokes.set(kind, (this.strokes.get(kind) ?? 0) + 1);
  }

  /** Nothing goes wrong any more. */
  end(): void {
    this.areOver = true;
  }
}
