import { type Cell, cell, type Value } from './tape.ts';
import type { TapeBuilder } from './tapeBuilder.ts';

/** What a template knows of signals while it is evaluated: what it stored, and what it read of others. */
export class SignalValues {
  readonly #builder: TapeBuilder;
  readonly #isEverySignalRead: boolean;
  readonly #stored = new Map<number, Value>();
  readonly #reads = new Map<number, Cell>();

  /** @param isEverySignalRead see Translation */
  constructor(builder: TapeBuilder, isEverySignalRead: boolean) {
    this.#builder = builder;
    this.#isEverySignalRead = isEverySignalRead;
  }

  /** One cell for all reads of a signal, so that what is computed of it is computed once. */
  value(at: number): Value {
    const known = this.#stored.get(at) ?? this.#reads.get(at);
    if (known !== undefined) return known;
    const read = cell('signal', at);
    this.#reads.set(at, read);
    return read;
  }

  store(at: number, value: Value): void {
    this.#reads.delete(at);
    if (this.#isEverySignalRead) {
      this.#builder.copy(cell('signal', at), value);
      return;
    }
    const stored = this.#builder.storeSignal(at, value);
    // What a branch stores is only known to lie in memory.
    if (this.#builder.isStraight) this.#stored.set(at, stored);
    else this.#stored.delete(at);
  }

  /** A component has run: what it left in its signals is not what was read of them before. */
  forgetReads(): void {
    this.#reads.clear();
  }

  /** A loop has run that may have stored anywhere. */
  forget(): void {
    this.#stored.clear();
    this.#reads.clear();
  }
}
