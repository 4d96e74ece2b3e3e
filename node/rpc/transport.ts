/** What carries a request's text to a server and its answer, a frame not yet looked at, back. */
export interface RpcTransport {
  readonly url: string;
  /** @throws RpcClientError */
  readonly exchange: (id: number, text: string, signal: AbortSignal) => Promise<unknown>;
}
