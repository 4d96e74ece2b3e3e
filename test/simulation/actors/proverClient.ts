import { proverMethods } from '../../../node/batcher/proverMethods.ts';
import type { RpcClient } from '../../../node/rpc/client.ts';
import { toJson } from '../../../node/rpc/json.ts';
import type { CallResult, RpcMethod } from '../../../node/rpc/method.ts';
import { RpcClientError } from '../../../node/rpc/RpcClientError.ts';
import { RpcError } from '../../../node/rpc/rpcError.ts';
import { type NodeClient, nodeClientOver } from '../../../prover/queue/nodeClient.ts';
import type { Network } from '../world/Network.ts';
import type { Process } from '../world/Process.ts';
import type { SimulatedNode } from '../world/SimulatedNode.ts';

const TIMEOUT_MS = 30_000;

/** The node's prover methods over the world's network: prover/queue/nodeClient.ts without sockets. */
export const proverClient = (
  process: Process,
  network: Network,
  nodeNow: () => SimulatedNode | null,
  proverId: string,
  shapes: readonly string[],
  onInternal: (error: unknown) => void,
): NodeClient => {
  const call: RpcClient['call'] = async <M extends RpcMethod>(
    { name, result }: M,
    ...[params]: readonly unknown[]
  ): Promise<CallResult<M>> => {
    const sent: unknown = JSON.parse(toJson(params));
    const invoke = async (node: SimulatedNode): Promise<CallResult<M>> => {
      const handler = proverMethods(node.replica.batcher).find(({ method }) => method.name === name);
      try {
        return result.parse(JSON.parse(toJson(await handler?.call(sent, null)))) as CallResult<M>;
      } catch (error) {
        if (!(error instanceof RpcError)) onInternal(error);
        throw error;
      }
    };
    try {
      return await network.call(process, nodeNow, invoke, TIMEOUT_MS);
    } catch (error) {
      throw error instanceof RpcError ? error : new RpcClientError('RPC_UNREACHABLE', String(error), {}, error);
    }
  };
  return nodeClientOver({ call }, proverId, shapes);
};
