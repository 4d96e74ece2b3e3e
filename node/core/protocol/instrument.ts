/** Kinds of instrument, by the number that L1, the log and reports give them. No kind is 0. */
export const INSTRUMENT_KIND = { call: 1, put: 2, future: 3 } as const;
export type InstrumentKind = keyof typeof INSTRUMENT_KIND;
export type OptionKind = Exclude<InstrumentKind, 'future'>;

const KIND_OF_NUMBER = new Map<number, InstrumentKind>(
  (Object.keys(INSTRUMENT_KIND) as InstrumentKind[]).map((kind) => [INSTRUMENT_KIND[kind], kind]),
);

/** The kind of that number; undefined: there is none. */
export const instrumentKindOf = (number: number): InstrumentKind | undefined => KIND_OF_NUMBER.get(number);

/** An option or future as listed on L1. */
export interface Instrument {
  readonly instrument: number;
  readonly kind: InstrumentKind;
  readonly expirySec: number;
  /** Price units; 0 for a future. */
  readonly strike: bigint;
}
