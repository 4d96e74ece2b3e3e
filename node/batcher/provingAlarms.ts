import type { BatcherState } from './batcherState.ts';

/** What a person must know of proving. Each alarm is cleared when its batch is proved, or its cause has gone. */
type Alarmed = Pick<BatcherState, 'config'>;

const notProvable = (batchNumber: number): string => `BATCH_NOT_PROVABLE_${batchNumber}`;
const refused = (batchNumber: number): string => `PROOF_REFUSED_${batchNumber}`;
const noProver = (shapeName: string): string => `NO_PROVER_OF_SHAPE_${shapeName}`;

export interface Unprovable {
  /** How many leases failed on it. */
  readonly attempts: number;
  readonly code: string;
  readonly message: string;
}

export const raiseUnprovable = ({ config }: Alarmed, batchNumber: number, why: Unprovable): void => {
  const { attempts, code, message } = why;
  const tried = attempts === 0 ? 'cannot be proved' : `could not be proved in ${attempts} attempts`;
  config.alarms.raise({
    code: notProvable(batchNumber),
    message: `batch ${batchNumber} ${tried} (${code}: ${message}); settlement stops before it, trading goes on: mend the cause and restart the node`,
    data: { batchNumber, code, attempts },
  });
};

export const raiseRefused = ({ config }: Alarmed, batchNumber: number, message: string): void =>
  config.alarms.raise({
    code: refused(batchNumber),
    message: `${message}; if the proofs of all provers are refused, their keys are not those that L1 has`,
    data: { batchNumber },
  });

export const raiseNoProver = ({ config }: Alarmed, batchNumber: number, shape: string): void =>
  config.alarms.raise({
    code: noProver(shape),
    message: `batch ${batchNumber} waits for a prover with the key of shape ${shape}; settlement stops before it: start one with that shape's artifacts`,
    data: { batchNumber, shape },
  });

export const clearNoProver = ({ config }: Alarmed, shape: string): void => config.alarms.clear(noProver(shape));

export const raiseUnchecked = ({ config }: Alarmed, batchNumber: number, why: string): void =>
  config.alarms.raise({
    code: 'PROOF_UNCHECKED',
    message: `the proof of batch ${batchNumber} cannot be verified now, and is not submitted before it was (${why}); it is tried again`,
    data: { batchNumber },
  });

export const clearUnchecked = ({ config }: Alarmed): void => config.alarms.clear('PROOF_UNCHECKED');

/** The batch has a sound proof. */
export const clearProved = ({ config }: Alarmed, batchNumber: number): void => {
  config.alarms.clear(notProvable(batchNumber));
  config.alarms.clear(refused(batchNumber));
};
