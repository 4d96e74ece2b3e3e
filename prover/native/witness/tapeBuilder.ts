import { evaluate, type Operation } from './fieldOperations.ts';
import { Block, type Cell, CODE, cell, constant, makeOp, ONE, type Op, type Value, ZERO } from './tape.ts';

const UNARY: ReadonlySet<Operation> = new Set(['neg', 'bnot', 'lnot']);
const FIELD_BITS = 254n;

/** Writes instructions into nested blocks, leaving out what is known beforehand. */
export class TapeBuilder {
  readonly root = new Block();
  readonly #open: Block[] = [this.root];
  /** Elements of memory given out. */
  memory = 0;
  emitted = 0;

  get block(): Block {
    return this.#open.at(-1) ?? this.root;
  }

  /** True outside of all branches and functions: what is written here always runs. */
  get isStraight(): boolean {
    return this.block === this.root;
  }

  enter(block: Block): void {
    this.#open.push(block);
  }

  leave(): void {
    this.#open.pop();
  }

  /** Leaves everything that was entered since this block, and it. */
  leaveUntil(block: Block): void {
    while (this.#open.includes(block)) this.#open.pop();
  }

  emit(code: number, fields: Partial<Op> = {}): Op {
    const op = makeOp(code, fields);
    this.block.ops.push(op);
    this.emitted++;
    return op;
  }

  temporary(): Cell {
    return cell('temporary', -1);
  }

  /** The first of `count` elements of memory. */
  reserve(count: number): number {
    const first = this.memory;
    this.memory += count;
    return first;
  }

  copy(to: Cell, from: Value): void {
    this.emit(CODE.copy, { to, a: from });
  }

  #computed(code: number, fields: Partial<Op>): Cell {
    const to = this.temporary();
    to.op = this.emit(code, { ...fields, to });
    to.block = this.block;
    return to;
  }

  /** The operation's result: a constant, one of the operands or a new temporary. */
  operate(operation: Operation, a: Value, b: Value | undefined, line: number): Value {
    const known = this.#known(operation, a, b);
    if (known !== undefined) return known;
    const bit = operation === 'band' && b !== undefined ? (this.#bit(a, b) ?? this.#bit(b, a)) : undefined;
    return bit ?? this.#computed(CODE[operation], { a, b: UNARY.has(operation) ? undefined : b, line });
  }

  #known(operation: Operation, a: Value, b: Value | undefined): Value | undefined {
    if (a.kind === 'constant' && (b === undefined || b.kind === 'constant' || UNARY.has(operation))) {
      const right = b?.kind === 'constant' ? b.value : 0n;
      // Stops the generator, if it comes to that.
      if ((operation === 'idiv' || operation === 'mod') && right === 0n) return undefined;
      return constant(evaluate[operation](a.value, right));
    }
    const isConstant = (value: Value | undefined, is: bigint): boolean =>
      value?.kind === 'constant' && value.value === is;
    if (operation === 'add' && isConstant(a, 0n)) return b;
    if ((operation === 'add' || operation === 'sub' || operation === 'shr') && isConstant(b, 0n)) return a;
    if (operation !== 'mul') return undefined;
    if (isConstant(a, 0n) || isConstant(b, 0n)) return ZERO;
    if (isConstant(a, 1n)) return b;
    return isConstant(b, 1n) ? a : undefined;
  }

  /** (x >> k) & 1, k known: x is taken out of Montgomery's form once for all its bits. */
  #bit(value: Value, mask: Value): Value | undefined {
    if (mask.kind !== 'constant' || mask.value !== 1n || value.kind === 'constant') return undefined;
    const shift = value.op?.code === CODE.shr ? value.op : undefined;
    if (shift?.b?.kind !== 'constant' || shift.b.value >= FIELD_BITS) {
      return this.#computed(CODE.bit, { a: this.#plain(value), extra: 0 });
    }
    if (shift.a === undefined || shift.a.kind === 'constant') return undefined;
    return this.#computed(CODE.bit, { a: this.#plain(shift.a), extra: Number(shift.b.value) });
  }

  #plain(value: Cell): Cell {
    const { plain } = value;
    if (plain?.block !== undefined && this.#open.includes(plain.block.root)) return plain;
    value.plain = this.#computed(CODE.toPlain, { a: value });
    return value.plain;
  }

  /** Puts a value at a signal's place: what computed it in this block does so right there. Returns what a load gives. */
  storeSignal(at: number, value: Value): Value {
    if (value.kind !== 'constant' && value.kind === 'temporary' && value.op !== undefined) {
      if (value.block?.root === this.block.root && value.op.code !== CODE.toPlain) {
        value.kind = 'signal';
        value.at = at;
        return value;
      }
    }
    this.copy(cell('signal', at), value);
    return value;
  }

  /** Stops with the line unless the value is not 0. */
  assert(value: Value, line: number): void {
    if (value.kind === 'constant' && value.value !== 0n) return;
    const { a, b, code } = value.kind === 'constant' ? makeOp(CODE.end) : (value.op ?? makeOp(CODE.end));
    if (code === CODE.eq) this.emit(CODE.assertEqual, { a, b, line });
    else this.emit(CODE.assert, { a: value, line });
  }

  /** a = b element by element, as 0 or 1. */
  equalAll(a: readonly Value[], b: readonly Value[], line: number): Value {
    return a.reduce<Value>((all, left, i) => {
      const equal = this.operate('eq', left, b[i], line);
      return all === ONE ? equal : this.operate('land', all, equal, line);
    }, ONE);
  }
}
