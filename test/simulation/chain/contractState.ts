import type { Address, Hex } from 'viem';
import type { Instrument } from '../../../node/core/protocol/instrument.ts';
import type { SubmittedProof } from '../../../node/l1/submitCall.ts';
import type { Changing } from '../../../node/oracle/inForce.ts';
import type { PriceBook, PriceBound } from '../../../node/oracle/priceBound.ts';

/** What a deployment fixes of the exchange's contract. */
export interface ContractConfig {
  readonly address: Address;
  readonly token: Address;
  readonly governance: Address;
  readonly domain: bigint;
  readonly chainId: number;
  readonly genesisRoot: bigint;
  readonly sequencers: ReadonlySet<Address>;
  readonly shapes: ReadonlySet<number>;
  readonly minDeposit: bigint;
  readonly depositCap: bigint;
  /** Whether a proof is one of these public signals. */
  readonly verifies: (signals: readonly bigint[], proof: SubmittedProof) => boolean;
  /** Who signed the digest of a report; null: nobody. */
  readonly signerOf: (digest: Hex, signature: Hex) => Address | null;
}

export interface ContractBounds {
  readonly provingLagSec: number;
  readonly forcedDeadlineSec: number;
  readonly maxReportAgeSec: number;
  readonly maxPauseSec: number;
  readonly price: PriceBound;
}

export interface Committee {
  readonly oracles: readonly Address[];
  readonly quorum: number;
}

export interface OnL1Account {
  readonly owner: Address;
  readonly keyChangePending: boolean;
  readonly withdrawalPending: boolean;
}

export interface OpLink {
  readonly chainHash: Hex;
  readonly queuedAt: number;
  readonly dueAt: number;
}

export interface Listing {
  readonly instrument: Instrument;
  readonly delisted: boolean;
  readonly payoff: bigint | null;
}

export interface Seal {
  readonly sealedAt: number;
  readonly pausedFrom: number;
  readonly pausedUntil: number;
}

/** The storage of the exchange. Values are never changed in place, so that a copy of the maps is a copy of the state. */
export interface ContractState {
  stateRoot: bigint;
  batchNumber: number;
  l1OpIndex: number;
  lastTime: number;
  /** By number of ops: link 0 is the empty queue. */
  links: readonly OpLink[];
  readonly accounts: Map<number, OnL1Account>;
  readonly lastSerial: Map<number, number>;
  readonly usedKeys: Set<string>;
  owedToAccounts: bigint;
  owedToClaims: bigint;
  shortfall: bigint;
  /** Tokens of the exchange. */
  held: bigint;
  readonly claimable: Map<Address, bigint>;
  readonly listings: Map<number, Listing>;
  book: PriceBook;
  readonly seals: Map<string, Seal>;
  readonly sealedThrough: Map<Address, number>;
  pausedFrom: number;
  pausedUntil: number;
  readonly bounds: Changing<ContractBounds>;
  committee: Changing<Committee>;
  lastReportDigest: Hex;
  lastReportTime: number;
}

const NO_HASH: Hex = `0x${'0'.repeat(64)}`;

export const genesisState = (
  config: ContractConfig,
  committee: Changing<Committee>,
  bounds: Changing<ContractBounds>,
): ContractState => ({
  stateRoot: config.genesisRoot,
  batchNumber: 0,
  l1OpIndex: 0,
  lastTime: 0,
  links: [{ chainHash: NO_HASH, queuedAt: 0, dueAt: 0 }],
  accounts: new Map(),
  lastSerial: new Map(),
  usedKeys: new Set(),
  owedToAccounts: 0n,
  owedToClaims: 0n,
  shortfall: 0n,
  held: 0n,
  claimable: new Map(),
  listings: new Map(),
  book: new Map(),
  seals: new Map(),
  sealedThrough: new Map(),
  pausedFrom: 0,
  pausedUntil: 0,
  bounds,
  committee,
  lastReportDigest: NO_HASH,
  lastReportTime: 0,
});

export const copyState = (state: ContractState): ContractState => ({
  ...state,
  accounts: new Map(state.accounts),
  lastSerial: new Map(state.lastSerial),
  usedKeys: new Set(state.usedKeys),
  claimable: new Map(state.claimable),
  listings: new Map(state.listings),
  seals: new Map(state.seals),
  sealedThrough: new Map(state.sealedThrough),
});

/** The contract's own errors, by their names. */
export class Revert extends Error {
  readonly errorName: string;
  readonly args: readonly unknown[];

  constructor(errorName: string, ...args: readonly unknown[]) {
    super(`${errorName}(${args.join(', ')})`);
    this.errorName = errorName;
    this.args = args;
  }
}

export const requireThat = (holds: boolean, errorName: string, ...args: readonly unknown[]): void => {
  if (!holds) throw new Revert(errorName, ...args);
};
