/** One account as the tree commits to it (protocol, section 3). */
export interface AccountRecord {
  readonly keyX: bigint;
  readonly keyY: bigint;
  /** 160-bit L1 address. */
  readonly owner: bigint;
  /** Cash units (1e-6 USDC), signed 64 bits. */
  readonly cash: bigint;
  /** Strictly increasing by instrument, none with 0 lots. */
  readonly positions: readonly Position[];
  /** Non-zero intent slots: slot index 0..4095 to nonce * 2^32 + filledLots. */
  readonly slots: ReadonlyMap<number, bigint>;
}

export interface Position {
  readonly instrument: number;
  /** Signed 32 bits, never 0. */
  readonly lots: number;
}
