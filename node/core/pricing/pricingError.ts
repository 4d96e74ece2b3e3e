/** Where an input is wrong, what it was, and the rule it breaks. */
export interface PricingProblem {
  /** Path of the field, e.g. `markets[0].expiries[1].svi.rhoE9`. */
  readonly field: string;
  /** The offending value, printed. */
  readonly value: string;
  /** The rule in words, e.g. `at least 0`. */
  readonly rule: string;
}

export type PricingErrorCode =
  | 'PRICING_OPTION_INPUT'
  | 'PRICING_SVI_PARAMETERS'
  | 'PRICING_REPORT_INPUTS'
  | 'PRICING_REPORT_ENCODING';

const ADVICE: Readonly<Record<PricingErrorCode, string>> = {
  PRICING_OPTION_INPUT: 'cannot price: correct the option',
  PRICING_SVI_PARAMETERS: 'volatility surface refused: fit it again inside these rules',
  PRICING_REPORT_INPUTS: 'oracle report inputs refused: do not sign or use this report',
  PRICING_REPORT_ENCODING: 'oracle report bytes refused: they are not the canonical encoding',
};

/**
 * Inputs that cannot be priced. Every problem found is listed, not only the first, so that whoever fitted a surface or
 * assembled a report sees all of it at once.
 */
export class PricingInputError extends Error {
  readonly code: PricingErrorCode;
  readonly problems: readonly PricingProblem[];

  constructor(code: PricingErrorCode, problems: readonly PricingProblem[], cause?: unknown) {
    const list = problems.map((problem) => `${problem.field} = ${problem.value} (must be ${problem.rule})`);
    super(`${ADVICE[code]}: ${list.join('; ')}`, cause === undefined ? undefined : { cause });
    this.name = 'PricingInputError';
    this.code = code;
    this.problems = problems;
  }
}

/** A list of problems for `low <= value <= high`: empty or one. */
export function outsideRange(field: string, value: bigint, low: bigint, high: bigint): PricingProblem[] {
  if (value >= low && value <= high) return [];
  return [{ field, value: value.toString(), rule: `from ${low} to ${high}` }];
}
