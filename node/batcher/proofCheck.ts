import type { Hex } from 'viem';
import type { ProverBackend, VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { decodeProof } from '../../prover/prove/proofEncoding.ts';
import { decodeKeyCode } from '../l1/keyCode.ts';
import type { SubmittedProof } from '../l1/submitCall.ts';
import { BatcherError } from './BatcherError.ts';

/** A proof with what it is to prove. */
export interface Statement {
  readonly shapeId: number;
  readonly shapeName: string;
  /** In the circuit's order. */
  readonly publicSignals: readonly bigint[];
  readonly proof: SubmittedProof;
}

/**
 * Whether L1 would take a proof: by the key that it has for the shape.
 * @throws BatcherError SHAPE_NOT_REGISTERED, SHAPE_KEY_UNREADABLE; ProverError and whatever L1's client throws: then it is
 * not known
 */
export type ProofCheck = (statement: Statement) => Promise<boolean>;

export interface ProofCheckConfig {
  /** The code that L1 keeps for a shape's key; null: L1 does not know the shape. */
  readonly keyCode: (shapeId: number) => Promise<Hex | null>;
  /** Off the event loop. */
  readonly verify: ProverBackend['verify'];
}

interface KnownKey {
  readonly code: Hex;
  readonly key: VerifyingKey;
}

/** Reads each shape's key from L1 once, and again before a proof is refused by a key read earlier: L1 may have been reorganised. */
export const createProofCheck = ({ keyCode, verify }: ProofCheckConfig): ProofCheck => {
  const keys = new Map<number, KnownKey>();

  const read = async ({ shapeId, shapeName }: Statement): Promise<KnownKey> => {
    const code = await keyCode(shapeId);
    if (code === null) {
      const message = `L1 knows no shape ${shapeId} (${shapeName}): have governance register it`;
      throw new BatcherError('SHAPE_NOT_REGISTERED', message, { shapeId });
    }
    const decoded = decodeKeyCode(code);
    if ('fault' in decoded) {
      const message = `L1's key of shape ${shapeId} (${shapeName}) cannot be read (${decoded.fault}): ask another endpoint`;
      throw new BatcherError('SHAPE_KEY_UNREADABLE', message, { shapeId });
    }
    const known = { code, key: decoded.key };
    keys.set(shapeId, known);
    return known;
  };

  const verifies = ({ key }: KnownKey, { proof: { a, b, c }, publicSignals }: Statement): Promise<boolean> =>
    verify(key, publicSignals.map(String), decodeProof([...a, ...b[0], ...b[1], ...c]));

  return async (statement) => {
    const known = keys.get(statement.shapeId);
    const first = known ?? (await read(statement));
    if (await verifies(first, statement)) return true;
    if (known === undefined) return false;
    const now = await read(statement);
    return now.code !== known.code && (await verifies(now, statement));
  };
};
