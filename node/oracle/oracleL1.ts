import type { Address, PublicClient } from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { Instrument } from '../core/machine/entry.ts';
import type { OracleL1 } from './signer.ts';

const KINDS = [null, 'call', 'put', 'future'] as const;

/** Reads what a signer checks from the exchange's views. Calls throw viem's error when L1 does not answer. */
export function createOracleL1(client: PublicClient, address: Address): OracleL1 {
  const contract = { address, abi: straddleExchangeAbi } as const;
  return {
    instrument: async (id): Promise<Instrument | null> => {
      const [listed, delisted] = await client.readContract({ ...contract, functionName: 'instrument', args: [id] });
      const kind = KINDS[listed.kind];
      if (delisted || kind === null || kind === undefined) return null;
      return { instrument: id, kind, expirySec: listed.expiry, strike: BigInt(listed.strike) };
    },
    deviationBound: async () => {
      const bounds = await client.readContract({ ...contract, functionName: 'bounds' });
      return { basePpm: BigInt(bounds.deviationBasePpm), ppmPerSec: BigInt(bounds.deviationPpmPerSec) };
    },
    lastSpot: async (market) => {
      const [price, time] = await client.readContract({ ...contract, functionName: 'lastSpot', args: [market] });
      return time === 0 ? null : { price: BigInt(price), timeSec: time };
    },
  };
}
