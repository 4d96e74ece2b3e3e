/**
 * The names that the check takes on trust; all else it finds by structure.
 *
 * Each sponge's output goes into hash calls: those outside any sponge make the challenges of its stage. What the second
 * sponge absorbs beside the first one's output may be chosen after the first stage's challenges, so it is named here.
 */
export interface ChallengeTable {
  /** Components that absorb: `in[i]` are their inputs, `out` their output, in the order of their stages. */
  readonly sponges: readonly [string, string];
  /** A public signal that L1 derives from the first sponge's output and the data words. */
  readonly dataPoint: string;
  /** Arrays of hints that follow the first stage's challenges and that the second sponge absorbs. */
  readonly later: readonly string[];
  /** The array of what the sums over challenges come to: signals that are 0. */
  readonly sums: string;
  /** How the challenges are called, for the report. */
  readonly known: readonly string[];
}

export const BATCH_CHALLENGES: ChallengeTable = {
  sponges: ['main.transcript.commit', 'main.transcript.second'],
  dataPoint: 'main.dataPoint',
  later: ['main.transcript.quantity', 'main.transcript.shortQuantity'],
  sums: 'main.identity',
  known: [
    'main.dataPoint',
    'main.transcript.first[0].out',
    'main.transcript.first[1].out',
    'main.transcript.first[2].out',
    'main.transcript.third[0].out',
    'main.transcript.third[1].out',
  ],
};
