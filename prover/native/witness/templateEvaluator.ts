import { ComponentTable } from './componentTable.ts';
import { Frame, type Location } from './evaluatorFrame.ts';
import { FIELD } from './fieldOperations.ts';
import type { Address, GeneratorFunction, Reference, Statement, Template } from './generatorAst.ts';
import { ResidualCompiler } from './residualCompiler.ts';
import { SignalValues } from './signalValues.ts';
import { Block, type Cell, CODE, cell, constant, sameValue, type Tape, type Value, ZERO } from './tape.ts';
import { TapeBuilder } from './tapeBuilder.ts';
import type { Translation } from './translation.ts';
import { accessedVariables, lowest } from './variableAccess.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** More than any circuit that fits a machine needs; a generator that never ends is found out here. */
const MAX_STEPS = 400_000_000;
const MAX_OPS = 40_000_000;
/** Calls of one function within each other: those whose end is known now, and those that only the inputs decide. */
const MAX_DEPTH = 2000;
const MAX_UNDECIDED_DEPTH = 6;

/** Thrown when a function calls itself as long as the inputs say so. */
class Undecided {
  readonly function: string;

  constructor(name: string) {
    this.function = name;
  }
}

/**
 * Runs a template's generator code as far as it does not depend on signals: loops over known bounds unroll, addresses become
 * numbers, functions of constants become constants. What remains is the tape. Branches on signals become branches of the
 * tape; loops on signals are compiled as they stand (ResidualCompiler).
 *
 * A component runs where its last input is set, as in circom's code. Its signals lie at a fixed distance from its parent's,
 * so that one tape serves all instances of a template.
 */
export class TemplateEvaluator {
  readonly #translation: Translation;
  readonly #builder = new TapeBuilder();
  readonly #signals: SignalValues;
  readonly #components: ComponentTable;
  readonly #stack: Frame[] = [];
  #steps = 0;

  constructor(translation: Translation) {
    this.#translation = translation;
    this.#signals = new SignalValues(this.#builder, translation.isEverySignalRead);
    this.#components = new ComponentTable(translation, this.#builder, () => this.#signals.forgetReads());
  }

  evaluate(template: Template): Tape {
    const frame = new Frame(template.name, template.variables, this.#builder.root, 0);
    this.#run(frame, template.body);
    const { root, memory } = this.#builder;
    return { name: template.name, block: root, memory };
  }

  #run(frame: Frame, body: readonly Statement[]): boolean {
    this.#stack.push(frame);
    const returned = this.#all(frame, body);
    this.#stack.pop();
    return returned;
  }

  /** True if every way through returned. */
  #all(frame: Frame, statements: readonly Statement[]): boolean {
    for (const statement of statements) if (this.#one(frame, statement)) return true;
    return false;
  }

  #one(frame: Frame, statement: Statement): boolean {
    if (++this.#steps > MAX_STEPS || this.#builder.emitted > MAX_OPS) unknownSource('a template takes too many steps');
    switch (statement.kind) {
      case 'constants':
        for (let i = 0; i < statement.to.length; i++) {
          frame.setVariable(statement.to[i] ?? 0, this.#constant(statement.from[i] ?? 0));
        }
        return false;
      case 'destination':
        frame.destinations.set(statement.id, this.#locate(frame, statement.reference));
        return false;
      case 'store': {
        const to = frame.destinations.get(statement.id) ?? unknownSource('a store without a destination');
        this.#copy(frame, to, this.#loadAll(frame, this.#locate(frame, statement.from), statement.count));
        return false;
      }
      case 'operation': {
        const a = this.#load(frame, statement.a);
        const b = statement.b === undefined ? undefined : this.#load(frame, statement.b);
        const value = this.#builder.operate(statement.operation, a, b, statement.line);
        this.#copy(frame, this.#locate(frame, statement.to), [value]);
        return false;
      }
      case 'equalArrays': {
        const a = this.#loadAll(frame, this.#locate(frame, statement.a), statement.count);
        const b = this.#loadAll(frame, this.#locate(frame, statement.b), statement.count);
        this.#copy(frame, this.#locate(frame, statement.to), [this.#builder.equalAll(a, b, 0)]);
        return false;
      }
      case 'assert':
        this.#builder.assert(this.#load(frame, statement.of), statement.line);
        return false;
      case 'if':
        return this.#branch(frame, statement);
      case 'while':
        return this.#loop(frame, statement);
      case 'return':
        return this.#return(frame, statement.from, statement.count);
      default:
        this.#bookkeeping(frame, statement);
        return false;
    }
  }

  #bookkeeping(frame: Frame, statement: Statement): void {
    switch (statement.kind) {
      case 'set': {
        const value = this.#known(frame, statement.value);
        if (statement.index === undefined) frame.integers.set(statement.id, value);
        else frame.mapped.set(this.#known(frame, statement.index), value);
        return;
      }
      case 'create':
        this.#components.create(statement.creation);
        return;
      case 'supplied':
        this.#components.supply(this.#known(frame, statement.component), statement.count);
        return;
      case 'call':
        frame.calls.set(statement.id, { values: [], arena: statement.arena });
        return;
      case 'argument': {
        const call = frame.calls.get(statement.call) ?? unknownSource('an argument without a call');
        const values = this.#loadAll(frame, this.#locate(frame, statement.from), statement.count);
        for (const [i, value] of values.entries()) call.values[statement.at + i] = value;
        return;
      }
      case 'invoke': {
        const call = frame.calls.get(statement.call) ?? unknownSource('a call without arguments');
        const to = this.#locate(frame, statement.to);
        this.#copy(frame, to, this.#invoke(statement.function, call.values, call.arena, statement.count));
        return;
      }
      default:
        unknownSource(`a ${statement.kind} statement here`);
    }
  }

  // --- addresses and elements

  #constant(index: number): Value {
    return this.#translation.constants[index] ?? unknownSource('a constant out of range');
  }

  /** An address, as a number if it is known and as a value of the tape if not. */
  #address(frame: Frame, address: Address): number | Cell {
    switch (address.kind) {
      case 'number':
        return address.value;
      case 'variable':
        return frame.integers.get(address.id) ?? unknownSource('an integer that was never set');
      case 'element':
        return frame.mapped.get(this.#known(frame, address.index)) ?? unknownSource('an index that was never set');
      case 'toInt': {
        const value = this.#load(frame, address.of);
        if (value.kind !== 'constant') return value;
        return Number(value.value > FIELD >> 1n ? value.value - FIELD : value.value);
      }
      case 'start':
        return this.#components.start(this.#known(frame, address.component));
      case 'io':
        return this.#components.io(this.#known(frame, address.component), address.signal, address.property);
      default: {
        const left = this.#address(frame, address.left);
        const right = this.#address(frame, address.right);
        if (typeof left === 'number' && typeof right === 'number') {
          return address.kind === 'sum' ? left + right : left * right;
        }
        const value = (part: number | Cell): Value => (typeof part === 'number' ? fieldOf(part) : part);
        const operation = address.kind === 'sum' ? 'add' : 'mul';
        const combined = this.#builder.operate(operation, value(left), value(right), 0);
        return combined.kind === 'constant' ? Number(combined.value) : combined;
      }
    }
  }

  #known(frame: Frame, address: Address): number {
    const found = this.#address(frame, address);
    return typeof found === 'number' ? found : unknownSource('a component chosen by a signal');
  }

  #locate(frame: Frame, reference: Reference): Location {
    if (reference.space === 'argument') return { ...reference, least: 0 };
    if (reference.space === 'signal' || reference.space === 'variable') {
      const at = this.#address(frame, reference.at);
      return { space: reference.space, at, least: typeof at === 'number' ? at : lowest(reference.at), call: 0 };
    }
    const plus = reference.plus === undefined ? 0 : this.#known(frame, reference.plus);
    return { space: reference.space, at: reference.at + plus, least: 0, call: 0 };
  }

  #load(frame: Frame, reference: Reference): Value {
    return this.#loadAll(frame, this.#locate(frame, reference), 1)[0] ?? ZERO;
  }

  #loadAll(frame: Frame, location: Location, count: number): Value[] {
    const { at } = location;
    if (typeof at !== 'number') return this.#loadUnknown(frame, location, at, count);
    return Array.from({ length: count }, (_, i) => this.#element(frame, location, at + i));
  }

  #element(frame: Frame, location: Location, at: number): Value {
    switch (location.space) {
      case 'constant':
        return this.#constant(at);
      case 'scratch':
        return frame.scratch[at] ?? ZERO;
      case 'variable':
        return frame.variables[at] ?? ZERO;
      case 'argument':
        return frame.calls.get(location.call)?.values[at] ?? ZERO;
      case 'signal':
        return this.#signals.value(at);
    }
  }

  #copy(frame: Frame, to: Location, values: readonly Value[]): void {
    const { at, space } = to;
    if (typeof at !== 'number') {
      this.#storeUnknown(frame, to, at, values);
      return;
    }
    for (const [i, value] of values.entries()) {
      if (space === 'scratch') frame.scratch[at + i] = value;
      else if (space === 'variable') frame.setVariable(at + i, value);
      else if (space === 'signal') this.#signals.store(at + i, value);
      else unknownSource('a store to a constant');
    }
  }

  // --- elements whose place the inputs decide

  /** Variables from `least` on, in memory, where they can be addressed. */
  #spill(frame: Frame, least: number): number {
    const first = this.#builder.reserve(frame.size - least);
    for (let at = least; at < frame.size; at++) {
      this.#builder.copy(cell('memory', first + at - least), frame.variables[at] ?? ZERO);
    }
    return first;
  }

  #index(at: Cell, by: number): Value {
    return this.#builder.operate('add', at, fieldOf(by), 0);
  }

  #loadUnknown(frame: Frame, { space, least }: Location, at: Cell, count: number): Value[] {
    if (space !== 'variable' && space !== 'signal') return unknownSource('an element of unknown place');
    const isVariable = space === 'variable';
    const base = isVariable ? cell('memory', this.#spill(frame, least)) : cell('signal', 0);
    const limit = isVariable ? frame.size - least : 0;
    return Array.from({ length: count }, (_, i) => {
      const to = this.#builder.temporary();
      const b = this.#index(at, isVariable ? i - least : i);
      to.op = this.#builder.emit(CODE.load, { to, a: base, b, extra: limit });
      to.block = this.#builder.block;
      return to;
    });
  }

  #storeUnknown(frame: Frame, { space, least }: Location, at: Cell, values: readonly Value[]): void {
    if (space !== 'variable') unknownSource('a signal of unknown place is assigned');
    const first = this.#spill(frame, least);
    for (const [i, a] of values.entries()) {
      const b = this.#index(at, i - least);
      this.#builder.emit(CODE.store, { to: cell('memory', first), a, b, extra: frame.size - least });
    }
    for (let slot = least; slot < frame.size; slot++) this.#reload(frame, slot, first + slot - least);
  }

  #reload(frame: Frame, slot: number, memory: number): void {
    const to = this.#builder.temporary();
    this.#builder.copy(to, cell('memory', memory));
    frame.setVariable(slot, to);
  }

  // --- control

  #branch(frame: Frame, statement: Extract<Statement, { kind: 'if' }>): boolean {
    const condition = this.#load(frame, statement.condition);
    if (condition.kind === 'constant') {
      return this.#all(frame, condition.value !== 0n ? statement.whenTrue : statement.whenFalse);
    }
    const outer = frame.journal;
    const whenTrue = this.#alternative(frame, statement.whenTrue);
    const whenFalse = this.#alternative(frame, statement.whenFalse);
    frame.journal = outer;
    if (!whenTrue.returned && !whenFalse.returned) this.#meet(frame, whenTrue, whenFalse);
    else if (!whenTrue.returned || !whenFalse.returned) {
      const { values } = whenTrue.returned ? whenFalse : whenTrue;
      for (const [at, value] of values) frame.setVariable(at, value ?? ZERO);
    }
    this.#builder.emit(CODE.branch, { a: condition, whenTrue: whenTrue.block, whenFalse: whenFalse.block });
    return whenTrue.returned && whenFalse.returned;
  }

  /** Evaluates one branch, and puts the variables back as they were. */
  #alternative(
    frame: Frame,
    statements: readonly Statement[],
  ): { readonly block: Block; readonly returned: boolean; readonly values: Map<number, Value | undefined> } {
    const block = new Block();
    const journal = new Map<number, Value | undefined>();
    frame.journal = journal;
    this.#builder.enter(block);
    const returned = this.#all(frame, statements);
    this.#builder.leave();
    frame.journal = undefined;
    const values = new Map([...journal.keys()].map((at) => [at, frame.variables[at]]));
    for (const [at, before] of journal) frame.variables[at] = before;
    return { block, returned, values };
  }

  /** After two branches: variables that they left different come from wherever the tape went. */
  #meet(
    frame: Frame,
    whenTrue: { readonly block: Block; readonly values: Map<number, Value | undefined> },
    whenFalse: { readonly block: Block; readonly values: Map<number, Value | undefined> },
  ): void {
    for (const at of new Set([...whenTrue.values.keys(), ...whenFalse.values.keys()])) {
      const before = frame.variables[at];
      const left = (whenTrue.values.has(at) ? whenTrue.values.get(at) : before) ?? ZERO;
      const right = (whenFalse.values.has(at) ? whenFalse.values.get(at) : before) ?? ZERO;
      if (sameValue(left, right)) {
        frame.setVariable(at, left);
        continue;
      }
      const either = this.#builder.temporary();
      for (const [block, value] of [
        [whenTrue.block, left],
        [whenFalse.block, right],
      ] as const) {
        this.#builder.enter(block);
        this.#builder.copy(either, value);
        this.#builder.leave();
      }
      frame.setVariable(at, either);
    }
  }

  #loop(frame: Frame, statement: Extract<Statement, { kind: 'while' }>): boolean {
    for (;;) {
      const condition = this.#load(frame, statement.condition);
      if (condition.kind !== 'constant') {
        this.#residual(frame, statement);
        return false;
      }
      if (condition.value === 0n) return false;
      if (this.#all(frame, statement.body)) return true;
      if (++this.#steps > MAX_STEPS) unknownSource('a loop does not end');
    }
  }

  /** A loop that only the inputs end: its variables live in memory, and come back as values after it. */
  #residual(frame: Frame, statement: Statement): void {
    const { read, written, scratch } = accessedVariables(statement, frame.size);
    const first = this.#builder.reserve(frame.size);
    for (const at of new Set([...read, ...written])) {
      this.#builder.copy(cell('memory', first + at), frame.variables[at] ?? ZERO);
    }
    const scratchFirst = this.#builder.reserve(Math.max(-1, ...scratch) + 1);
    for (const at of scratch) this.#builder.copy(cell('memory', scratchFirst + at), frame.scratch[at] ?? ZERO);
    const compiler = new ResidualCompiler({
      builder: this.#builder,
      constants: this.#translation.constants,
      functionNumber: (name, arena) => this.#translation.functions.number(name, arena),
      variables: first,
      size: frame.size,
      scratch: scratchFirst,
      integer: (id) => frame.integers.get(id) ?? unknownSource('an integer that was never set'),
      return: (values) => this.#meetAtEnd(frame, values),
    });
    compiler.statements([statement]);
    for (const at of written) this.#reload(frame, at, first + at);
    this.#signals.forget();
  }

  // --- functions

  #return(frame: Frame, from: Reference, count: number): boolean {
    const values = this.#loadAll(frame, this.#locate(frame, from), Math.min(count, frame.wanted));
    const undecided = frame.meeting !== undefined || this.#builder.block !== frame.entry;
    if (undecided) this.#meetAtEnd(frame, values);
    else frame.result = values;
    return true;
  }

  #meetAtEnd(frame: Frame, values: readonly Value[]): void {
    frame.meeting ??= {
      cells: Array.from({ length: frame.wanted }, () => this.#builder.temporary()),
      end: { position: -1 },
    };
    for (const [i, to] of frame.meeting.cells.entries()) this.#builder.copy(to, values[i] ?? ZERO);
    this.#builder.emit(CODE.jump, { label: frame.meeting.end });
  }

  #invoke(name: string, values: readonly (Value | undefined)[], arena: number, wanted: number): Value[] {
    const definition = this.#translation.generator.functions.get(name) ?? unknownSource(`the function ${name}`);
    this.#checkDepth(name);
    const depth = this.#stack.length;
    const block = new Block();
    const { memory } = this.#builder;
    try {
      return this.#inline(definition, values, arena, wanted, block);
    } catch (error) {
      const isOutermost = !this.#stack.slice(0, depth).some((frame) => frame.name === name);
      if (!(error instanceof Undecided) || error.function !== name || !isOutermost) throw error;
      while (this.#stack.length > depth) this.#stack.pop();
      this.#builder.leaveUntil(block);
      this.#builder.memory = memory;
      return this.#call(name, values, arena, wanted);
    }
  }

  #checkDepth(name: string): void {
    const same = this.#stack.filter((frame) => frame.name === name);
    if (same.length > MAX_DEPTH) unknownSource(`${name} calls itself too often`);
    const undecided = same.filter(({ isUndecided }) => isUndecided);
    if (undecided.length > MAX_UNDECIDED_DEPTH) throw new Undecided(name);
  }

  #inline(
    definition: GeneratorFunction,
    values: readonly (Value | undefined)[],
    arena: number,
    wanted: number,
    block: Block,
  ): Value[] {
    const outer = this.#builder.block;
    const caller = this.#stack.at(-1);
    const frame = new Frame(definition.name, arena, block, wanted);
    frame.isUndecided = caller !== undefined && (caller.entry !== outer || caller.meeting !== undefined);
    for (const [at, value] of values.entries()) if (value !== undefined) frame.variables[at] = value;
    this.#builder.enter(block);
    this.#run(frame, definition.body);
    this.#builder.leave();
    if (frame.meeting === undefined) {
      for (const op of block.ops) outer.ops.push(op);
      block.owner = outer;
      return frame.result;
    }
    this.#builder.emit(CODE.branch, { whenTrue: block });
    this.#builder.emit(CODE.label, { label: frame.meeting.end });
    return [...frame.meeting.cells];
  }

  /** Calls the function when the tape runs. */
  #call(name: string, values: readonly (Value | undefined)[], arena: number, wanted: number): Value[] {
    const first = this.#builder.reserve(values.length);
    for (const [i, value] of values.entries()) this.#builder.copy(cell('memory', first + i), value ?? ZERO);
    const results = this.#builder.reserve(wanted);
    this.#builder.emit(CODE.invoke, {
      to: cell('memory', results),
      a: cell('memory', first),
      extra: this.#translation.functions.number(name, arena),
      extra2: values.length,
      extra3: wanted,
    });
    return Array.from({ length: wanted }, (_, i) => {
      const to = this.#builder.temporary();
      this.#builder.copy(to, cell('memory', results + i));
      return to;
    });
  }
}

const fieldOf = (value: number): Value => constant((BigInt(value) + FIELD) % FIELD);
