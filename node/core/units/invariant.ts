/** A broken invariant of core: a bug, never a user's mistake. The process must not go on. */
class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly code = 'INVARIANT_BROKEN';
}

export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
