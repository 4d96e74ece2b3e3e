import { AddressParser } from './addressParser.ts';
import { OPERATIONS, type Operation } from './fieldOperations.ts';
import type { Address, Creation, Reference, Statement } from './generatorAst.ts';
import { type Lines, Scopes } from './sourceLines.ts';
import { unknownSource } from './WitnessTranslationError.ts';

const KNOWN: ReadonlySet<string> = new Set(OPERATIONS);
const OPERATION = /^Fr_(\w+)\((.*)\); \/\/ line circom (\d+)$/;
const LINE = / line (\d+)\. /;
/** Declarations and bookkeeping that mean nothing here: what they hold is known otherwise, or concerns threads. */
const IGNORED = new RegExp(
  [
    '^(FrElement\\* |FrElement expaux|u64 my|u32\\* my|bool\\* my|std::string my|std::string\\* list|uint sub_component_aux)',
    '^(uint index_multiple_eq;|int cmp_index_ref_load|cmp_index_ref_load = |uint map_(accesses|index)_aux\\[)',
    '^(printf\\(|char\\* temp = |delete \\[\\] ?temp)',
    '^(std::unique_lock|ctx->ntcvs|ctx->numThread|ctx->componentMemory\\[ctx_index\\]\\.(mutexes|outputIsSet|cvs)\\[)',
    '^(mySubcomponentsParallel\\[|int aux[12] = |uint index = |assert\\(ctx->componentMemory\\[.*inputCounter > 0\\);)',
    '^assert\\(!\\(ctx->componentMemory\\[.*inputCounter\\)\\);$',
  ].join('|'),
);

/** Splits at commas outside brackets. */
const splitArguments = (text: string): string[] => {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 41 || c === 93 || c === 125) depth--;
    else if (c === 44 && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
};

/** Dimensions to "[1][2]", row by row, as circom numbers arrays of components. */
const arrayPosition = (dimensions: readonly number[], index: number): string => {
  let rest = index;
  let text = '';
  for (let d = dimensions.length - 1; d >= 0; d--) {
    const size = dimensions[d] ?? 1;
    text = `[${rest % size}]${text}`;
    rest = Math.floor(rest / size);
  }
  return text;
};

/** Reads the body of one template or function. */
export class BodyParser {
  readonly #lines: Lines;
  readonly #scopes = new Scopes();
  readonly #references = new Map<string, Reference>();
  /** One identity is enough: each access is used at once. */
  readonly #mapVariable = this.#scopes.declare('map_accesses_aux');
  variables = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  parse(): Statement[] {
    const body: Statement[] = [];
    if (this.#block(body) !== '}') unknownSource('a function does not end');
    return body;
  }

  #line(): string {
    return this.#lines.next() ?? unknownSource('the source ends within a function');
  }

  #reference(text: string): Reference {
    const cached = this.#references.get(text);
    if (cached !== undefined) return cached;
    const reference = AddressParser.reference(text, this.#scopes);
    // Names of variables mean something else in each block.
    if (!/cmp_index_ref|map_|aux_|index_multiple|lvarcall|cur_def/.test(text)) this.#references.set(text, reference);
    return reference;
  }

  #address(text: string): Address {
    return AddressParser.address(text, this.#scopes);
  }

  /** Statements up to the brace that closes this block; returns that line. */
  #block(into: Statement[]): string {
    for (;;) {
      const line = this.#line();
      if (line === '}' || line === '}}' || line === '}else{' || line === '} else {') return line;
      if (line === '{' || line === '{{') {
        this.#scopes.open();
        this.#block(into);
        this.#scopes.close();
      } else if (line !== '' && !line.startsWith('//')) this.#statement(line, into);
    }
  }

  #statement(line: string, into: Statement[]): void {
    if (line.startsWith('PFrElement aux_dest = ')) {
      this.#destination(line, into);
      return;
    }
    if (line.startsWith('Fr_')) {
      this.#element(line, into);
      return;
    }
    if (line.startsWith('if') || line.startsWith('while') || line.startsWith('for')) {
      this.#control(line, into);
      return;
    }
    if (line.startsWith('assert(Fr_isTrue(')) return;
    if (line === 'return;') return;
    const variables = /^FrElement lvar\[(\d+)\];$/.exec(line);
    if (variables !== null) {
      this.variables = Number(variables[1]);
      return;
    }
    if (IGNORED.test(line)) return;
    this.#declaration(line, into);
  }

  /** A store to a variable from a constant is most of what generators consist of: such runs become one statement. */
  #destination(line: string, into: Statement[]): void {
    const text = line.slice('PFrElement aux_dest = '.length, -1);
    const reference = this.#reference(text);
    into.push({ kind: 'destination', id: this.#scopes.declare('aux_dest'), reference });
  }

  #store(source: string, count: number, into: Statement[]): void {
    const id = this.#scopes.lookup('aux_dest');
    const from = this.#reference(source);
    const last = into.at(-1);
    if (last?.kind === 'destination' && last.id === id && from.space === 'constant' && count === 1) {
      const { reference } = last;
      if (reference.space === 'variable' && reference.at.kind === 'number') {
        into.pop();
        this.#constant(reference.at.value, from.at, into);
        return;
      }
    }
    into.push({ kind: 'store', id, from, count });
  }

  #constant(to: number, from: number, into: Statement[]): void {
    const last = into.at(-1);
    if (last?.kind !== 'constants') {
      into.push({ kind: 'constants', to: [to], from: [from] });
      return;
    }
    (last.to as number[]).push(to);
    (last.from as number[]).push(from);
  }

  #element(line: string, into: Statement[]): void {
    if (line.startsWith('Fr_copy')) {
      this.#copy(line, into);
      return;
    }
    const match = OPERATION.exec(line);
    const operation = match?.[1] ?? '';
    if (match === null || !KNOWN.has(operation)) unknownSource(`the line "${line.slice(0, 200)}"`);
    const [to, a, b] = splitArguments(match[2] ?? '');
    if (to === undefined || a === undefined) unknownSource(`the line "${line.slice(0, 200)}"`);
    into.push({
      kind: 'operation',
      operation: operation as Operation,
      to: this.#reference(to),
      a: this.#reference(a),
      b: b === undefined ? undefined : this.#reference(b),
      line: Number(match[3]),
    });
  }

  #copy(line: string, into: Statement[]): void {
    const match = /^Fr_copyn?\((.*)\);$/.exec(line);
    const [to = '', from = '', size] = splitArguments(match?.[1] ?? '');
    if (to === 'destination') {
      const count = size === undefined ? 1 : Number(/^std::min\((\d+),destination_size\)$/.exec(size)?.[1]);
      into.push({ kind: 'return', from: this.#reference(from), count });
      return;
    }
    const count = size === undefined ? 1 : Number(size);
    if (to === 'aux_dest') {
      this.#store(from, count, into);
      return;
    }
    const target = this.#reference(to);
    if (target.space !== 'argument') unknownSource(`the line "${line.slice(0, 200)}"`);
    into.push({ kind: 'argument', call: target.call, at: target.at, from: this.#reference(from), count });
  }

  #control(line: string, into: Statement[]): void {
    const branch = /^(if|while) ?\(Fr_isTrue\((.*)\)\)\s?\{$/.exec(line);
    if (branch?.[1] === 'if') {
      this.#branch(branch[2] ?? '', into);
      return;
    }
    if (branch?.[1] === 'while') {
      this.#loop(branch[2] ?? '', into);
      return;
    }
    if (line.startsWith('if (!Fr_isTrue(')) {
      const of = /^if \(!Fr_isTrue\((.*?)\)\) std::cout/.exec(line)?.[1] ?? '';
      into.push({ kind: 'assert', of: this.#reference(of), line: Number(LINE.exec(line)?.[1] ?? 0) });
      return;
    }
    if (line.startsWith('if(!(ctx->componentMemory[mySubcomponents[cmp_index_ref]].inputCounter -= ')) {
      this.#supplied(line, into);
      this.#skipBlock();
      return;
    }
    if (line.startsWith('while(index_multiple_eq < ')) {
      this.#equalArrays(line, into);
      return;
    }
    if (line.startsWith('if (mySubcomponentsParallel[')) {
      this.#maybeParallel(into);
      return;
    }
    if (line.startsWith('for (')) {
      this.#counted(line, into);
      return;
    }
    unknownSource(`the line "${line.slice(0, 200)}"`);
  }

  #branch(condition: string, into: Statement[]): void {
    const of = this.#reference(condition);
    const whenTrue: Statement[] = [];
    const whenFalse: Statement[] = [];
    this.#scopes.open();
    const end = this.#block(whenTrue);
    this.#scopes.close();
    this.#scopes.open();
    if (end.endsWith('{')) this.#block(whenFalse);
    this.#scopes.close();
    into.push({ kind: 'if', condition: of, whenTrue, whenFalse });
  }

  #loop(condition: string, into: Statement[]): void {
    const of = this.#reference(condition);
    const body: Statement[] = [];
    this.#scopes.open();
    this.#block(body);
    this.#scopes.close();
    into.push({ kind: 'while', condition: of, body });
  }

  /** Everything up to the brace that closes the block just opened, however deep. */
  #skipBlock(): void {
    for (let depth = 1; depth > 0; ) {
      const line = this.#line();
      for (const c of line) depth += c === '{' ? 1 : c === '}' ? -1 : 0;
    }
  }

  #supplied(line: string, into: Statement[]): void {
    const count = Number(/inputCounter -= (\d+)/.exec(line)?.[1]);
    const component = this.#address('cmp_index_ref');
    into.push({ kind: 'supplied', component, count, line: 0 });
  }

  /** `if (mySubcomponentsParallel[c]){ ... } else { ... }`: threads change nothing, so what the other branch does is it. */
  #maybeParallel(into: Statement[]): void {
    this.#scopes.open();
    const end = this.#block([]);
    this.#scopes.close();
    if (end.endsWith('{')) {
      this.#scopes.open();
      this.#block(into);
      this.#scopes.close();
    }
  }

  /** Of the counted loops only those that create components matter; `#create` reads those from inside their block. */
  #counted(line: string, into: Statement[]): void {
    const count = Number(/ < (\d+);/.exec(line)?.[1]);
    const first = this.#line();
    if (first.startsWith('std::string new_cmp_name = ') || first.startsWith('uint i = aux_positions')) {
      this.#createArray(count, first, into);
      return;
    }
    let depth = 1;
    for (const c of first) depth += c === '{' ? 1 : c === '}' ? -1 : 0;
    while (depth > 0) {
      for (const c of this.#line()) depth += c === '{' ? 1 : c === '}' ? -1 : 0;
    }
  }

  /** After `Fr_eq(to, a, b)`: `while(index_multiple_eq < n && ...) { Fr_eq(to, a + index, b + index); index_multiple_eq++; }` */
  #equalArrays(line: string, into: Statement[]): void {
    const count = Number(/< (\d+) /.exec(line)?.[1]);
    this.#skipBlock();
    const first = into.pop();
    if (first?.kind !== 'operation' || first.operation !== 'eq' || first.b === undefined)
      unknownSource('a comparison of arrays');
    into.push({ kind: 'equalArrays', to: first.to, a: first.a, b: first.b, count });
  }

  #declaration(line: string, into: Statement[]): void {
    if (line.startsWith('ctx->componentMemory[mySubcomponents[cmp_index_ref]].inputCounter -= ')) {
      this.#supplied(line, into);
      return;
    }
    // The component runs, as its last input was just counted.
    if (/^(\w+_run|\(\*_functionTable.*\))\(mySubcomponents\[cmp_index_ref\],ctx\);$/.test(line)) return;
    if (/^ctx->componentMemory\[ctx_index\]\.sbct\[cmp_index_ref\] = std::thread\(/.test(line)) return;
    if (line === 'index_multiple_eq = 1;') return;
    const variable = /^uint (cmp_index_ref) = (.*);$/.exec(line);
    if (variable !== null) {
      const value = this.#address(variable[2] ?? '');
      into.push({ kind: 'set', id: this.#scopes.declare('cmp_index_ref'), index: undefined, value });
      return;
    }
    if (line.startsWith('uint aux_dest_index = ')) return;
    if (/^(IOFieldDef \*cur_def|map_)/.test(line)) {
      this.#mapped(line, into);
      return;
    }
    if (line.startsWith('FrElement lvarcall[')) {
      const id = this.#scopes.declare('lvarcall');
      into.push({ kind: 'call', id, arena: Number(/\[(\d+)\]/.exec(line)?.[1]) });
      return;
    }
    const invoked = /^(\w+)\(ctx,lvarcall,myId,(.*),(\d+)\);$/.exec(line);
    if (invoked !== null) {
      into.push({
        kind: 'invoke',
        call: this.#scopes.lookup('lvarcall'),
        function: invoked[1] ?? '',
        to: this.#reference(invoked[2] ?? ''),
        count: Number(invoked[3]),
      });
      return;
    }
    if (line.startsWith('std::string new_cmp_name = ')) {
      this.#createOne(line, into);
      return;
    }
    if (line.startsWith('uint aux_create = ')) {
      this.#arrayHeader(line, into);
      return;
    }
    unknownSource(`the line "${line.slice(0, 200)}"`);
  }

  #definition: { component: string; signal: string } = { component: '', signal: '' };
  #indexes: string[] = [];

  /** An input or output whose place depends on the component's template: `map_accesses_aux[k]` is its index, flat. */
  #mapped(line: string, into: Statement[]): void {
    const definition =
      /^IOFieldDef \*cur_def = &\(ctx->templateInsId2IOSignalInfo\[ctx->componentMemory\[mySubcomponents\[(.*)\]\]\.templateId\]\.defs\[(\d+)\]\);$/.exec(
        line,
      );
    if (definition !== null) {
      this.#definition = { component: definition[1] ?? '', signal: definition[2] ?? '' };
      this.#indexes = [];
      return;
    }
    const index = /^map_index_aux\[(\d+)\]=(.*);$/.exec(line);
    if (index !== null) {
      this.#indexes[Number(index[1])] = index[2] ?? '';
      return;
    }
    const access = /^map_accesses_aux\[(\d+)\] = /.exec(line);
    if (access === null) unknownSource(`the line "${line.slice(0, 200)}"`);
    const { component, signal } = this.#definition;
    const of = `ctx->templateInsId2IOSignalInfo[ctx->componentMemory[mySubcomponents[${component}]].templateId].defs[${signal}]`;
    const flat = this.#indexes.reduce((sum, one, i) =>
      i === 0 ? `(${one})` : `(${sum}*${of}.lengths[${i - 1}]+(${one}))`,
    );
    into.push({
      kind: 'set',
      id: this.#mapVariable,
      index: this.#address(access?.[1] ?? ''),
      value: this.#address(`${flat}*${of}.size`),
    });
  }

  #createOne(line: string, into: Statement[]): void {
    const name = /= "(.*)";$/.exec(line)?.[1];
    const call = /^(\w+)_create(?:_parallel)?\(mySignalStart\+(\d+),(\d+)\+ctx_index\+1,ctx,new_cmp_name,myId\);$/.exec(
      this.#line(),
    );
    const slot = /^mySubcomponents\[(\d+)\] = /.exec(this.#line());
    if (name === undefined || call === null || slot === null) unknownSource(`the component "${line}"`);
    const creation: Creation = {
      template: call[1] ?? '',
      slots: [Number(slot[1])],
      names: [name],
      starts: [Number(call[2])],
    };
    into.push({ kind: 'create', creation });
  }

  #array = { first: 0, start: 0, dimensions: [] as number[], positions: undefined as number[] | undefined };

  /** `uint aux_create = first;` and what else stands before the loop that creates an array of components. */
  #arrayHeader(line: string, into: Statement[]): void {
    const first = Number(/= (\d+);/.exec(line)?.[1]);
    let start = 0;
    let dimensions: number[] = [];
    let positions: number[] | undefined;
    for (let next = this.#line(); ; next = this.#line()) {
      const numbers = (): number[] => (/\{(.*)\}/.exec(next)?.[1] ?? '').split(',').map(Number);
      if (next.startsWith('uint csoffset = ')) start = Number(/mySignalStart\+(\d+);/.exec(next)?.[1]);
      else if (next.startsWith('uint aux_dimensions')) dimensions = numbers();
      else if (next.startsWith('uint aux_positions')) positions = numbers();
      else if (next.startsWith('for (')) {
        this.#array = { first, start, dimensions, positions };
        this.#counted(next, into);
        return;
      } else if (!next.startsWith('int aux_cmp_num = ')) unknownSource(`the line "${next.slice(0, 200)}"`);
    }
  }

  #createArray(count: number, firstLine: string, into: Statement[]): void {
    let line = firstLine;
    if (line.startsWith('uint i = aux_positions')) line = this.#line();
    const name = /= "(.*)"\+ctx->generate_position_array/.exec(line)?.[1];
    const call = /^(\w+)_create(?:_parallel)?\(csoffset,aux_cmp_num,ctx,new_cmp_name,myId\);$/.exec(this.#line());
    if (name === undefined || call === null) unknownSource(`the component "${line}"`);
    let step = 0;
    for (let next = this.#line(); next !== '}'; next = this.#line()) {
      const offset = /^csoffset \+= (\d+) ?;$/.exec(next);
      if (offset !== null) step = Number(offset[1]);
      else if (!/^(mySubcomponents(Parallel)?\[aux_create\+ ?i\]|aux_cmp_num \+= )/.test(next))
        unknownSource(`the line "${next.slice(0, 200)}"`);
    }
    const { first, start, dimensions, positions } = this.#array;
    const indexes = positions ?? Array.from({ length: count }, (_, i) => i);
    const creation: Creation = {
      template: call[1] ?? '',
      slots: indexes.map((i) => first + i),
      names: indexes.map((i) => name + arrayPosition(dimensions, i)),
      starts: indexes.map((_, i) => start + step * i),
    };
    into.push({ kind: 'create', creation });
  }
}
