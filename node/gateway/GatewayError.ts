type GatewayErrorCode = 'PORT_BUSY' | 'PORT_FORBIDDEN' | 'LISTEN_FAILED';

class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: GatewayErrorCode, message: string, data: Readonly<Record<string, unknown>>, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.data = data;
  }
}

/** What a server that could not listen says; `flag` is the option that chooses another port. */
export const listenError = (cause: unknown, host: string, port: number, flag: string): GatewayError => {
  const reason = (cause as { code?: unknown }).code;
  const data = { host, port, reason };
  if (reason === 'EADDRINUSE') {
    return new GatewayError(
      'PORT_BUSY',
      `port ${port} on ${host} is in use; stop what listens there, or choose another with ${flag}`,
      data,
      cause,
    );
  }
  if (reason === 'EACCES') {
    return new GatewayError(
      'PORT_FORBIDDEN',
      `this user may not listen on port ${port}; choose one above 1023 with ${flag}`,
      data,
      cause,
    );
  }
  return new GatewayError(
    'LISTEN_FAILED',
    `cannot listen on ${host}:${port} (${String(reason)}); check ${flag} and the host`,
    data,
    cause,
  );
};
