import type { Address } from 'viem';

/** What a wallet signs so that a trading key may be derived from the signature (protocol, section 4). */
export const tradingKeyTypedData = (chainId: number, exchange: Address, domain: bigint) =>
  ({
    domain: { name: 'Straddle', version: '1', chainId, verifyingContract: exchange },
    types: {
      StraddleKey: [
        { name: 'purpose', type: 'string' },
        { name: 'domain', type: 'uint256' },
      ],
    },
    primaryType: 'StraddleKey',
    message: { purpose: 'trading key', domain },
  }) as const;
