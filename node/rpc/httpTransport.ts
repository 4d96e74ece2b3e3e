import { RpcClientError } from './RpcClientError.ts';

const unreachable = (url: string, cause: unknown): RpcClientError => {
  const reason =
    cause instanceof Error ? ((cause.cause as { code?: string } | undefined)?.code ?? cause.message) : cause;
  return new RpcClientError('RPC_UNREACHABLE', `nothing answers at ${url} (${reason}): is it running?`, { url }, cause);
};

/** The whole body as text, unless it is longer than allowed. */
const readText = async (url: string, response: Response, maxBytes: number): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new RpcClientError('RPC_ANSWER_INVALID', `${url} answers more than ${maxBytes} bytes`, { url, maxBytes });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
};

/**
 * Posts a request and reads the answer's JSON.
 * @throws RpcClientError RPC_UNREACHABLE, RPC_ANSWER_INVALID
 */
export const postText = async (url: string, body: string, maxBytes: number, signal: AbortSignal): Promise<unknown> => {
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal,
    });
    text = await readText(url, response, maxBytes);
  } catch (error) {
    throw error instanceof RpcClientError ? error : unreachable(url, error);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RpcClientError(
      'RPC_ANSWER_INVALID',
      `${url} does not answer with JSON: check the address`,
      { url },
      cause,
    );
  }
};
