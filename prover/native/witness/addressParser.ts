import type { Address, Reference } from './generatorAst.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** Declarations in scope: the name's identity, wherever it was declared last. */
export type Scope = { readonly lookup: (name: string) => number };

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+)|(->|[&()[\].+*]))/y;

const number = (value: number): Address => ({ kind: 'number', value });

/**
 * Reads the address arithmetic and element references of circom's C++: sums and products of numbers, names, and what
 * follows `ctx->`. One object reads one text.
 */
export class AddressParser {
  readonly #text: string;
  readonly #scope: Scope;
  #at = 0;
  #token = '';

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
    this.#next();
  }

  /** The whole text as an address. */
  static address(text: string, scope: Scope): Address {
    const parser = new AddressParser(text, scope);
    const found = parser.#sum();
    parser.#end();
    return found;
  }

  /** References separated by commas are split before: the text is one `&...`. */
  static reference(text: string, scope: Scope): Reference {
    const parser = new AddressParser(text, scope);
    const found = parser.#reference();
    parser.#end();
    return found;
  }

  #fail(): never {
    return unknownSource(`the expression "${this.#text.slice(0, 200)}"`);
  }

  #next(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      if (this.#text.slice(this.#at).trim() !== '') this.#fail();
      this.#token = '';
      return;
    }
    this.#at = TOKEN.lastIndex;
    this.#token = match[1] ?? match[2] ?? match[3] ?? '';
  }

  #take(token: string): boolean {
    if (this.#token !== token) return false;
    this.#next();
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) this.#fail();
  }

  #end(): void {
    if (this.#token !== '') this.#fail();
  }

  #name(): string {
    const name = this.#token;
    if (!/^[A-Za-z_]/.test(name)) this.#fail();
    this.#next();
    return name;
  }

  #integer(): number {
    const digits = this.#token;
    if (!/^\d/.test(digits)) this.#fail();
    this.#next();
    return Number(digits);
  }

  #sum(): Address {
    let left = this.#product();
    while (this.#take('+')) left = { kind: 'sum', left, right: this.#product() };
    return left;
  }

  #product(): Address {
    let left = this.#primary();
    while (this.#take('*')) left = { kind: 'product', left, right: this.#primary() };
    return left;
  }

  #bracketed(): Address {
    this.#expect('[');
    const index = this.#sum();
    this.#expect(']');
    return index;
  }

  #primary(): Address {
    if (/^\d/.test(this.#token)) return number(this.#integer());
    if (this.#take('(')) {
      const inner = this.#sum();
      this.#expect(')');
      return inner;
    }
    const name = this.#name();
    if (name === 'mySignalStart') return number(0);
    if (name === 'ctx') return this.#contextProperty();
    if (name === 'Fr_toInt') {
      this.#expect('(');
      const of = this.#reference();
      this.#expect(')');
      return { kind: 'toInt', of };
    }
    const id = this.#scope.lookup(name);
    if (this.#token === '[') return { kind: 'element', variable: id, index: this.#bracketed() };
    return { kind: 'variable', id };
  }

  /** `mySubcomponents[c]` within brackets: the slot c. */
  #slot(): Address {
    this.#expect('[');
    if (this.#name() !== 'mySubcomponents') this.#fail();
    const slot = this.#bracketed();
    this.#expect(']');
    return slot;
  }

  /** After `ctx`: `->componentMemory[mySubcomponents[c]].signalStart` or a property of an input or output. */
  #contextProperty(): Address {
    this.#expect('->');
    const member = this.#name();
    if (member === 'componentMemory') {
      const component = this.#slot();
      this.#expect('.');
      if (this.#name() !== 'signalStart') this.#fail();
      return { kind: 'start', component };
    }
    if (member !== 'templateInsId2IOSignalInfo') this.#fail();
    const { component, signal } = this.#ioSignal();
    this.#expect('.');
    const property = this.#name();
    if (property === 'offset' || property === 'size') return { kind: 'io', component, signal, property };
    if (property !== 'lengths') this.#fail();
    this.#expect('[');
    const dimension = this.#integer();
    this.#expect(']');
    return { kind: 'io', component, signal, property: dimension };
  }

  /** `[ctx->componentMemory[mySubcomponents[c]].templateId].defs[n]` */
  #ioSignal(): { component: Address; signal: number } {
    this.#expect('[');
    if (this.#name() !== 'ctx') this.#fail();
    this.#expect('->');
    if (this.#name() !== 'componentMemory') this.#fail();
    const component = this.#slot();
    this.#expect('.');
    if (this.#name() !== 'templateId') this.#fail();
    this.#expect(']');
    this.#expect('.');
    if (this.#name() !== 'defs') this.#fail();
    this.#expect('[');
    const signal = this.#integer();
    this.#expect(']');
    return { component, signal };
  }

  #reference(): Reference {
    this.#expect('&');
    let name = this.#name();
    if (name === 'ctx') {
      this.#expect('->');
      name = this.#name();
    }
    const at = this.#bracketed();
    const plus = this.#take('+') ? this.#sum() : undefined;
    if (name === 'signalValues' || name === 'lvar') {
      const whole: Address = plus === undefined ? at : { kind: 'sum', left: at, right: plus };
      return { space: name === 'lvar' ? 'variable' : 'signal', at: whole };
    }
    if (at.kind !== 'number') return this.#fail();
    const extra = plus === undefined ? {} : { plus };
    if (name === 'expaux') return { space: 'scratch', at: at.value, ...extra };
    if (name === 'circuitConstants') return { space: 'constant', at: at.value, ...extra };
    if (name !== 'lvarcall' || plus !== undefined) return this.#fail();
    return { space: 'argument', call: this.#scope.lookup(name), at: at.value };
  }
}
