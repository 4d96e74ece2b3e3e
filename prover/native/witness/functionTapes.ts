import type { Generator } from './generatorAst.ts';
import { ResidualCompiler } from './residualCompiler.ts';
import { CODE, type Tape, type Value, ZERO } from './tape.ts';
import { TapeBuilder } from './tapeBuilder.ts';
import { accessedVariables } from './variableAccess.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** Functions that the tape calls: recursions that the inputs end, and calls within loops on signals. Compiled when first asked for. */
export class FunctionTapes {
  readonly #generator: Generator;
  readonly #constants: readonly Value[];
  readonly #numbers = new Map<string, number>();
  readonly tapes: (Tape | undefined)[] = [];

  constructor(generator: Generator, constants: readonly Value[]) {
    this.#generator = generator;
    this.#constants = constants;
  }

  /** Its number among the functions; `arena` is the size of its variables, arguments first. */
  number(name: string, arena: number): number {
    const key = `${name} ${arena}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.tapes.length;
    this.#numbers.set(key, number);
    this.tapes.push(undefined);
    this.tapes[number] = this.#compile(name, arena);
    return number;
  }

  #compile(name: string, arena: number): Tape {
    const definition = this.#generator.functions.get(name) ?? unknownSource(`the function ${name}`);
    const builder = new TapeBuilder();
    const variables = builder.reserve(arena);
    const scratchSizes = definition.body.map((one) => Math.max(-1, ...accessedVariables(one, arena).scratch) + 1);
    const scratch = builder.reserve(Math.max(0, ...scratchSizes));
    const compiler = new ResidualCompiler({
      builder,
      constants: this.#constants,
      functionNumber: (called, size) => this.number(called, size),
      variables,
      size: arena,
      scratch,
      integer: () => unknownSource('a component within a function'),
      return: (values) => {
        const first = builder.reserve(values.length);
        for (const [i, value] of values.entries()) builder.copy({ ...memoryCell, at: first + i }, value);
        builder.emit(CODE.return, { a: { ...memoryCell, at: first }, extra: values.length });
      },
    });
    compiler.statements(definition.body);
    builder.emit(CODE.return, { a: ZERO, extra: 0 });
    return { name, block: builder.root, memory: builder.memory };
  }
}

const memoryCell = {
  kind: 'memory',
  at: 0,
  op: undefined,
  block: undefined,
  plain: undefined,
  used: false,
} as const;
