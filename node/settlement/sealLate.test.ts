import { describe, expect, it } from 'vitest';
import { type SealRecord, sealLate } from './sealLate.ts';

const LAG_SEC = 600;

/** Batches sealed at these times; batch n has root 1000 + n. */
const queueOf = (timesSec: readonly number[]) => ({
  sealed: async (batchNumber: number) => {
    const timeSec = timesSec[batchNumber];
    return timeSec === undefined ? null : { stateRootAfter: 1000n + BigInt(batchNumber), timeSec };
  },
});

const recordOf = (through: number) => {
  const puts: [number, readonly bigint[]][] = [];
  const record: SealRecord = {
    provingLagSec: async () => LAG_SEC,
    sealedThrough: async () => through,
    put: async (first, roots) => {
      puts.push([first, roots]);
    },
  };
  return { record, puts };
};

describe('sealLate', () => {
  it.each([
    ['nothing is sealed beyond what L1 has', [100], 0, 1, 10_000, []],
    ['the oldest batch waits less than half of the lag', [100, 110], 0, 0, 399, []],
    ['the oldest batch waits half of the lag: all that are sealed', [100, 110], 0, 0, 400, [[0, [1000n, 1001n]]]],
    ['L1 has the first already', [100, 110], 0, 1, 410, [[1, [1001n]]]],
    ['the old ones are on record, the next is young', [100, 390], 1, 0, 450, []],
    ['the old ones are on record, the next is old', [100, 390], 1, 0, 690, [[1, [1001n]]]],
    ['all are on record', [100, 390], 2, 0, 5_000, []],
  ] as const)('%s', async (_, times, through, accepted, nowSec, expected) => {
    const { record, puts } = recordOf(through);
    const count = await sealLate(record, queueOf(times), accepted, nowSec);
    expect(puts).toEqual(expected);
    expect(count).toBe(expected.flatMap(([, roots]) => [...roots]).length);
  });

  it('goes by the lag of the oldest batch that waits', async () => {
    const { record, puts } = recordOf(0);
    const asked: number[] = [];
    const provingLagSec = async (batchSec: number): Promise<number> => {
      asked.push(batchSec);
      return batchSec < 100 ? LAG_SEC : 10 * LAG_SEC;
    };
    const queue = queueOf([50, 99, 100]);
    expect(await sealLate({ ...record, provingLagSec }, queue, 2, 400)).toBe(0);
    expect(await sealLate({ ...record, provingLagSec }, queue, 1, 399)).toBe(2);
    expect(puts).toEqual([[1, [1001n, 1002n]]]);
    expect(asked).toEqual([100, 99]);
  });

  it('puts at most 64 on record at once', async () => {
    const { record, puts } = recordOf(0);
    expect(await sealLate(record, queueOf(Array<number>(100).fill(5)), 0, 10_000)).toBe(64);
    expect(puts[0]?.[1]).toHaveLength(64);
  });
});
