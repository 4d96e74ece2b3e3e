/** Where a signer reads the price of the underlying. Pure in time, so that honest signers see the same price. */
export interface PriceSource {
  /**
   * Price units (1e-4 USDC) at a whole second since the epoch, 1 to 2^40 - 1. Before the source's first second: its
   * first price.
   */
  readonly priceAt: (timeSec: number) => bigint;
  /** One line for people: what the prices are. */
  readonly description: string;
}
