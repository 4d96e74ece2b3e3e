import { FunctionTapes } from './functionTapes.ts';
import type { Generator } from './generatorAst.ts';
import { parseGeneratorData } from './generatorData.ts';
import { parseGenerator } from './generatorParser.ts';
import { createTexts, encodeProgram } from './programFile.ts';
import { constant } from './tape.ts';
import { type LaidOut, layOut } from './tapeLayout.ts';
import { TemplateEvaluator } from './templateEvaluator.ts';
import type { Translation } from './translation.ts';
import { unknownSource } from './WitnessTranslationError.ts';

/** Raised when programs made before would be wrong or could not be read: those in caches are then made anew. */
export const TRANSLATOR_VERSION = '2';

export interface TranslateOptions {
  /**
   * Every signal is written by a copy of its own and read from its place, never kept as the value that went there: a slower
   * program, in which a signal can be overridden (test/circuits/LyingProgram.ts).
   */
  readonly isEverySignalRead?: boolean;
}

/**
 * Translates the generator that `circom --c` wrote into a program for the native core, which gives the same witnesses as
 * circom's own generators.
 *
 * @param source the .cpp file's text
 * @param data the .dat file's bytes
 * @returns the bytes of a .witprog file
 * @throws WitnessTranslationError WITNESS_SOURCE_UNKNOWN if the source holds what this does not know
 */
export const translateGenerator = (
  source: string,
  data: Uint8Array,
  { isEverySignalRead = false }: TranslateOptions = {},
): Uint8Array => {
  const generator = parseGenerator(source);
  const parsed = parseGeneratorData(data, generator.sizes);
  const constants = parsed.constants.map(constant);
  const functions = new FunctionTapes(generator, constants);
  const texts = createTexts();
  const tapes: LaidOut[] = [];
  const numbers = new Map<string, number>();
  const open = new Set<string>();

  const translation: Translation = {
    generator,
    data: parsed,
    constants,
    functions,
    templateNumber: (name) => numbers.get(name) ?? make(name),
    textNumber: (text) => texts.number(text),
    isEverySignalRead,
  };

  const extentOf = (template: number): number => tapes[template]?.signals ?? 0;

  function make(name: string): number {
    const template = generator.templates.get(name);
    if (template === undefined || open.has(name)) return unknownSource(`the template ${name}`);
    open.add(name);
    const tape = layOut(new TemplateEvaluator(translation).evaluate(template), extentOf);
    open.delete(name);
    const number = tapes.push(tape) - 1;
    numbers.set(name, number);
    return number;
  }

  const main = make(generator.main);
  return encodeProgram({
    data: parsed,
    ...sizesOf(generator),
    templates: tapes,
    functions: functions.tapes.map((tape) =>
      layOut(tape ?? unknownSource('a function that was not compiled'), extentOf),
    ),
    main,
    texts,
  });
};

const sizesOf = ({ sizes }: Generator): { signals: number; inputStart: number; inputs: number } => ({
  signals: sizes.signals,
  inputStart: sizes.inputStart,
  inputs: sizes.inputs,
});
