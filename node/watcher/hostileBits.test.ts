import { type Hex, hexToBytes, toHex } from 'viem';
import { beforeAll, describe, expect, it } from 'vitest';
import { Prng } from '../../test/property/prng.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';
import { WatchFailure } from './WatchFailure.ts';
import { WatchedChain } from './watchedChain.fixture.ts';

const SEED = Number(process.env.SEED ?? 7_302);
const RUNS = Number(process.env.RUNS ?? 150);

let chain: WatchedChain;
beforeAll(async () => {
  const { hasher } = await createCryptography();
  chain = await WatchedChain.create(hasher);
});

function flip(value: Hex, random: Prng): Hex {
  const bytes = hexToBytes(value);
  const bit = random.below(8 * bytes.length);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return toHex(bytes);
}

/** Flips a bit in one of the long hex strings of an answer, or takes one of its fields away. */
function spoil(answer: unknown, random: Prng): unknown {
  if (typeof answer === 'string') return /^0x([0-9a-f]{2}){20,}$/.test(answer) ? flip(answer as Hex, random) : answer;
  if (Array.isArray(answer)) {
    const at = random.below(answer.length);
    return answer.map((one, k) => (k === at ? spoil(one, random) : one));
  }
  if (typeof answer !== 'object' || answer === null) return answer;
  const fields = Object.keys(answer);
  const field = random.pick(fields);
  const value = (answer as Record<string, unknown>)[field];
  return {
    ...answer,
    [field]: random.chance(25) ? random.pick([null, undefined, '0x', '', 7, {}, []]) : spoil(value, random),
  };
}

describe('a watcher whose L1 flips a bit or loses a field', () => {
  it.each(['eth_getLogs', 'eth_getTransactionByHash', 'eth_getCode', 'eth_call', 'eth_getBlockByNumber'])(
    'names what is wrong in %s, or finds the same state',
    { timeout: 300_000 },
    async (method) => {
      console.log(`watcher/hostileBits ${method}: seed ${SEED}, ${RUNS} runs`);
      const seen = new Map<string, number>();
      for (let k = 0; k < RUNS; k++) {
        const where = `${method}, seed ${SEED}, run ${k}`;
        const seed = SEED + 1_000 * k;
        // The same lie at each look: one that is told once is another test's.
        chain.l1.tamper = (asked, answer) => (asked === method ? spoil(answer, new Prng(seed)) : answer);
        try {
          const head = await chain.watch().step();
          expect(head, where).toMatchObject({ batchCount: 3, owedToAccounts: 3_000_000n, owedToClaims: 0n });
          seen.set('the same state', (seen.get('the same state') ?? 0) + 1);
        } catch (error) {
          if (!(error instanceof WatcherAlarm || error instanceof WatchFailure))
            throw new Error(where, { cause: error });
          expect(error.code, where).toMatch(/^WATCH_/);
          seen.set(error.code, (seen.get(error.code) ?? 0) + 1);
        }
      }
      console.log(JSON.stringify(Object.fromEntries(seen)));
      expect([...seen.keys()].some((code) => code.startsWith('WATCH_'))).toBe(true);
    },
  );
});
