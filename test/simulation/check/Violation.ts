/** What must never be, and was. `code` names the promise that was broken: shrinking holds on to it. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export const must = (holds: boolean, code: string, message: () => string): void => {
  if (!holds) throw new Violation(code, message());
};
