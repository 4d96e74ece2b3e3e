/** Rises with every change of the rules that a log's entries are applied by. */
export const PROTOCOL_VERSION = 2;

/**
 * Entry 0 of every log (protocol, section 8): all that the machine goes by beside the entries that follow. Fixed for the
 * log's life, so that whoever has the log has the state.
 */
export interface Genesis {
  readonly protocolVersion: number;
  /** With the exchange's address, what the state domain is made of. */
  readonly chainId: bigint;
  /** 160-bit address. */
  readonly exchange: bigint;
  /** For people; the hash decides. */
  readonly deployment: string;
  /** Of columns, risk rule and shapes (codec/deploymentHash.ts). */
  readonly deploymentHash: bigint;
  /** Fee per contract in parts per million of the spot, for options capped at 12.5% of the premium. */
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  /** The contract's maximum age of a report when a batch is made, seconds: no row is made on an older one. */
  readonly reportMaxAgeSec: number;
}

/** What may differ between two logs, in the order in which it is written. */
export const GENESIS_PARAMETERS = [
  'protocolVersion',
  'chainId',
  'exchange',
  'deployment',
  'deploymentHash',
  'makerFeePpm',
  'takerFeePpm',
  'reportMaxAgeSec',
] as const satisfies (keyof Genesis)[];
