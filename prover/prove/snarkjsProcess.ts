import * as snarkjs from 'snarkjs';
import type { Groth16Proof } from './groth16.ts';
import type { VerifyingKey } from './ProverBackend.ts';

/** One job of the proving process, and its answers. `id` pairs them. */
export type ProveJob = { readonly zkeyPath: string; readonly witness: string | Uint8Array };
export type VerifyJob = {
  readonly key: VerifyingKey;
  readonly publicSignals: readonly string[];
  readonly proof: Groth16Proof;
};
export type Request = { readonly id: number } & ({ readonly prove: ProveJob } | { readonly verify: VerifyJob });
export type Reply = { readonly id: number } & (
  | { readonly stage: string }
  | { readonly result: unknown }
  /** A proof was made, but does not verify. */
  | { readonly unproved: true }
  | { readonly failure: string }
);

const ignore = (): void => undefined;

type Outcome = { readonly result: unknown } | { readonly unproved: true };

async function perform(request: Request): Promise<Outcome> {
  if ('verify' in request) {
    const { key, publicSignals, proof } = request.verify;
    return { result: await snarkjs.groth16.verify(key, publicSignals, proof) };
  }
  const debug = (stage: string): void => send({ id: request.id, stage });
  const logger = { debug, info: ignore, warn: ignore, error: ignore };
  const { witness, zkeyPath } = request.prove;
  const result = await snarkjs.groth16.prove(zkeyPath, witness, logger);
  // snarkjs proves whatever it is given, also a witness that does not satisfy the circuit.
  const key = await snarkjs.zKey.exportVerificationKey(zkeyPath, { ...logger, debug: ignore });
  return (await snarkjs.groth16.verify(key, result.publicSignals, result.proof)) ? { result } : { unproved: true };
}

function send(reply: Reply): void {
  if (process.connected) process.send?.(reply);
}

/** One job after the other: snarkjs spreads each over all cores by itself and keeps its curve between them. */
let tail: Promise<void> = Promise.resolve();

process.on('message', (request: Request) => {
  tail = tail.then(async () => {
    try {
      send({ id: request.id, ...(await perform(request)) });
    } catch (error) {
      send({ id: request.id, failure: error instanceof Error ? error.message : String(error) });
    }
  });
});
// A parent that is gone, however it ended, takes this process and its threads along.
process.on('disconnect', () => process.exit(0));
