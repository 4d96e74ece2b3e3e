import { LogError } from '../log/LogError.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { SequencerError } from '../sequencer/SequencerError.ts';

/** Failures behind the intake as all doors show them; others are passed on as they are. */
export const toRpcError = (error: unknown): unknown => {
  if (error instanceof SequencerError) return new RpcError(error.code, error.message);
  if (error instanceof LogError) return new RpcError('NOT_ACCEPTING', error.message, { code: error.code });
  return error;
};
