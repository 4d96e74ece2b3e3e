/** price (1e-4 USDC a contract) times lots (0.01 contract) is cash (1e-6 USDC) exactly: no rounding anywhere. */
export const premium = (price: bigint, lots: number): bigint => price * BigInt(lots);
