/** Public signals of the circuit, in order (protocol, section 6). */
export const PUBLIC_SIGNALS = [
  'stateRootBefore',
  'stateRootAfter',
  'time',
  'riskTableHash',
  'dataCommit',
  'dataPoint',
  'dataValue',
] as const;

/** What a proof of a batch states: one field element a signal. */
export type PublicSignals = Readonly<Record<(typeof PUBLIC_SIGNALS)[number], bigint>>;

/** The signals in the circuit's order, as provers and verifiers take them. */
export const publicSignals = (signals: PublicSignals): bigint[] => PUBLIC_SIGNALS.map((name) => signals[name]);
