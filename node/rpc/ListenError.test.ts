import { expect, it } from 'vitest';
import { listenError } from './ListenError.ts';

it.each([
  ['EADDRINUSE', 'PORT_BUSY'],
  ['EACCES', 'PORT_FORBIDDEN'],
  ['EADDRNOTAVAIL', 'LISTEN_FAILED'],
])('%s is %s, names the option, keeps the cause', (code, expected) => {
  const cause = Object.assign(new Error('bind'), { code });
  const error = listenError(cause, '10.0.0.1', 80, '--port');
  expect(error).toMatchObject({ code: expected, cause, data: { host: '10.0.0.1', port: 80, reason: code } });
  expect(error.message).toContain('--port');
});
