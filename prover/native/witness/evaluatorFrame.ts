import type { Reference } from './generatorAst.ts';
import type { Block, Cell, Label, Value } from './tape.ts';

/** An element's place: `at` is a number, or a value that is known only when the tape runs, at least `least`. */
export interface Location {
  readonly space: Reference['space'];
  readonly at: number | Cell;
  readonly least: number;
  readonly call: number;
}

/** Where a function's result goes once the inputs decide which of its returns is taken. */
export interface Meeting {
  readonly cells: readonly Cell[];
  readonly end: Label;
}

/** One running template or function. */
export class Frame {
  readonly variables: (Value | undefined)[] = [];
  readonly scratch: (Value | undefined)[] = [];
  readonly integers = new Map<number, number>();
  readonly mapped = new Map<number, number>();
  readonly destinations = new Map<number, Location>();
  readonly calls = new Map<number, { readonly values: (Value | undefined)[]; readonly arena: number }>();
  /** What variables held before the branch that is being evaluated. */
  journal: Map<number, Value | undefined> | undefined;
  readonly name: string;
  /** Elements of its variables. */
  readonly size: number;
  readonly entry: Block;
  readonly wanted: number;
  /** True for a function that is called within a branch on a signal. */
  isUndecided = false;
  result: Value[] = [];
  meeting: Meeting | undefined;

  constructor(name: string, size: number, entry: Block, wanted: number) {
    this.name = name;
    this.size = size;
    this.entry = entry;
    this.wanted = wanted;
  }

  setVariable(at: number, value: Value): void {
    if (this.journal !== undefined && !this.journal.has(at)) this.journal.set(at, this.variables[at]);
    this.variables[at] = value;
  }
}
