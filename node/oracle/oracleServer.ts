import { createDispatcher } from '../rpc/dispatcher.ts';
import { handle } from '../rpc/handler.ts';
import { oracleGetReport } from '../rpc/methods/oracle.ts';
import { RpcError } from '../rpc/rpcError.ts';
import { type RpcServer, startRpcServer } from '../rpc/server.ts';
import { OracleError } from './OracleError.ts';
import type { Signer } from './signer.ts';

const MAX_BODY_BYTES = 16_384;
const MAX_CONNECTIONS = 64;
const LOOPBACK = '127.0.0.1';

export type OracleServer = RpcServer;

const refusal = (error: unknown): unknown =>
  error instanceof OracleError ? new RpcError('REFUSED', error.message, { code: error.code }) : error;

/**
 * Serves `oracle_getReport` on the loopback interface; port 0 takes any free port.
 * @param onFailure told of what is no refusal, before it is answered as internal
 * @throws ListenError
 */
export function startOracleServer(
  signer: Signer,
  port: number,
  onFailure: (error: unknown) => void = () => undefined,
): Promise<OracleServer> {
  const getReport = handle(oracleGetReport, async (request) => {
    try {
      const { report, signer: address, signature } = await signer.sign(request);
      return { ...report, signer: address, signature: signature as `0x${string}` };
    } catch (error) {
      throw refusal(error);
    }
  });
  const config = {
    host: LOOPBACK,
    port,
    portFlag: '"port" in the configuration',
    maxBodyBytes: MAX_BODY_BYTES,
    maxConnections: MAX_CONNECTIONS,
    webSocket: null,
    pages: {},
  };
  const dispatcher = createDispatcher({ handlers: [getReport], onInternal: (_method, error) => onFailure(error) });
  return startRpcServer(config, dispatcher);
}
