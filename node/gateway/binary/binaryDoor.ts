import { CodecError } from '../../core/codec/CodecError.ts';
import { decodeEntry } from '../../core/codec/entry.ts';
import { decodeRequest, encodeAnswer, encodeError } from '../../rpc/binary/submissionFrame.ts';
import { RpcError } from '../../rpc/rpcError.ts';
import type { Intake } from '../intake/intake.ts';
import { isSubmission, type Submission } from '../intake/submission.ts';
import { toRpcError } from '../toRpcError.ts';

export interface BinaryDoorConfig {
  readonly intake: Intake;
  /** A failure that is no RpcError: answered as internal, without its message. */
  readonly onInternal: (method: string, error: unknown) => void;
  readonly onCall: (method: string, number: number) => void;
}

const NO_ID = 0;

/** The request in a frame. @throws RpcError INVALID_REQUEST, INVALID_PARAMS */
const parse = (entry: Uint8Array): Submission => {
  try {
    const decoded = decodeEntry(entry);
    if (isSubmission(decoded)) return decoded;
    throw new RpcError('INVALID_PARAMS', `an entry of type ${decoded.type} cannot be submitted`);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new RpcError('INVALID_PARAMS', `not the canonical bytes of an entry: ${error.message}`, { code: error.code });
  }
};

/** The intake's binary door (rpc/binary/submissionFrame.ts): answers a frame. Never throws. */
export const createBinaryDoor = ({ intake, onInternal, onCall }: BinaryDoorConfig) => {
  const answer = async (id: number, entry: Uint8Array): Promise<Uint8Array> => {
    const submission = parse(entry);
    const { receipt, parts } = await intake.submit(submission, entry);
    onCall(`binary/${submission.type}`, 0);
    const shown = parts.map(({ rejection, fills }) => ({ rejection: rejection?.code ?? null, fills }));
    return encodeAnswer(id, { receipt, parts: shown });
  };
  const refuse = (id: number, cause: unknown): Uint8Array => {
    const error = toRpcError(cause);
    const known = error instanceof RpcError ? error : new RpcError('INTERNAL', 'internal error');
    if (known !== error) onInternal('binary', error);
    onCall('binary', known.number);
    return encodeError(id, known);
  };
  return async (frame: Uint8Array): Promise<Uint8Array> => {
    let id = NO_ID;
    try {
      const request = decodeRequest(frame);
      id = request.id;
      return await answer(id, request.entry);
    } catch (error) {
      const shortFrame = error instanceof CodecError && id === NO_ID;
      return refuse(id, shortFrame ? new RpcError('INVALID_REQUEST', 'a request begins with four bytes of id') : error);
    }
  };
};
