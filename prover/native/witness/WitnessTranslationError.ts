export type WitnessTranslationErrorCode =
  /** circom wrote something that the translator does not know: another version, or a rare construct. */
  'WITNESS_SOURCE_UNKNOWN';

/** A circuit's generator cannot be translated. Nothing is lost: its WASM generator does the work, slower. */
export class WitnessTranslationError extends Error {
  override readonly name = 'WitnessTranslationError';
  readonly code: WitnessTranslationErrorCode = 'WITNESS_SOURCE_UNKNOWN';
}

/** @throws WitnessTranslationError WITNESS_SOURCE_UNKNOWN */
export function unknownSource(what: string): never {
  const message = `The witness generator's source cannot be translated: ${what}. The WASM generator is used instead.`;
  throw new WitnessTranslationError(message);
}
