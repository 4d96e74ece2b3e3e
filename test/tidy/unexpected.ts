/**
 * What a rule found, held against the exceptions from it: what is in one and not in the other, said so that it can be
 * mended. An exception that is no longer needed is as wrong as a finding.
 */
export const unexpected = (found: Iterable<string>, exceptions: Readonly<Record<string, unknown>>): string[] => {
  const distinct = new Set(found);
  const stale = Object.keys(exceptions).filter((exception) => !distinct.has(exception));
  return [
    ...[...distinct].filter((finding) => !Object.hasOwn(exceptions, finding)),
    ...stale.map((exception) => `no longer needed in test/tidy/exceptions.ts: ${exception}`),
  ];
};

/** Of a measure with a limit: an exception holds the measure as it is now, so that it can only go down. */
export const overLimit = (
  measured: Iterable<readonly [name: string, value: number]>,
  limit: number,
  exceptions: Readonly<Record<string, number>>,
): string[] => {
  const over = new Map<string, number>();
  for (const [name, value] of measured) if (value > limit) over.set(name, Math.max(value, over.get(name) ?? 0));
  const problems = unexpected(over.keys(), exceptions);
  for (const [name, value] of over) {
    const listed = exceptions[name];
    if (listed === undefined || listed === value) continue;
    problems.push(
      value > listed
        ? `${name} has grown from ${listed} to ${value}`
        : `${name} is down to ${value}: list it so in test/tidy/exceptions.ts`,
    );
  }
  return problems;
};
