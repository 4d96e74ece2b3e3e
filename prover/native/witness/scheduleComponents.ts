import { type Cell, CODE, type Op, type Value } from './tape.ts';

/** How many signals a template's component has, with all within. */
export type ExtentOf = (template: number) => number;

/** What keeps its place: jumps, labels, and everything that goes through memory, where order shows. */
const BARRIERS: ReadonlySet<number> = new Set([
  CODE.jump,
  CODE.jumpIfZero,
  CODE.load,
  CODE.store,
  CODE.invoke,
  CODE.return,
  CODE.label,
  CODE.end,
]);

const isMemory = (value: Value | undefined): boolean => value?.kind === 'memory';
const isBarrier = (op: Op): boolean => BARRIERS.has(op.code) || isMemory(op.a) || isMemory(op.b) || isMemory(op.to);

/**
 * Orders the instructions between two jumps so that components of one template that do not need each other follow one
 * another: the core then runs them side by side, one instruction for all (src/witness/runLanes.h). Everything moves to the
 * earliest level that its operands allow, components whose outputs nobody reads to the last.
 */
export const scheduleComponents = (ops: readonly Op[], extentOf: ExtentOf): Op[] => {
  const scheduled: Op[] = [];
  let segment: Op[] = [];
  const flush = (): void => {
    for (const op of new Segment(segment, extentOf).ordered()) scheduled.push(op);
    segment = [];
  };
  for (const op of ops) {
    if (isBarrier(op)) {
      flush();
      scheduled.push(op);
    } else segment.push(op);
  }
  flush();
  return scheduled;
};

interface Call {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** The level of its inputs that are set here. */
  level: number;
  isRead: boolean;
}

/** Instructions without a jump. */
class Segment {
  readonly #ops: readonly Op[];
  /** By first signal; their ranges do not meet. */
  readonly #calls: Call[];
  readonly #byIndex = new Map<number, Call>();
  readonly #levels: number[] = [];
  /** Level at which a signal or temporary that this segment writes is there. */
  readonly #signalLevels = new Map<number, number>();
  readonly #temporaryLevels = new Map<Cell, number>();
  readonly #readSignals = new Set<number>();

  constructor(ops: readonly Op[], extentOf: ExtentOf) {
    this.#ops = ops;
    this.#calls = ops
      .flatMap(({ code, extra, extra2 }, index) =>
        code === CODE.component
          ? [{ index, start: extra2, end: extra2 + extentOf(extra), level: 0, isRead: false }]
          : [],
      )
      .sort((a, b) => a.start - b.start);
    for (const call of this.#calls) this.#byIndex.set(call.index, call);
  }

  ordered(): readonly Op[] {
    if (this.#calls.length < 2) return this.#ops;
    for (const [index, op] of this.#ops.entries()) if (!this.#place(index, op)) return this.#ops;
    const last = this.#levels.reduce((most, level) => Math.max(most, level), 0);
    for (const call of this.#calls) if (!call.isRead) this.#levels[call.index] = last;
    return this.#byLevel(last);
  }

  /** Finds the level of an instruction. False if order matters in a way that is not followed here. */
  #place(index: number, op: Op): boolean {
    const call = this.#byIndex.get(index);
    if (call !== undefined) {
      this.#levels.push(call.level);
      return true;
    }
    const a = this.#levelOf(op.a, index);
    const b = this.#levelOf(op.b, index);
    if (a === undefined || b === undefined) return false;
    const level = Math.max(a, b);
    this.#levels.push(level);
    return this.#write(op.to, level, index);
  }

  #callAt(signal: number): Call | undefined {
    let low = 0;
    let high = this.#calls.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const call = this.#calls[middle] as Call;
      if (signal < call.start) high = middle - 1;
      else if (signal >= call.end) low = middle + 1;
      else return call;
    }
    return undefined;
  }

  #levelOf(value: Value | undefined, index: number): number | undefined {
    if (value === undefined || value.kind === 'constant') return 0;
    if (value.kind !== 'signal') return this.#temporaryLevels.get(value) ?? 0;
    const written = this.#signalLevels.get(value.at);
    if (written !== undefined) return written;
    this.#readSignals.add(value.at);
    const call = this.#callAt(value.at);
    if (call === undefined) return 0;
    if (call.index > index) return undefined;
    call.isRead = true;
    return call.level + 1;
  }

  #write(to: Cell | undefined, level: number, index: number): boolean {
    if (to === undefined) return true;
    if (to.kind === 'temporary') {
      if (this.#temporaryLevels.has(to)) return false;
      this.#temporaryLevels.set(to, level);
      return true;
    }
    if (this.#signalLevels.has(to.at) || this.#readSignals.has(to.at)) return false;
    this.#signalLevels.set(to.at, level);
    const call = this.#callAt(to.at);
    if (call === undefined) return true;
    call.level = Math.max(call.level, level);
    return call.index > index;
  }

  #byLevel(last: number): Op[] {
    const plain: Op[][] = Array.from({ length: last + 1 }, () => []);
    const calls: Op[][] = Array.from({ length: last + 1 }, () => []);
    for (const [index, op] of this.#ops.entries()) {
      const into = op.code === CODE.component ? calls : plain;
      into[this.#levels[index] ?? 0]?.push(op);
    }
    return plain.flatMap((level, i) => [...level, ...(calls[i] ?? []).sort((a, b) => a.extra - b.extra)]);
  }
}
