import { OPERATIONS, type Operation } from './fieldOperations.ts';

/** Instructions of a tape, as src/witness/Program.h numbers them. Those of fieldOperations.ts come first. */
export const CODE = {
  copy: 0,
  ...(Object.fromEntries(OPERATIONS.map((name, i) => [name, i + 1])) as Record<Operation, number>),
  /** to = a as a plain integer instead of Montgomery's form. Only `bit` takes it. */
  toPlain: 24,
  /** to = bit number `extra` of the plain a. */
  bit: 25,
  assert: 26,
  assertEqual: 27,
  /** Run the component of template `extra` whose signals start at `extra2`. */
  component: 28,
  jump: 29,
  jumpIfZero: 30,
  /** to = (a + index b), b below `extra`. */
  load: 31,
  /** (to + index b) = a. */
  store: 32,
  /** Function `extra` with `extra2` arguments from a on, `extra3` results from `to` on. */
  invoke: 33,
  /** `extra` results, from a on. */
  return: 34,
  end: 35,
  /** Of the translator: a place to jump to, and a branch whose two blocks are known. */
  label: 100,
  branch: 101,
} as const;

export interface Constant {
  readonly kind: 'constant';
  readonly value: bigint;
}

/** A place of one element. Temporaries get their places last; one that turns out to be a signal becomes that signal. */
export interface Cell {
  kind: 'signal' | 'temporary' | 'memory';
  at: number;
  /** What computes it, and where: unknown for signals of others and values that meet after a branch. */
  op: Op | undefined;
  block: Block | undefined;
  /** The same as a plain integer, if it is needed. */
  plain: Cell | undefined;
  used: boolean;
}

export type Value = Constant | Cell;

export interface Label {
  position: number;
}

export interface Op {
  code: number;
  to: Cell | undefined;
  a: Value | undefined;
  b: Value | undefined;
  extra: number;
  extra2: number;
  extra3: number;
  line: number;
  label: Label | undefined;
  whenTrue: Block | undefined;
  whenFalse: Block | undefined;
}

/** Instructions that run one after the other or not at all. */
export class Block {
  readonly ops: Op[] = [];
  /** The block that these instructions were made part of. */
  owner: Block | undefined;

  get root(): Block {
    let block: Block = this;
    while (block.owner !== undefined) block = block.owner;
    return block;
  }
}

export const constant = (value: bigint): Constant => ({ kind: 'constant', value });
export const ZERO = constant(0n);
export const ONE = constant(1n);

export const cell = (kind: Cell['kind'], at: number): Cell => ({
  kind,
  at,
  op: undefined,
  block: undefined,
  plain: undefined,
  used: false,
});

/** An instruction; what is not named is absent. */
export const makeOp = (code: number, fields: Partial<Op> = {}): Op => ({
  code,
  to: undefined,
  a: undefined,
  b: undefined,
  extra: 0,
  extra2: 0,
  extra3: 0,
  line: 0,
  label: undefined,
  whenTrue: undefined,
  whenFalse: undefined,
  ...fields,
});

/** True if both are certainly the same at run time. */
export const sameValue = (a: Value, b: Value): boolean => {
  if (a === b) return true;
  if (a.kind === 'constant') return b.kind === 'constant' && a.value === b.value;
  return a.kind === 'signal' && b.kind === 'signal' && a.at === b.at;
};

/** What a template or a function becomes. */
export interface Tape {
  readonly name: string;
  readonly block: Block;
  /** Elements of memory that instructions address by number, beside the temporaries. */
  readonly memory: number;
}
