/** Kinds of signed message (protocol, section 4). */
export const MESSAGE_KIND = { TRADE: 1, WITHDRAW: 2, TRANSFER: 3, CANCEL: 4, CANCEL_ALL: 5 } as const;
