import { z } from 'zod';
import { QueueError } from './QueueError.ts';

/** A batch to prove, as the node leases it. */
export interface LeasedJob {
  readonly batchNumber: number;
  /** A batch job's text (node/core/ledger/batchJob.ts). */
  readonly job: string;
}

/** Proof in the EVM's coordinate order, decimal strings. */
export interface SubmittableProof {
  readonly a: readonly [string, string];
  readonly b: readonly [readonly [string, string], readonly [string, string]];
  readonly c: readonly [string, string];
}

export interface ProvedJob {
  readonly proof: SubmittableProof;
  readonly publicSignals: readonly string[];
  readonly provingMs: number;
}

/** The node's prover methods (its internal port). Every call @throws QueueError NODE_*. */
export interface NodeClient {
  readonly getJob: () => Promise<LeasedJob | null>;
  /** False: the lease went to another prover. */
  readonly heartbeat: (batchNumber: number) => Promise<boolean>;
  readonly submitProof: (batchNumber: number, proved: ProvedJob) => Promise<void>;
  readonly reportFailure: (batchNumber: number, code: string, message: string) => Promise<void>;
}

const CALL_TIMEOUT_MS = 30_000;
const MESSAGE_CHARS = 2000;

const answerSchema = z.union([
  z.object({ result: z.unknown() }),
  z.object({ error: z.object({ code: z.number(), message: z.string() }) }),
]);
const jobSchema = z.union([z.null(), z.object({ batchNumber: z.int().nonnegative(), job: z.string() })]);
const leasedSchema = z.object({ leased: z.boolean() });

const post = async (url: string, method: string, params: object): Promise<unknown> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    return await response.json();
  } catch (cause) {
    throw new QueueError(
      'NODE_UNREACHABLE',
      `no answer from the node at ${url}: is it running?`,
      { url, method },
      cause,
    );
  }
};

/** @param shapes names of those that this prover has keys for: it is given no other batches */
export const createNodeClient = (url: string, proverId: string, shapes: readonly string[]): NodeClient => {
  const call = async <S extends z.ZodType>(method: string, params: object, schema: S): Promise<z.output<S>> => {
    const answer = answerSchema.safeParse(await post(url, method, params));
    if (!answer.success) {
      throw new QueueError('NODE_ANSWER_INVALID', `${url} does not answer as a Straddle node: check the address`, {
        url,
      });
    }
    if ('error' in answer.data) {
      const { code, message } = answer.data.error;
      throw new QueueError('NODE_REFUSED', `the node refused ${method}: ${message}`, { code, message });
    }
    const result = schema.safeParse(answer.data.result);
    if (result.success) return result.data;
    throw new QueueError('NODE_ANSWER_INVALID', `the node's answer to ${method} is malformed: are versions equal?`, {
      url,
    });
  };
  return {
    getJob: () => call('prover_getJob', { proverId, shapes }, jobSchema),
    heartbeat: async (batchNumber) => (await call('prover_heartbeat', { proverId, batchNumber }, leasedSchema)).leased,
    submitProof: async (batchNumber, proved) => {
      await call('prover_submitProof', { proverId, batchNumber, ...proved }, z.unknown());
    },
    reportFailure: async (batchNumber, code, message) => {
      const params = { proverId, batchNumber, code, message: message.slice(0, MESSAGE_CHARS) };
      await call('prover_reportFailure', params, z.unknown());
    },
  };
};
