/** One line of `npm run bench`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the project aims at, in words; 'none set' where nothing was promised. */
  readonly goal: string;
  readonly better: 'lower' | 'higher';
}

/** Middle value of at least one measurement. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};
