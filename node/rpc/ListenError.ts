import { CodedError } from '../core/codedError.ts';

type ListenErrorCode = 'PORT_BUSY' | 'PORT_FORBIDDEN' | 'LISTEN_FAILED';

/** A server that could not listen. */
class ListenError extends CodedError<ListenErrorCode> {
  override readonly name = 'ListenError';
}

/** What a server that could not listen says; `flag` is the option that chooses another port. */
export const listenError = (cause: unknown, host: string, port: number, flag: string): ListenError => {
  const reason = (cause as { code?: unknown }).code;
  const data = { host, port, reason };
  if (reason === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is in use; stop what listens there, or choose another with ${flag}`;
    return new ListenError('PORT_BUSY', message, data, cause);
  }
  if (reason === 'EACCES') {
    const message = `this user may not listen on port ${port}; choose one above 1023 with ${flag}`;
    return new ListenError('PORT_FORBIDDEN', message, data, cause);
  }
  const message = `cannot listen on ${host}:${port} (${String(reason)}); check ${flag} and the host`;
  return new ListenError('LISTEN_FAILED', message, data, cause);
};
