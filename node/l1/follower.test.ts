import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.fixture.ts';
import type { CursorStore } from './cursorStore.ts';
import { createFollower, type Follower, type FollowerConfig } from './follower.ts';
import { L1Error } from './L1Error.ts';
import type { L1Event } from './l1Event.ts';
import { CHAIN_ID, EXCHANGE, eventLog, MemoryL1, opLog } from './memoryL1.fixture.ts';

let chain: MemoryL1;
const START_MS = 1_700_000_000_000;
let clock: ManualClock;
let events: L1Event[];
let warnings: string[];
let written: string | null;
let logEntries: number;
let isPending: boolean;

beforeEach(() => {
  chain = new MemoryL1();
  clock = new ManualClock(START_MS);
  events = [];
  warnings = [];
  written = null;
  logEntries = 10;
  isPending = false;
});

const store: CursorStore = {
  read: async () => written,
  write: async (text) => {
    written = text;
  },
};

const followerOf = (changes: Partial<FollowerConfig> = {}): Follower =>
  createFollower({
    l1: chain.l1,
    clock,
    chainId: CHAIN_ID,
    exchange: EXCHANGE,
    fromBlock: 1n,
    confirmations: 0,
    blocksPerCall: 100,
    pauseMs: 50,
    cursor: store,
    logEntries: () => logEntries,
    onEvents: async (more) => {
      events.push(...more);
    },
    isPending: () => isPending,
    warn: (message) => warnings.push(message),
    ...changes,
  });

const indices = (): readonly number[] => events.flatMap((event) => (event.type === 'l1Op' ? [event.index] : []));

/** Steps while time passes. */
async function stepThrough(follower: Follower) {
  const step = follower.step();
  step.catch(() => undefined);
  for (let k = 0; k < 40; k++) await clock.advance(50);
  return step;
}

describe('createFollower', () => {
  it('hands over ops, listings and delistings in order, only at the confirmed depth', async () => {
    const follower = followerOf({ confirmations: 2 });
    chain.mine(opLog(0), eventLog('InstrumentListed', { id: 65537, kind: 2, expiry: 9_000, strike: 30 }));
    chain.mine(
      eventLog('Claimed', { owner: EXCHANGE, to: EXCHANGE, amount: 1n }),
      eventLog('InstrumentDelisted', { id: 65537 }),
    );
    expect(await follower.step()).toEqual({ type: 'read', block: 0n });
    expect(events).toEqual([]);
    chain.mine();
    expect(await follower.step()).toEqual({ type: 'read', block: 1n });
    const op = { kind: 1, account: 5, amount: 100n, owner: BigInt(EXCHANGE), keyX: 7n, keyY: 8n };
    const instrument = { instrument: 65537, kind: 'put', expirySec: 9_000, strike: 30n };
    expect(events).toEqual([
      { type: 'l1Op', index: 0, op },
      { type: 'list', instrument },
    ]);
    chain.mine();
    await follower.step();
    expect(events[2]).toEqual({ type: 'delist', instrument: 65537 });
    expect(follower.nextBlock()).toBe(3n);
  });

  it.each([
    ['a skipped op', [opLog(1)], 'L1_OP_SKIPPED'],
    ['an op told twice', [opLog(0), opLog(0)], 'L1_OP_SKIPPED'],
    ['an unknown kind of op', [opLog(0, 9)], 'L1_LOG_UNREADABLE'],
    ['an event of no ABI', [{ ...opLog(0), topics: [`0x${'ab'.repeat(32)}`] as const }], 'L1_LOG_UNREADABLE'],
    ['bytes that say it another way', [{ ...opLog(0), data: `${opLog(0).data}00` as const }], 'L1_LOG_UNREADABLE'],
    [
      'an unknown kind of instrument',
      [opLog(0), eventLog('InstrumentListed', { id: 1, kind: 4, expiry: 1, strike: 1 })],
      'L1_LOG_UNREADABLE',
    ],
  ])('refuses %s, and hands nothing over', async (_, logs, code) => {
    chain.mine(...logs);
    await expect(followerOf().step()).rejects.toMatchObject({ name: 'FollowError', code });
    expect(events).toEqual([]);
  });

  it('says that a block it has read was replaced, and reads nothing on', async () => {
    chain.mine(opLog(0));
    const follower = followerOf();
    await follower.step();
    chain.drop(1);
    chain.mine(opLog(0));
    chain.mine(opLog(1));
    for (let k = 0; k < 2; k++) expect(await follower.step()).toMatchObject({ type: 'reorged', block: 1n });
    expect(indices()).toEqual([0]);
  });

  it('takes an endpoint that is behind for no reorganisation', async () => {
    chain.mineMany(2);
    const follower = followerOf();
    await follower.step();
    chain.drop(1);
    await expect(follower.step()).rejects.toMatchObject({ code: 'L1_BEHIND' });
  });

  it.each([
    ['while its logs are read', 'logs', 'read'],
    ['between two strides', 'call', 'reorged'],
  ] as const)('notices a reorganisation %s', async (_, at, after) => {
    chain.mineMany(3);
    const follower = followerOf({ blocksPerCall: 1 });
    let isDone = false;
    chain.fault = (method) => {
      if (method !== at || isDone) return;
      isDone = true;
      chain.drop(3);
      chain.mineMany(3);
    };
    await expect(follower.step()).rejects.toMatchObject({ code: 'L1_INCONSISTENT' });
    expect(await follower.step()).toMatchObject({ type: after });
  });

  it('reads in strides, and in shorter ones where the endpoint refuses long ones, pausing in between', async () => {
    chain.mineMany(40);
    chain.mine(opLog(0));
    chain.maxRange = 6;
    const follower = followerOf({ blocksPerCall: 20 });
    await stepThrough(follower);
    expect(indices()).toEqual([0]);
    expect(chain.ranges.slice(0, 4)).toEqual(['1-20', '1-10', '1-5', '6-10']);
    expect(clock.waits).toEqual([50, 50]);
    expect(follower.nextBlock()).toBe(42n);
  });

  it('tries a longer stride after sixteen that were read', async () => {
    chain.mineMany(70);
    chain.maxRange = 3;
    await stepThrough(followerOf({ blocksPerCall: 4 }));
    const lengths = chain.ranges.map((range) => {
      const [from = 0, to = 0] = range.split('-').map(Number);
      return to - from + 1;
    });
    expect(lengths.slice(0, 19)).toEqual([4, ...Array(16).fill(2), 4, 2]);
  });

  it('gives up where even one block is refused, and after no answer asks for less', async () => {
    chain.mineMany(8);
    chain.maxRange = 0;
    const refused = stepThrough(followerOf({ blocksPerCall: 8 }));
    await expect(refused).rejects.toMatchObject({ code: 'L1_REFUSED' });
    expect(chain.ranges).toEqual(['1-8', '1-4', '1-2', '1-1']);
    const follower = followerOf({ blocksPerCall: 8 });
    chain.fault = (method) => {
      if (method === 'logs') throw new L1Error('L1_UNREACHABLE', 'timeout');
    };
    await expect(follower.step()).rejects.toMatchObject({ code: 'L1_UNREACHABLE' });
    chain.fault = () => undefined;
    chain.maxRange = 100;
    await follower.step();
    expect(chain.ranges.slice(4)).toEqual(['1-8', '1-4', '5-8']);
  });

  it('hands a range over again if it was not taken', async () => {
    chain.mine(opLog(0));
    let isDown = true;
    const follower = followerOf({
      onEvents: async (more) => {
        if (isDown) throw new Error('no space');
        events.push(...more);
      },
    });
    await expect(follower.step()).rejects.toThrow('no space');
    isDown = false;
    await follower.step();
    expect(indices()).toEqual([0]);
  });

  it('stops at an endpoint of another chain', async () => {
    await expect(followerOf({ chainId: 8 }).step()).rejects.toMatchObject({ code: 'L1_CHAIN_DIFFERS' });
  });
});

describe('createFollower with an endpoint that leaves out logs', () => {
  /** Answers without its last op, as one of several endpoints behind one address that lags would. */
  function lagging(times: number): void {
    const { logs } = chain.l1;
    let told = 0;
    Object.assign(chain.l1, {
      logs: async (...args: Parameters<typeof logs>) => {
        const all = await logs(...args);
        return told++ < times ? all.slice(0, -1) : all;
      },
    });
  }

  it('asks the exchange how many ops there are, hands nothing over, and reads again', async () => {
    chain.mine(opLog(0));
    chain.mine(opLog(1));
    lagging(1);
    const follower = followerOf();
    const missing = { code: 'L1_LOGS_MISSING', data: { queued: 2, told: 1 } };
    await expect(follower.step()).rejects.toMatchObject(missing);
    expect(events).toEqual([]);
    await follower.step();
    expect(indices()).toEqual([0, 1]);
  });

  it('reads from where both agreed if it could not ask before', async () => {
    chain.mine(opLog(0));
    chain.mine(opLog(1));
    chain.mineMany(10);
    chain.keptStates = 5;
    lagging(1);
    const follower = followerOf({ blocksPerCall: 2 });
    await expect(follower.step()).rejects.toMatchObject({ code: 'L1_LOGS_MISSING' });
    await follower.step();
    // What was handed over before is told again.
    expect(indices()).toEqual([0, 0, 1]);
  });
});

describe('a cursor', () => {
  /** A long chain read to its end, as a node that ran before left it. */
  async function readBefore(): Promise<void> {
    chain.mine(opLog(0));
    chain.mineMany(400);
    await followerOf().step();
    events = [];
    chain.asked.length = 0;
  }

  it('lets a restart go on where the last run ended', async () => {
    await readBefore();
    chain.mine(opLog(1));
    await followerOf().step();
    expect(chain.ranges).toEqual(['401-402']);
    expect(indices()).toEqual([1]);
    expect(warnings).toEqual([]);
  });

  it('is written each time that 32 blocks were read, and not while something is kept in memory alone', async () => {
    isPending = true;
    await readBefore();
    expect(written).toBeNull();
    isPending = false;
    const follower = followerOf();
    await follower.step();
    const first = written;
    expect(first).not.toBeNull();
    chain.mineMany(30);
    await follower.step();
    expect(written).toBe(first);
    chain.mine();
    await follower.step();
    expect(written).not.toBe(first);
  });

  it('shows a reorganisation while the node was down', async () => {
    await readBefore();
    chain.drop(3);
    chain.mineMany(6);
    expect(await followerOf().step()).toMatchObject({ type: 'reorged', block: 400n });
  });

  it.each([
    ['of another chain', { chainId: 8 }, /of chain 7/],
    ['of another exchange', { exchange: '0x00000000000000000000000000000000000000e1' }, /of the exchange 0x0{38}e0/i],
    ['from before the deployment', { fromBlock: 401n }, /before the deployment/],
  ] as const)('%s is not used, and said', async (_, owner, reason) => {
    await readBefore();
    const l1 = { ...chain.l1, chainId: async () => ('chainId' in owner ? owner.chainId : CHAIN_ID) };
    await followerOf({ ...owner, l1 })
      .step()
      .catch(() => undefined);
    expect(warnings).toEqual([expect.stringMatching(reason)]);
  });

  it('of a log that had more entries is not used: what it has passed may be lost', async () => {
    await readBefore();
    logEntries = 9;
    await followerOf().step();
    expect(warnings).toEqual([expect.stringContaining('10 entries')]);
    expect(indices()).toEqual([0]);
  });

  it('that cannot be read or written is said, and does no harm', async () => {
    await readBefore();
    const broken = () => Promise.reject(new Error('EIO'));
    await followerOf({ cursor: { read: broken, write: broken } }).step();
    expect(warnings).toEqual([
      expect.stringContaining('not used: it cannot be read (EIO)'),
      ...Array(4).fill(expect.stringContaining('cannot be written')),
    ]);
    expect(indices()).toEqual([0]);
  });

  it('that counts other ops than the exchange is given up, and L1 read from the deployment on', async () => {
    await readBefore();
    const { cursor } = JSON.parse(written ?? '') as { cursor: object };
    const { encodeCursor } = await import('./cursor.ts');
    const { block, hash } = cursor as { block: string; hash: `0x${string}` };
    const owner = { chainId: CHAIN_ID, exchange: EXCHANGE, fromBlock: 1n };
    written = encodeCursor(owner, { block: BigInt(block), hash, opCount: 5, logEntries: 3 });
    chain.mine();
    const follower = followerOf();
    await expect(follower.step()).rejects.toMatchObject({ code: 'L1_LOGS_MISSING', data: { queued: 1, told: 5 } });
    await follower.step();
    expect(indices()).toEqual([0]);
  });
});
