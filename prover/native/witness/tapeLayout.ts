import { type ExtentOf, scheduleComponents } from './scheduleComponents.ts';
import { type Block, type Cell, CODE, makeOp, type Op, type Tape, type Value } from './tape.ts';
import { unknownSource } from './WitnessTranslationError.ts';

const EFFECTS: ReadonlySet<number> = new Set([
  CODE.assert,
  CODE.assertEqual,
  CODE.component,
  CODE.jump,
  CODE.jumpIfZero,
  CODE.store,
  CODE.invoke,
  CODE.return,
  CODE.label,
  // Division by zero stops the generator.
  CODE.idiv,
  CODE.mod,
]);

const use = (value: Value | undefined): void => {
  if (value !== undefined && value.kind !== 'constant') value.used = true;
};

/** Backwards, so that what only unused values need falls away too. Temporaries are never read before they are written. */
const keepUsed = (block: Block): Op[] => {
  const kept: Op[] = [];
  for (let i = block.ops.length - 1; i >= 0; i--) {
    const op = block.ops[i] as Op;
    if (op.code === CODE.branch) {
      const whenFalse = op.whenFalse === undefined ? [] : keepUsed(op.whenFalse);
      const whenTrue = op.whenTrue === undefined ? [] : keepUsed(op.whenTrue);
      if (whenTrue.length + whenFalse.length === 0) continue;
      use(op.a);
      kept.push(...branchOps(op, whenTrue, whenFalse).reverse());
      continue;
    }
    const isNeeded = op.to === undefined || op.to.kind !== 'temporary' || op.to.used || EFFECTS.has(op.code);
    if (!isNeeded) continue;
    use(op.a);
    use(op.b);
    kept.push(op);
  }
  return kept.reverse();
};

const branchOps = (op: Op, whenTrue: Op[], whenFalse: Op[]): Op[] => {
  if (op.a === undefined) return whenTrue;
  const toOtherwise = { position: -1 };
  const end = { position: -1 };
  const first = makeOp(CODE.jumpIfZero, { a: op.a, label: toOtherwise });
  const middle = whenFalse.length === 0 ? [] : [makeOp(CODE.jump, { label: end })];
  return [
    first,
    ...whenTrue,
    ...middle,
    makeOp(CODE.label, { label: toOtherwise }),
    ...whenFalse,
    makeOp(CODE.label, { label: end }),
  ];
};

const isTemporary = (value: Value | undefined): value is Cell => value?.kind === 'temporary';

/** A temporary's place is free again after its last use. Jumps within what has temporaries go forward only. */
const placeTemporaries = (ops: readonly Op[]): number => {
  const lastUse = new Map<Cell, number>();
  for (const [position, op] of ops.entries()) {
    for (const value of [op.a, op.b, op.to]) if (isTemporary(value)) lastUse.set(value, position);
  }
  const free: number[] = [];
  let count = 0;
  for (const [position, op] of ops.entries()) {
    for (const value of new Set([op.a, op.b])) {
      if (isTemporary(value) && lastUse.get(value) === position && value !== op.to) {
        if (value.at < 0) unknownSource('a value is used before it is computed');
        free.push(value.at);
      }
    }
    const { to } = op;
    if (!isTemporary(to)) continue;
    if (to.at < 0) to.at = free.pop() ?? count++;
    if (lastUse.get(to) === position) free.push(to.at);
  }
  return count;
};

/** A tape in its final order: labels are gone, temporaries have places 0.. and memory follows them. */
export interface LaidOut {
  readonly name: string;
  readonly ops: readonly Op[];
  readonly temporaries: number;
  readonly frame: number;
  /** Signals that its component must have at least: those that it touches, with all within. */
  readonly signals: number;
}

const signalsOf = (ops: readonly Op[], extentOf: ExtentOf): number =>
  ops.reduce((most, op) => {
    const own = op.code === CODE.component ? op.extra2 + extentOf(op.extra) : 0;
    const touched = [op.a, op.b, op.to].map((value) => (value?.kind === 'signal' ? value.at + 1 : 0));
    return Math.max(most, own, ...touched);
  }, 0);

export const layOut = (tape: Tape, extentOf: ExtentOf): LaidOut => {
  const withLabels = scheduleComponents(keepUsed(tape.block), extentOf);
  const ops: Op[] = [];
  let position = 0;
  for (const op of withLabels) {
    if (op.code === CODE.label) {
      if (op.label !== undefined) op.label.position = position;
      continue;
    }
    ops.push(op);
    position += wordsOf(op.code);
  }
  const temporaries = placeTemporaries(ops);
  return { name: tape.name, ops, temporaries, frame: temporaries + tape.memory, signals: signalsOf(ops, extentOf) };
};

/** Instructions of 16 bytes that one takes: some need a second for further numbers. */
const wordsOf = (code: number): number => (code === CODE.load || code === CODE.store || code === CODE.invoke ? 2 : 1);
