import { decodeFunctionData, type Hex, numberToHex, pad } from 'viem';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { Hasher } from '../core/crypto/hasher.ts';
import { createCryptography } from '../crypto/cryptography.ts';
import type { SubmittedReport } from '../l1/submitCall.ts';
import type { CheckedBatch } from './checkedBatch.ts';
import { follow } from './follow.ts';
import { keyFingerprint } from './registeredKey.ts';
import { BLOCK_TIME_SEC, type Tamper } from './scriptedL1.fixture.ts';
import { testKey } from './testKey.fixture.ts';
import type { WatcherAlarm, WatcherAlarmCode } from './WatcherAlarm.ts';
import {
  DEPLOYED,
  EXCHANGE,
  encodeSubmit,
  eventLog,
  KEY,
  KEY_DATA,
  type Submit,
  WatchedChain,
} from './watchedChain.fixture.ts';
import type { WatcherConfig } from './watcher.ts';
import type { WatchReport } from './watchReport.ts';

interface RpcLog {
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly [field: string]: unknown;
}

let hasher: Hasher;
let chain: WatchedChain;
beforeAll(async () => {
  ({ hasher } = await createCryptography());
});
beforeEach(async () => {
  chain = await WatchedChain.create(hasher);
});

/** A lie about what a method answers, told so many times. */
function lie(method: string, change: (answer: never, params: readonly unknown[]) => unknown) {
  return (times: number): Tamper => {
    let told = 0;
    return (asked, answer, params) => {
      if (asked !== method || told >= times) return answer;
      const changed = change(answer as never, params);
      if (changed === answer) return answer;
      told += 1;
      return changed;
    };
  };
}

/** About the newest block, or about blocks that are asked for by their numbers. */
const blockLie = (which: 'latest' | 'numbered', change: (block: object) => object | null) =>
  lie('eth_getBlockByNumber', (block: object, [name]) =>
    (name === 'latest') === (which === 'latest') ? change(block) : block,
  );

const topicOf = (name: string): Hex | undefined => TOPICS.get(name);
const TOPICS = new Map(
  [
    ['OracleCommitteeSet', { oracles: [], quorum: 1 }],
    ['ShapeRegistered', { shapeId: 1, verifier: KEY_DATA }],
    ['InstrumentListed', { id: 1, kind: 1, expiry: 1, strike: 1 }],
    [
      'L1OpQueued',
      {
        index: 0n,
        kind: 1,
        account: 1,
        owner: EXCHANGE,
        amount: 1n,
        keyX: 0n,
        keyY: 0n,
        opHash: numberToHex(0, { size: 32 }),
      },
    ],
    ['WithdrawalCredited', { owner: EXCHANGE, account: 1, amount: 1n, batchNumber: 0n, forced: false }],
    [
      'BatchAccepted',
      { batchNumber: 0n, shapeId: 1, stateRoot: 0n, time: 0, riskTableHash: 0n, logChainHash: 0n, l1OpIndex: 0n },
    ],
  ].map(([name, args]) => [name as string, eventLog(name as string, args as never).topics[0] as Hex]),
);

/** The first log of an event is changed, or left out where `change` gives null. */
const logLie = (name: string, change: (log: RpcLog) => RpcLog | null) =>
  lie('eth_getLogs', (logs: readonly RpcLog[]) => {
    const at = logs.findIndex(({ topics }) => topics[0] === topicOf(name));
    const log = logs[at];
    if (log === undefined) return logs;
    const changed = change(log);
    return [...logs.slice(0, at), ...(changed === null ? [] : [changed]), ...logs.slice(at + 1)];
  });

const submitLie = (change: (args: Submit) => Submit | Promise<Submit>) =>
  lie('eth_getTransactionByHash', async (transaction: { readonly input: Hex }) => {
    const call = decodeFunctionData({ abi: straddleExchangeAbi, data: transaction.input });
    if (call.functionName !== 'submit') return transaction;
    return { ...transaction, input: encodeSubmit(await change(call.args)) };
  });

const reportLie = (change: (report: SubmittedReport) => Promise<SubmittedReport>) =>
  submitLie(async ([shapeId, batches, reports]) => [shapeId, batches, await Promise.all(reports.map(change))]);

/** The words of what `eth_call` answers, changed where the answer is one word, or where it is several. */
const callLie = (words: 'one' | 'several', change: (words: bigint[]) => void) =>
  lie('eth_call', (answer: Hex) => {
    const all = Array.from({ length: (answer.length - 2) / 64 }, (_, k) =>
      BigInt(`0x${answer.slice(2 + 64 * k, 66 + 64 * k)}`),
    );
    if ((all.length === 1) !== (words === 'one')) return answer;
    change(all);
    return `0x${all.map((word) => word.toString(16).padStart(64, '0')).join('')}`;
  });

/** Changes the data of a log at a word. */
const dataWord =
  (at: number, value: bigint) =>
  (log: RpcLog): RpcLog => {
    const data = `${log.data.slice(0, 2 + 64 * at)}${value.toString(16).padStart(64, '0')}${log.data.slice(66 + 64 * at)}`;
    return { ...log, data: data as Hex };
  };

const withTopic =
  (at: number, value: Hex) =>
  (log: RpcLog): RpcLog => ({ ...log, topics: log.topics.map((topic, k) => (k === at ? pad(value) : topic)) });

/** Whatever makes an alarm hold is one lie of the endpoint, told again or not. */
const LIES: readonly (readonly [WatcherAlarmCode, string, (times: number) => Tamper])[] = [
  [
    'WATCH_LOG_UNREADABLE',
    'an event that no ABI has',
    logLie('InstrumentListed', (log) => ({ ...log, topics: [numberToHex(9, { size: 32 })] })),
  ],
  ['WATCH_LOG_UNREADABLE', 'a log without data', logLie('InstrumentListed', (log) => ({ ...log, data: '0x' }))],
  ['WATCH_LOG_UNREADABLE', 'an instrument of no kind', logLie('InstrumentListed', dataWord(0, 0n))],
  ['WATCH_LOG_UNREADABLE', 'an instrument of an unknown kind', logLie('InstrumentListed', dataWord(0, 4n))],
  ['WATCH_LOG_UNREADABLE', 'a kind beyond its type', logLie('InstrumentListed', dataWord(0, 259n))],
  ['WATCH_LOG_UNREADABLE', 'an L1 op of an unknown kind', logLie('L1OpQueued', dataWord(0, 16n))],
  ['WATCH_OP_CHAIN_BROKEN', 'another amount than was hashed', logLie('L1OpQueued', dataWord(1, 5_000_001n))],
  ['WATCH_OPS_DISAGREE', 'an op left out', logLie('L1OpQueued', () => null)],
  ['WATCH_LISTING_DISAGREES', 'a listing left out', logLie('InstrumentListed', () => null)],
  ['WATCH_LISTING_DISAGREES', 'another expiry listed', logLie('InstrumentListed', dataWord(1, 9_001n))],
  ['WATCH_SHAPE_UNKNOWN', 'a registration left out', logLie('ShapeRegistered', () => null)],
  ['WATCH_CONFIG_INVALID', 'a deployment without a committee', logLie('OracleCommitteeSet', () => null)],
  ['WATCH_ROOT_DISAGREES', 'another root announced', logLie('BatchAccepted', dataWord(0, 1n))],
  ['WATCH_ROOT_DISAGREES', 'another chain hash announced', logLie('BatchAccepted', dataWord(3, 45n))],
  ['WATCH_ROOT_DISAGREES', 'an accepted batch left out', logLie('BatchAccepted', () => null)],
  [
    'WATCH_SUBMISSION_UNREADABLE',
    'a call of another contract',
    lie('eth_getTransactionByHash', (one: object) => ({ ...one, to: KEY_DATA })),
  ],
  [
    'WATCH_SUBMISSION_UNREADABLE',
    'a contract made',
    lie('eth_getTransactionByHash', (one: object) => ({ ...one, to: null })),
  ],
  [
    'WATCH_SUBMISSION_UNREADABLE',
    'an end cut off',
    lie('eth_getTransactionByHash', (one: { input: Hex }) => ({ ...one, input: one.input.slice(0, -80) })),
  ],
  [
    'WATCH_SUBMISSION_UNREADABLE',
    'another function',
    lie('eth_getTransactionByHash', (one: object) => ({ ...one, input: '0x8456cb59' })),
  ],
  [
    'WATCH_SUBMISSION_UNREADABLE',
    'fewer batches than were accepted',
    submitLie(([id, , reports]) => [id, [], reports]),
  ],
  ['WATCH_SUBMISSION_UNREADABLE', 'a batch without its report', submitLie(([id, batches]) => [id, batches, []])],
  ['WATCH_REPORT_UNSIGNED', 'one signature', reportLie((report) => chain.sign(report, [2]))],
  [
    'WATCH_TABLE_DISAGREES',
    'a table that the inputs do not give',
    reportLie((report) => chain.sign({ ...report, riskTableHash: report.riskTableHash + 1n })),
  ],
  [
    'WATCH_TABLE_DISAGREES',
    'inputs that do not decode',
    reportLie((report) => chain.sign({ ...report, inputs: '0x02' })),
  ],
  [
    'WATCH_ROWS_INVALID',
    'a word too few',
    submitLie(([id, all, reports]) => [id, all.map((one) => ({ ...one, words: one.words.slice(1) })), reports]),
  ],
  [
    'WATCH_ROOT_DISAGREES',
    'another root claimed',
    submitLie(([id, all, reports]) => [id, all.map((one) => ({ ...one, stateRootAfter: 1n })), reports]),
  ],
  ['WATCH_KEY_REFUSED', 'no key', lie('eth_getCode', () => '0x')],
  [
    'WATCH_KEY_REFUSED',
    'a byte of another key',
    lie('eth_getCode', (code: Hex) => `${code.slice(0, 100)}${code[100] === '0' ? '1' : '0'}${code.slice(101)}`),
  ],
  ['WATCH_MONEY_MISSING', 'a credit of another amount', logLie('WithdrawalCredited', dataWord(0, 2_000_001n))],
  ['WATCH_MONEY_MISSING', 'a credit left out', logLie('WithdrawalCredited', () => null)],
  ['WATCH_MONEY_MISSING', 'a credit to another owner', logLie('WithdrawalCredited', withTopic(1, KEY_DATA))],
  ['WATCH_MONEY_MISSING', 'a credit for another batch', logLie('WithdrawalCredited', withTopic(3, '0x02'))],
  [
    'WATCH_MONEY_MISSING',
    'less in the exchange than it owes',
    callLie('one', (words) => {
      words[0] = words[0] === 3_000_000n ? 2_999_999n : (words[0] ?? 0n);
    }),
  ],
  [
    'WATCH_MONEY_MISSING',
    'other books',
    callLie('several', (words) => {
      words[2] = 1n;
    }),
  ],
];

function anyLog(change: Readonly<Record<string, unknown>>) {
  return lie('eth_getLogs', ([first, ...logs]: RpcLog[]) => [{ ...first, ...change }, ...logs]);
}

const KEY_HASH = numberToHex(99, { size: 32 });

/** Follows the chain to its head as the process does, with patience for three failures. */
async function followOnce(said: WatchReport[] = []) {
  const batches: number[] = [];
  await follow({
    createWatcher: async () =>
      chain.watch({
        onBatch: ({ batchNumber }) => batches.push(batchNumber),
        onDoubt: ({ code, message }) => said.push({ event: 'doubt', code, message }),
      }),
    once: true,
    patience: 3,
    say: (report) => said.push(report),
    pause: async () => undefined,
  });
  return { batches, said };
}

async function run(config: Partial<WatcherConfig> = {}) {
  const [batches, doubts]: [CheckedBatch[], WatcherAlarm[]] = [[], []];
  const watcher = chain.watch({ onBatch: (one) => batches.push(one), onDoubt: (one) => doubts.push(one), ...config });
  const head = await watcher.step();
  return { batches, doubts, head, watcher };
}

describe('createWatcher', () => {
  it('rebuilds what the logs tell and finds it equal to what the contract says', async () => {
    const { batches, doubts, head, watcher } = await run();
    expect(batches.map(({ batchNumber, block }) => [batchNumber, block])).toEqual([
      [0, 6n],
      [1, 7n],
      [2, 7n],
    ]);
    expect(doubts).toEqual([]);
    const money = { tokenBalance: 3_000_000n, owedToClaims: 0n, owedToAccounts: 3_000_000n };
    expect(head).toMatchObject({ block: 8n, batchCount: 3, ...money });
    chain.openAccount(7n);
    expect(await watcher.step()).toMatchObject({ block: 9n, owedToAccounts: 3_000_007n });
  });

  it('reads at the depth and in the strides that it is told', async () => {
    const { batches, head } = await run({ confirmations: 1, blocksPerCall: 2 });
    expect(head.block).toBe(7n);
    expect(batches).toHaveLength(3);
    const ranges = chain.l1.asked.filter(({ method }) => method === 'eth_getLogs').map(({ params }) => params[0]);
    expect(ranges).toHaveLength(3);
  });

  describe.each(LIES)('%s: %s', (code, _, tamperFor) => {
    it('is raised, and again, if L1 says so each time', async () => {
      chain.l1.tamper = tamperFor(Number.POSITIVE_INFINITY);
      const watcher = chain.watch();
      await expect(watcher.step()).rejects.toMatchObject({ name: 'WatcherAlarm', code });
      await expect(watcher.step()).rejects.toMatchObject({ code });
    });

    it('is no alarm if L1 says so once', async () => {
      chain.l1.tamper = tamperFor(1);
      const { batches, said } = await followOnce();
      // Either the second look sees it right, or what was taken already was wrong, and all is read again.
      const doubted = said.filter(({ event }) => event === 'doubt' || event === 'waiting');
      expect(doubted).toEqual([expect.objectContaining({ code: expect.stringMatching(`${code}|WATCH_L1_CHANGED`) })]);
      expect(said.at(-1)).toMatchObject({ event: 'head', batches: 3 });
      expect(new Set(batches)).toEqual(new Set([0, 1, 2]));
    });
  });

  it('follows a call with bytes behind its end, as the contract would', async () => {
    chain.l1.tamper = lie('eth_getTransactionByHash', (one: { input: Hex }) => ({ ...one, input: `${one.input}00` }))(
      9,
    );
    expect((await run()).batches).toHaveLength(3);
  });

  it('raises WATCH_PROOF_REFUSED and WATCH_VERIFIER_FAILED if the verifier says so twice', async () => {
    const failing = (times: number, fail: () => Promise<boolean>) => {
      let calls = 0;
      return () => (++calls > times ? Promise.resolve(true) : fail());
    };
    const cases = [
      ['WATCH_PROOF_REFUSED', async () => false],
      ['WATCH_VERIFIER_FAILED', () => Promise.reject(new Error('no memory'))],
    ] as const;
    for (const [code, fail] of cases) {
      await expect(chain.watch({ verify: failing(2, fail) }).step()).rejects.toMatchObject({ code });
      const { doubts } = await run({ verify: failing(1, fail) });
      expect(doubts.map((alarm) => alarm.code)).toEqual([code]);
    }
  });

  it('raises WATCH_KEY_UNKNOWN at a registered key that is none of the expected ones', async () => {
    const other = new Map([[keyFingerprint(testKey('other')), 'another']]);
    const alarm = { code: 'WATCH_KEY_UNKNOWN', data: { fingerprint: keyFingerprint(KEY) } };
    await expect(chain.watch({ expectedKeys: other }).step()).rejects.toMatchObject(alarm);
    await expect(chain.watch({ expectedKeys: new Map() }).step()).rejects.toMatchObject(alarm);
    await run({ expectedKeys: new Map([...other, [keyFingerprint(KEY), 'its own']]) });
  });

  it('takes reports of a committee that was changed for an hour more, and of the new one from then on', async () => {
    const [first, second] = [0, 1].map((at) => chain.oracles.slice(at, at + 2));
    chain.mine([eventLog('OracleCommitteeSet', { oracles: first, quorum: 2 })]);
    chain.mine([eventLog('OracleCommitteeSet', { oracles: second, quorum: 2 })]);
    const sinceSec = BLOCK_TIME_SEC + Number(chain.l1.head) + 3_600;
    await chain.submitEmpty(sinceSec - 1, [0, 1]);
    await chain.submitEmpty(sinceSec, [1, 2]);
    expect((await run()).head.batchCount).toBe(5);
    await chain.submitEmpty(sinceSec + 1, [0, 1]);
    await expect(chain.watch().step()).rejects.toMatchObject({ code: 'WATCH_REPORT_UNSIGNED' });
  });

  it('raises WATCH_CONFIG_INVALID if the deployment is not among the blocks that it is told of', async () => {
    for (const config of [{ fromBlock: DEPLOYED + 1n }, { exchange: KEY_DATA }] as const) {
      await expect(chain.watch(config).step()).rejects.toMatchObject({ code: 'WATCH_CONFIG_INVALID' });
    }
  });

  it('raises WATCH_REORG_TOO_DEEP if a block that it read is another now, unless L1 takes that back', async () => {
    const { watcher } = await run();
    const other = blockLie('numbered', (block) => ({ ...block, hash: KEY_HASH }));
    chain.l1.tamper = other(1);
    await watcher.step();
    chain.l1.tamper = other(2);
    await expect(watcher.step()).rejects.toMatchObject({ code: 'WATCH_REORG_TOO_DEEP' });
    chain.l1.replace(1);
    chain.mine([]);
    await expect(watcher.step()).rejects.toMatchObject({ code: 'WATCH_REORG_TOO_DEEP', data: { block: 8n } });
  });

  it('sees its figures drift to the newest block while deposits come in, and raises nothing', async () => {
    const { watcher } = await run();
    const doubts: WatcherAlarm[] = [];
    const drifting = chain.watch({ onDoubt: (one) => doubts.push(one) });
    const drift = callLie('several', (words) => {
      words[0] = (words[0] ?? 0n) + 7n;
      words[2] = (words[2] ?? 0n) + 7n;
    });
    for (let k = 0; k < 5; k++) {
      chain.openAccount(7n);
      chain.l1.tamper = drift(1);
      await drifting.step();
    }
    expect(doubts.map(({ code }) => code)).toEqual(Array(5).fill('WATCH_MONEY_MISSING'));
    expect((await watcher.step()).owedToAccounts).toBe(3_000_035n);
  });
});

/** Each is the endpoint's failure, not the exchange's. */
const FAILURES: readonly (readonly [string, string, (times: number) => Tamper])[] = [
  ['WATCH_L1_INCONSISTENT', 'logs out of order', lie('eth_getLogs', (logs: RpcLog[]) => logs.toReversed())],
  ['WATCH_L1_INCONSISTENT', 'a log twice', lie('eth_getLogs', ([first, ...logs]: RpcLog[]) => [first, first, ...logs])],
  ['WATCH_L1_INCONSISTENT', 'a log of another contract', anyLog({ address: KEY_DATA })],
  ['WATCH_L1_INCONSISTENT', 'a log of no contract', anyLog({ address: 'exchange' })],
  ['WATCH_L1_INCONSISTENT', 'a removed log', anyLog({ removed: true })],
  ['WATCH_L1_INCONSISTENT', 'a log of a later block', anyLog({ blockNumber: '0x99' })],
  ['WATCH_L1_INCONSISTENT', 'a pending log', anyLog({ blockNumber: null })],
  ['WATCH_L1_INCONSISTENT', 'a log of another block hash', anyLog({ blockHash: numberToHex(9, { size: 32 }) })],
  ['WATCH_L1_INCONSISTENT', 'a log without a block hash', anyLog({ blockHash: null })],
  ['WATCH_L1_INCONSISTENT', 'a log without a place', anyLog({ logIndex: null })],
  ['WATCH_L1_INCONSISTENT', 'a log without a transaction', anyLog({ transactionHash: undefined })],
  ['WATCH_L1_INCONSISTENT', 'a log without topics', anyLog({ topics: undefined })],
  ['WATCH_L1_INCONSISTENT', 'a log with short topics', anyLog({ topics: ['0x12'] })],
  ['WATCH_L1_INCONSISTENT', 'a log without data', anyLog({ data: undefined })],
  ['WATCH_L1_INCONSISTENT', 'a log that is none', lie('eth_getLogs', ([, ...logs]: RpcLog[]) => ['log', ...logs])],
  ['WATCH_L1_UNREACHABLE', 'null for logs', lie('eth_getLogs', () => null)],
  ['WATCH_L1_UNREACHABLE', 'no block', blockLie('numbered', () => null)],
  ['WATCH_L1_INCONSISTENT', 'another block', blockLie('numbered', (one) => ({ ...one, number: '0x99' }))],
  ['WATCH_L1_UNREACHABLE', 'a block without hash', blockLie('numbered', (one) => ({ ...one, hash: null }))],
  [
    'WATCH_L1_UNREACHABLE',
    'no number of the newest block',
    blockLie('latest', (one) => ({ ...one, number: 'newest' })),
  ],
  ['WATCH_L1_BEHIND', 'a head before the deployment', blockLie('latest', (one) => ({ ...one, number: '0x1' }))],
  ['WATCH_L1_UNREACHABLE', 'no transaction', lie('eth_getTransactionByHash', () => null)],
  [
    'WATCH_L1_INCONSISTENT',
    'another transaction',
    lie('eth_getTransactionByHash', (one: object) => ({ ...one, hash: KEY_HASH })),
  ],
  [
    'WATCH_L1_INCONSISTENT',
    'a pending transaction',
    lie('eth_getTransactionByHash', (one: object) => ({ ...one, blockHash: null })),
  ],
  [
    'WATCH_L1_UNREACHABLE',
    'a transaction without input',
    lie('eth_getTransactionByHash', (one: object) => ({ ...one, input: undefined })),
  ],
  ['WATCH_L1_UNREACHABLE', 'no state', lie('eth_call', () => '0x')],
  ['WATCH_L1_UNREACHABLE', 'half a state', lie('eth_call', (answer: Hex) => answer.slice(0, 34))],
  ['WATCH_L1_UNREACHABLE', 'an error', lie('eth_call', () => Promise.reject(new Error('header not found')))],
];

describe('createWatcher with a failing L1', () => {
  describe.each(FAILURES)('%s: %s', (code, _, tamperFor) => {
    it('is said each time, raises nothing, and ends in giving up', async () => {
      chain.l1.tamper = tamperFor(Number.POSITIVE_INFINITY);
      const said: WatchReport[] = [];
      await expect(followOnce(said)).rejects.toMatchObject({ name: 'WatchFailure', code });
      expect(said.filter(({ event }) => event !== 'batch')).toEqual(
        [1, 2, 3].map((failures) => expect.objectContaining({ event: 'waiting', code, failures })),
      );
    });

    it('harms nothing when it is over', async () => {
      chain.l1.tamper = tamperFor(2);
      const { batches, said } = await followOnce();
      expect(batches).toEqual([0, 1, 2]);
      expect(said.at(-1)).toMatchObject({ event: 'head', batches: 3, owedToAccounts: '3000000' });
    });
  });

  it('takes no log twice and leaves none out, whichever request fails', async () => {
    await run();
    const requests = chain.l1.asked.length;
    expect(requests).toBeGreaterThan(20);
    for (let failing = 0; failing < requests; failing++) {
      let asked = 0;
      chain.l1.tamper = (_, answer) => (asked++ === failing ? Promise.reject(new Error('reset by peer')) : answer);
      const { batches, said } = await followOnce();
      expect(batches, `request ${failing}`).toEqual([0, 1, 2]);
      expect(said.at(-1), `request ${failing}`).toMatchObject({ event: 'head', owedToAccounts: '3000000' });
    }
  });
});
