import type { Scope } from './addressParser.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** The lines of a text, one after the other, without holding them all. */
export class Lines {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    if (this.#at >= this.#text.length) return undefined;
    let end = this.#text.indexOf('\n', this.#at);
    if (end < 0) end = this.#text.length;
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return line;
  }
}

/** Names in scope, block within block. Every declaration gets a number of its own. */
export class Scopes implements Scope {
  readonly #blocks: Map<string, number>[] = [new Map()];
  #count = 0;

  open(): void {
    this.#blocks.push(new Map());
  }

  close(): void {
    this.#blocks.pop();
  }

  declare(name: string): number {
    const id = this.#count++;
    this.#blocks.at(-1)?.set(name, id);
    return id;
  }

  readonly lookup = (name: string): number => {
    for (let i = this.#blocks.length - 1; i >= 0; i--) {
      const id = this.#blocks[i]?.get(name);
      if (id !== undefined) return id;
    }
    return unknownSource(`the name "${name}"`);
  };
}
