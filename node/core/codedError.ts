/**
 * A failure that is nobody's mistake at the door: a disk, L1, a prover, a file, a defect. `code` is stable and may be
 * matched on; the message says what to do and may change; `data` holds the offending values.
 */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }
}
