import type { FunctionTapes } from './functionTapes.ts';
import type { Generator } from './generatorAst.ts';
import type { GeneratorData } from './generatorData.ts';
import type { Value } from './tape.ts';

/** Shared between the templates of a generator. */
export interface Translation {
  readonly generator: Generator;
  readonly data: GeneratorData;
  readonly constants: readonly Value[];
  readonly functions: FunctionTapes;
  /** Number of the template's tape. */
  readonly templateNumber: (name: string) => number;
  /** Number of a text in the program. */
  readonly textNumber: (text: string) => number;
  /** Whoever uses a signal reads it from its place, so that a value put there instead reaches all that follows. */
  readonly isEverySignalRead: boolean;
}
