/** What can go wrong while deploying. Codes are stable; messages may change. */
export type DeployErrorCode = 'DEPLOY_REVERTED' | 'DEPLOY_DOMAIN_DIFFERS';

export class DeployError extends Error {
  override readonly name = 'DeployError';
  readonly code: DeployErrorCode;
  readonly data: Readonly<Record<string, string>>;

  constructor(code: DeployErrorCode, message: string, data: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }
}
