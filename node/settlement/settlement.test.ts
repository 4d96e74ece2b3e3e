import { encodeErrorResult } from 'viem';
import { describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { type Alarm, createAlarms } from '../alarms.ts';
import { ManualClock } from '../clock.fixture.ts';
import { CodedError } from '../core/codedError.ts';
import { FollowError } from '../l1/FollowError.ts';
import type { Followed, Follower } from '../l1/follower.ts';
import { L1Error } from '../l1/L1Error.ts';
import { SettlementError } from './SettlementError.ts';
import { startSettlement } from './settlement.ts';

class DiskError extends CodedError<'JOBS_WRITE_FAILED'> {
  override readonly name = 'DiskError';
}

const NOTHING: Followed = { type: 'read', block: 7n };
const POLL_MS = 10;
const START_MS = 1_700_000_000_000;

/** Settlement whose reading and submitting do what the scripts say, and nothing once they are over. */
function run(reads: readonly (Error | string | Followed)[], submits: readonly (Error | boolean)[] = []) {
  const clock = new ManualClock(START_MS);
  const raised: Alarm[] = [];
  const alarms = createAlarms((alarm) => raised.push(alarm));
  const counts = { reads: 0, submits: 0 };
  const follower: Follower = {
    step: async () => {
      const next = reads[counts.reads++] ?? NOTHING;
      if (next instanceof Error || typeof next === 'string') throw next;
      return next;
    },
    nextBlock: () => 8n,
  };
  const submitter = {
    step: async () => {
      const next = submits[counts.submits++] ?? false;
      if (next instanceof Error) throw next;
      return next;
    },
  };
  const settlement = startSettlement({ follower, submitter, alarms, clock, pollMs: POLL_MS, maxBackoffMs: 65 });
  return { alarms, clock, counts, raised, settlement };
}

const codes = (alarms: readonly Alarm[]): readonly string[] => alarms.map(({ code }) => code);

const revert = (name: 'ExchangePaused'): L1Error =>
  new L1Error('L1_REVERTED', 'eth_call reverted', {
    revert: encodeErrorResult({ abi: straddleExchangeAbi, errorName: name, args: [5] }),
  });

/** What time may cure. */
const PASSING = [
  new L1Error('L1_UNREACHABLE', 'connection refused'),
  new L1Error('L1_REFUSED', 'insufficient funds'),
  new L1Error('L1_UNREADABLE', 'null'),
  new L1Error('L1_INCONSISTENT', 'another block'),
  new FollowError('L1_BEHIND', 'behind'),
  new FollowError('L1_LOGS_MISSING', 'too few'),
  new SettlementError('L1_NOT_YET', 'paused'),
  new SettlementError('L1_SUBMIT_REVERTED', 'out of gas'),
];

/** What waits for a person, with the code that it is called by. */
const FINAL: readonly (readonly [string, Error])[] = [
  ['L1_LOG_UNREADABLE', new FollowError('L1_LOG_UNREADABLE', 'a log')],
  ['L1_OP_SKIPPED', new FollowError('L1_OP_SKIPPED', 'an op')],
  ['L1_CHAIN_DIFFERS', new FollowError('L1_CHAIN_DIFFERS', 'another chain')],
  ['L1_STATE_DIFFERS', new SettlementError('L1_STATE_DIFFERS', 'another root')],
  ['L1_BATCH_REFUSED', new SettlementError('L1_BATCH_REFUSED', 'ProofRefused')],
  ['L1_REVERTED', revert('ExchangePaused')],
  ['SETTLEMENT_FAILED', new TypeError("cannot read properties of undefined (reading 'x')")],
  ['SETTLEMENT_FAILED', new Error('assertion: there is no batch 5')],
  ['SETTLEMENT_FAILED', new DiskError('JOBS_WRITE_FAILED', 'no space')],
];

describe('startSettlement', () => {
  it.each(PASSING)('retries $code of reading, and clears its alarm when it has passed', async (error) => {
    const { alarms, clock, counts, raised, settlement } = run([error]);
    await clock.advance(0);
    expect(settlement.health()).toMatchObject({ state: 'retrying', failures: 1, lastError: error.message });
    expect(codes(alarms.list())).toEqual([error.code]);
    expect(counts.submits).toBe(0);
    await clock.advance(20);
    expect(settlement.health()).toMatchObject({ state: 'ok', failures: 0, lastError: null });
    expect(alarms.list()).toEqual([]);
    expect(codes(raised)).toEqual([error.code]);
    await settlement.stop();
  });

  it.each(PASSING)('retries $code of submitting, and reads on', async (error) => {
    const { alarms, clock, counts, settlement } = run([], [error, error]);
    await clock.advance(0);
    expect(codes(alarms.list())).toEqual([error.code]);
    await clock.advance(100);
    expect(counts.reads).toBe(counts.submits);
    expect([settlement.health().state, alarms.list()]).toEqual(['ok', []]);
    await settlement.stop();
  });

  it.each(FINAL)('stops everything at %s of reading', async (code, error) => {
    const { alarms, clock, counts, settlement } = run([NOTHING, error]);
    await clock.advance(1_000);
    expect(counts).toEqual({ reads: 2, submits: 1 });
    expect(codes(alarms.list())).toEqual([code]);
    expect(settlement.health().state).toBe('stopped');
    await settlement.stop();
  });

  it.each(FINAL)('stops submitting at %s of submitting, and reads on', async (code, error) => {
    const { alarms, clock, counts, settlement } = run([], [error]);
    await clock.advance(10 * POLL_MS);
    expect(counts).toEqual({ reads: 11, submits: 1 });
    expect(codes(alarms.list())).toEqual([code]);
    expect(settlement.health().state).toBe('stopped');
    await settlement.stop();
  });

  it("says whose failure it is: a contract's by its error, its own by what it was", async () => {
    const [paused, broken, disk] = [revert('ExchangePaused'), new TypeError('x is null'), FINAL[8]?.[1] ?? ''];
    const alarmOf = async (error: Error | string): Promise<Alarm | undefined> => {
      const { alarms, clock, settlement } = run([error]);
      await clock.advance(0);
      await settlement.stop();
      return alarms.list()[0];
    };
    expect(await alarmOf(paused)).toMatchObject({ data: { reason: 'ExchangePaused', args: ['5'] } });
    expect(await alarmOf(broken)).toMatchObject({ data: { cause: null, stack: expect.stringContaining('TypeError') } });
    expect((await alarmOf(broken))?.message).toMatch(/^TypeError: x is null; settlement stopped/);
    expect(await alarmOf(disk)).toMatchObject({ code: 'SETTLEMENT_FAILED', data: { cause: 'JOBS_WRITE_FAILED' } });
    expect(await alarmOf('thrown text')).toMatchObject({ code: 'SETTLEMENT_FAILED' });
  });

  it('stops when L1 replaced what was read', async () => {
    const { alarms, clock, settlement } = run([{ type: 'reorged', block: 5n, read: '0x1', now: '0x2' }]);
    await clock.advance(0);
    expect(alarms.list()[0]).toMatchObject({ code: 'L1_REORG_TOO_DEEP', data: { blockNumber: '5' } });
    expect(settlement.health().state).toBe('stopped');
    await settlement.stop();
  });

  it('waits twice as long after each failure, up to the most, and not long again after a success', async () => {
    const down = new L1Error('L1_UNREACHABLE', 'down');
    const { clock, settlement } = run([down, down, down, down, NOTHING]);
    await clock.advance(20 + 40 + 65 + 65 + POLL_MS);
    expect(clock.waits.slice(0, 6)).toEqual([20, 40, 65, 65, POLL_MS, POLL_MS]);
    await settlement.stop();
  });

  it('submits again at once while calls are mined, and when it is woken', async () => {
    const { clock, counts, settlement } = run([], [true, true, false]);
    await clock.advance(0);
    expect(counts.submits).toBe(3);
    settlement.wake();
    await clock.advance(0);
    expect(counts.submits).toBe(4);
    await settlement.stop();
    expect(clock.waiting).toBe(0);
  });

  it('has caught up after the first read that succeeds', async () => {
    const { clock, settlement } = run([new L1Error('L1_UNREACHABLE', 'down')]);
    let isCaughtUp = false;
    settlement.caughtUp.then(() => {
      isCaughtUp = true;
    });
    await clock.advance(0);
    expect(isCaughtUp).toBe(false);
    await clock.advance(20);
    expect(isCaughtUp).toBe(true);
    await settlement.stop();
  });
});
