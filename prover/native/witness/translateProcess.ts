import { readFile, rename, writeFile } from 'node:fs/promises';
import { translateGenerator } from './translateGenerator.ts';
import { WitnessTranslationError } from './WitnessTranslationError.ts';

/**
 * The translator's process: arguments are the .cpp and .dat file of a generator and the program to write. Ends with
 * UNKNOWN_SOURCE and says why on standard error if the generator cannot be translated.
 */
export const UNKNOWN_SOURCE = 3;

if (process.argv[1] === import.meta.filename) {
  const [source = '', data = '', program = ''] = process.argv.slice(2);
  try {
    const bytes = translateGenerator(await readFile(source, 'latin1'), await readFile(data));
    await writeFile(`${program}.part`, bytes);
    await rename(`${program}.part`, program);
  } catch (error) {
    if (!(error instanceof WitnessTranslationError)) throw error;
    process.stderr.write(error.message);
    process.exitCode = UNKNOWN_SOURCE;
  }
}
