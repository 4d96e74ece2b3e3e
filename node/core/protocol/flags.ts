export const TIME_IN_FORCE = { GTC: 0, IOC: 1, FOK: 2 } as const;
export type TimeInForce = (typeof TIME_IN_FORCE)[keyof typeof TIME_IN_FORCE];

export const SELF_TRADE = { CANCEL_NEWEST: 0, CANCEL_OLDEST: 1, CANCEL_BOTH: 2 } as const;
export type SelfTrade = (typeof SELF_TRADE)[keyof typeof SELF_TRADE];

/** Order flags as signed in a TRADE message (protocol, section 4). */
export interface OrderFlags {
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly selfTrade: SelfTrade;
}

export const packFlags = (flags: OrderFlags): number =>
  flags.timeInForce | (flags.postOnly ? 4 : 0) | (flags.reduceOnly ? 8 : 0) | (flags.selfTrade << 4);

/** Undefined for flags with unknown bits or values: they must not be signed away silently. */
export function parseFlags(flags: number): OrderFlags | undefined {
  if (!Number.isInteger(flags) || flags < 0 || flags > 63) return undefined;
  const timeInForce = flags & 3;
  const selfTrade = flags >> 4;
  if (timeInForce > 2 || selfTrade > 2) return undefined;
  return {
    timeInForce: timeInForce as TimeInForce,
    postOnly: (flags & 4) !== 0,
    reduceOnly: (flags & 8) !== 0,
    selfTrade: selfTrade as SelfTrade,
  };
}
