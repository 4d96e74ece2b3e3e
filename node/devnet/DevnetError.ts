import { CodedError } from '../core/codedError.ts';

export type DevnetErrorCode =
  | 'DEVNET_NODE_TOO_OLD'
  | 'DEVNET_ANVIL_MISSING'
  | 'DEVNET_DATA_DIR'
  | 'DEVNET_CHILD_DIED'
  | 'DEVNET_CHILD_SILENT'
  | 'DEVNET_RPC_FAILED'
  | 'DEVNET_ALARM'
  | 'DEVNET_GOALS_MISSED'
  | 'DEVNET_CHECK_FAILED'
  | 'DEVNET_STOPPED';

/** Why the devnet ended. Codes are stable; messages say what to do and may change. */
export class DevnetError extends CodedError<DevnetErrorCode> {
  override readonly name = 'DevnetError';
}
