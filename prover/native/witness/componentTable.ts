import type { Creation } from './generatorAst.ts';
import { CODE } from './tape.ts';
import type { TapeBuilder } from './tapeBuilder.ts';
import type { Translation } from './translation.ts';
import { unknownSource } from './WitnessTranslationError.ts';

interface Component {
  readonly template: string;
  readonly name: string;
  readonly start: number;
  /** Inputs that are not set yet. */
  remaining: number;
}

/** A template's components by slot. Each runs where its last input is set. */
export class ComponentTable {
  readonly #translation: Translation;
  readonly #builder: TapeBuilder;
  readonly #onRun: () => void;
  readonly #components: (Component | undefined)[] = [];

  /** @param onRun called where the tape runs a component, which sets signals */
  constructor(translation: Translation, builder: TapeBuilder, onRun: () => void) {
    this.#translation = translation;
    this.#builder = builder;
    this.#onRun = onRun;
  }

  /** Place of the first signal, from the parent's. */
  start(slot: number): number {
    return this.#at(slot).start;
  }

  /** What the generator's tables say of an input or output: a number is a dimension of its array. */
  io(slot: number, signal: number, property: 'offset' | 'size' | number): number {
    const id = this.#translation.generator.templates.get(this.#at(slot).template)?.id ?? -1;
    const found = this.#translation.data.io.get(id)?.[signal] ?? unknownSource('an input that is not described');
    if (property === 'offset') return found.offset;
    if (property === 'size') return found.size;
    return found.lengths[property] ?? unknownSource('a dimension that is not described');
  }

  create({ template, slots, names, starts }: Creation): void {
    if (!this.#builder.isStraight) unknownSource('a component within a branch on a signal');
    const inputs = this.#translation.generator.templates.get(template)?.inputs;
    if (inputs === undefined) unknownSource(`the template ${template}`);
    for (const [i, slot] of slots.entries()) {
      const component = { template, name: names[i] ?? '', start: starts[i] ?? 0, remaining: inputs };
      this.#components[slot] = component;
      if (inputs === 0) this.#run(component);
    }
  }

  /** Counts inputs that were set. */
  supply(slot: number, count: number): void {
    const component = this.#at(slot);
    component.remaining -= count;
    if (component.remaining < 0) unknownSource('an input is set twice');
    if (component.remaining === 0) this.#run(component);
  }

  #at(slot: number): Component {
    return this.#components[slot] ?? unknownSource('a component that was never created');
  }

  #run({ template, name, start }: Component): void {
    if (!this.#builder.isStraight) unknownSource('a component within a branch on a signal');
    this.#onRun();
    this.#builder.emit(CODE.component, {
      extra: this.#translation.templateNumber(template),
      extra2: start,
      extra3: this.#translation.textNumber(name),
    });
  }
}
