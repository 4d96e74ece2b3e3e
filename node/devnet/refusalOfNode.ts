import { RpcError } from '../rpc/rpcError.ts';
import { DevnetError } from './DevnetError.ts';

/** What the node answered as an error is the devnet's failure DEVNET_RPC_FAILED; any other is passed on as it is. */
export function refusalOfNode(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  const { code, message } = error;
  return new DevnetError('DEVNET_RPC_FAILED', `The node answers ${code}: ${message}`, { code }, error);
}
