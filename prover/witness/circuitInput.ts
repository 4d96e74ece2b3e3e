/** A value of the circuit's inputs: a field element or an array of them, arrays within arrays as declared in batch.circom. */
export type InputValue = bigint | readonly InputValue[];

/** Inputs of `Batch` by name. Signed numbers may be negative: they are meant mod p. */
export type CircuitInput = Readonly<Record<string, InputValue>>;
