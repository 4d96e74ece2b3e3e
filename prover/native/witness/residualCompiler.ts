import { FIELD, OPERATIONS } from './fieldOperations.ts';
import type { Address, Reference, Statement } from './generatorAst.ts';
import { type Cell, CODE, cell, constant, type Label, type Value } from './tape.ts';
import type { TapeBuilder } from './tapeBuilder.ts';
import { unknownSource } from './WitnessTranslationError.ts';

export interface ResidualOptions {
  readonly builder: TapeBuilder;
  readonly constants: readonly Value[];
  /** Number of the tape of a function; `arena` is the size of its variables. */
  readonly functionNumber: (name: string, arena: number) => number;
  /** Memory of the variables, `size` elements, and of the scratch elements. */
  readonly variables: number;
  readonly size: number;
  readonly scratch: number;
  /** Integer variables that were set outside of what is compiled. */
  readonly integer: (id: number) => number;
  /** Writes what a return does. */
  readonly return: (values: readonly Value[]) => void;
}

/** An element's place: in memory or among the signals, plus an index that the tape computes. */
interface Place {
  readonly base: Cell;
  readonly index: Value | undefined;
  /** The index stays below; 0: the component's signals. */
  readonly limit: number;
}

/**
 * Compiles statements as they stand, one instruction or more each, with every variable in memory: for loops and functions
 * whose course depends on the inputs. Slower than what TemplateEvaluator makes of the rest, and rare.
 */
export class ResidualCompiler {
  readonly #options: ResidualOptions;
  readonly #builder: TapeBuilder;
  readonly #destinations = new Map<number, Place>();
  /** Memory of the arguments of a call, and how many there are. */
  readonly #calls = new Map<number, { readonly first: number; readonly arena: number; count: number }>();

  constructor(options: ResidualOptions) {
    this.#options = options;
    this.#builder = options.builder;
  }

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.#one(statement);
  }

  #one(statement: Statement): void {
    switch (statement.kind) {
      case 'constants':
        for (let i = 0; i < statement.to.length; i++) {
          this.#builder.copy(this.#variable(statement.to[i] ?? 0), this.#constant(statement.from[i] ?? 0));
        }
        return;
      case 'destination':
        this.#destinations.set(statement.id, this.#place(statement.reference));
        return;
      case 'store': {
        const to = this.#destinations.get(statement.id) ?? unknownSource('a store without a destination');
        this.#move(to, statement.from, statement.count);
        return;
      }
      case 'operation': {
        const a = this.#load(statement.a, 0);
        const b = statement.b === undefined ? undefined : this.#load(statement.b, 0);
        this.#emit(CODE[statement.operation], statement.to, a, b, statement.line);
        return;
      }
      case 'assert':
        this.#builder.emit(CODE.assert, { a: this.#load(statement.of, 0), line: statement.line });
        return;
      case 'if':
        this.#branch(statement);
        return;
      case 'while':
        this.#loop(statement);
        return;
      case 'return':
        this.#options.return(Array.from({ length: statement.count }, (_, i) => this.#load(statement.from, i)));
        return;
      default:
        this.#call(statement);
    }
  }

  #call(statement: Statement): void {
    switch (statement.kind) {
      case 'call':
        this.#calls.set(statement.id, {
          first: this.#builder.reserve(statement.arena),
          arena: statement.arena,
          count: 0,
        });
        return;
      case 'argument': {
        const call = this.#calls.get(statement.call) ?? unknownSource('an argument without a call');
        call.count = Math.max(call.count, statement.at + statement.count);
        this.#move(
          { base: cell('memory', call.first + statement.at), index: undefined, limit: 0 },
          statement.from,
          statement.count,
        );
        return;
      }
      case 'invoke': {
        const call = this.#calls.get(statement.call) ?? unknownSource('a call without arguments');
        const results = this.#builder.reserve(statement.count);
        this.#builder.emit(CODE.invoke, {
          to: cell('memory', results),
          a: cell('memory', call.first),
          extra: this.#options.functionNumber(statement.function, call.arena),
          extra2: call.count,
          extra3: statement.count,
        });
        const to = this.#place(statement.to);
        for (let i = 0; i < statement.count; i++) this.#store(to, i, cell('memory', results + i));
        return;
      }
      default:
        unknownSource(`a ${statement.kind} statement within a loop on signals`);
    }
  }

  #constant(index: number): Value {
    return this.#options.constants[index] ?? unknownSource('a constant out of range');
  }

  #variable(at: number): Cell {
    if (at >= this.#options.size) unknownSource('a variable out of range');
    return cell('memory', this.#options.variables + at);
  }

  #memoryTemporary(): Cell {
    return cell('memory', this.#builder.reserve(1));
  }

  /** An address as a number or as a value computed by the tape. */
  #address(address: Address): number | Value {
    switch (address.kind) {
      case 'number':
        return address.value;
      case 'variable':
        return this.#options.integer(address.id);
      case 'toInt':
        return this.#load(address.of, 0);
      case 'sum':
      case 'product': {
        const left = this.#address(address.left);
        const right = this.#address(address.right);
        if (typeof left === 'number' && typeof right === 'number') {
          return address.kind === 'sum' ? left + right : left * right;
        }
        const to = this.#memoryTemporary();
        const code = address.kind === 'sum' ? CODE.add : CODE.mul;
        this.#builder.emit(code, { to, a: asValue(left), b: asValue(right) });
        return to;
      }
      default:
        return unknownSource('a component within a loop on signals');
    }
  }

  #place(reference: Reference): Place {
    switch (reference.space) {
      case 'scratch':
        return { base: cell('memory', this.#options.scratch + reference.at), index: undefined, limit: 0 };
      case 'variable': {
        const at = this.#address(reference.at);
        if (typeof at === 'number') return { base: this.#variable(at), index: undefined, limit: 0 };
        return { base: this.#variable(0), index: at, limit: this.#options.size };
      }
      case 'signal': {
        const at = this.#address(reference.at);
        if (typeof at === 'number') return { base: cell('signal', at), index: undefined, limit: 0 };
        return { base: cell('signal', 0), index: at, limit: 0 };
      }
      default:
        return unknownSource('a place that is no variable');
    }
  }

  /** The element `by` after the reference. */
  #load(reference: Reference, by: number): Value {
    if (reference.space === 'constant') return this.#constant(reference.at + by);
    const { base, index, limit } = this.#place(reference);
    if (index === undefined) return cell(base.kind, base.at + by);
    const to = this.#memoryTemporary();
    this.#builder.emit(CODE.load, { to, a: base, b: this.#plus(index, by), extra: limit });
    return to;
  }

  #plus(index: Value, by: number): Value {
    if (by === 0) return index;
    const to = this.#memoryTemporary();
    this.#builder.emit(CODE.add, { to, a: index, b: asValue(by) });
    return to;
  }

  #store({ base, index, limit }: Place, by: number, value: Value): void {
    if (index === undefined) this.#builder.copy(cell(base.kind, base.at + by), value);
    else this.#builder.emit(CODE.store, { to: base, a: value, b: this.#plus(index, by), extra: limit });
  }

  /** The source is read whole before anything is written, as they may be one array. */
  #move(to: Place, from: Reference, count: number): void {
    const values = Array.from({ length: count }, (_, i) => this.#load(from, i));
    for (const [i, value] of values.entries()) this.#store(to, i, value);
  }

  #emit(code: number, target: Reference, a: Value, b: Value | undefined, line: number): void {
    const to = this.#place(target);
    if (to.index !== undefined) unknownSource('an operation into an element of unknown place');
    const unary = code === CODE.neg || code === CODE.bnot || code === CODE.lnot;
    if (code > OPERATIONS.length) unknownSource('an operation');
    this.#builder.emit(code, { to: to.base, a, b: unary ? undefined : b, line });
  }

  #mark(label: Label): void {
    this.#builder.emit(CODE.label, { label });
  }

  #branch(statement: Extract<Statement, { kind: 'if' }>): void {
    const whenFalse: Label = { position: -1 };
    const end: Label = { position: -1 };
    this.#builder.emit(CODE.jumpIfZero, { a: this.#load(statement.condition, 0), label: whenFalse });
    this.statements(statement.whenTrue);
    this.#builder.emit(CODE.jump, { label: end });
    this.#mark(whenFalse);
    this.statements(statement.whenFalse);
    this.#mark(end);
  }

  #loop(statement: Extract<Statement, { kind: 'while' }>): void {
    const start: Label = { position: -1 };
    const end: Label = { position: -1 };
    this.#mark(start);
    this.#builder.emit(CODE.jumpIfZero, { a: this.#load(statement.condition, 0), label: end });
    this.statements(statement.body);
    this.#builder.emit(CODE.jump, { label: start });
    this.#mark(end);
  }
}

const asValue = (part: number | Value): Value =>
  typeof part === 'number' ? constant((BigInt(part) + FIELD) % FIELD) : part;
