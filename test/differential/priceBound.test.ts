import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  type PublicClient,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitReceipt } from '../../contracts/awaitReceipt.ts';
import { type Anvil, startAnvil } from '../../node/devnet/anvilProcess.ts';
import { requestOver } from '../../node/l1/requestOver.ts';
import { createRpcL1 } from '../../node/l1/rpcL1.ts';
import { inForceAt } from '../../node/oracle/inForce.ts';
import { createOracleL1 } from '../../node/oracle/oracleL1.ts';
import {
  expiryOfKey,
  marketOfKey,
  type PriceBook,
  type PriceBound,
  type PricedReport,
  priceKey,
  takeReport,
} from '../../node/oracle/priceBound.ts';
import { packShownPrice, unpackShownPrice } from '../../node/oracle/shownPrices.ts';
import { Prng } from '../property/prng.ts';
import { compileHarness, harnessAbi } from './priceBoundHarness.ts';

const SEED = Number(process.env.SEED ?? 7_007);
const STEPS = Number(process.env.STEPS ?? 400);
/** Anvil's first account. */
const ACCOUNT = privateKeyToAccount('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');
const MARKETS = [0, 3, 15];
const REASON = {
  PricesNotIncreasing: 'malformed',
  PriceOutOfRange: 'malformed',
  PriceMissing: 'missing',
  PriceDeviates: 'deviates',
} as const;

const directory = mkdtempSync(join(tmpdir(), 'straddle-price-bound-'));
const random = new Prng(SEED);
let anvil: Anvil;
let harness: Hex;
let client: PublicClient;

const clients = () => {
  const transport = http(anvil.rpcUrl);
  return {
    wallet: createWalletClient({ account: ACCOUNT, chain: foundry, transport }),
    clock: createTestClient({ chain: foundry, transport, mode: 'anvil' }),
  };
};

beforeAll(async () => {
  anvil = await startAnvil(join(directory, 'anvil.log'));
  client = createPublicClient({ chain: foundry, transport: http(anvil.rpcUrl), pollingInterval: 5, cacheTime: 0 });
  const code = await compileHarness();
  harness = await deploy(code.harness(await deploy(code.library)));
}, 60_000);
afterAll(async () => {
  await anvil?.child.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function deploy(bytecode: Hex): Promise<Hex> {
  const hash = await clients().wallet.deployContract({ abi: harnessAbi, bytecode });
  const { contractAddress } = await awaitReceipt(client, hash);
  if (contractAddress === null || contractAddress === undefined) throw new Error('nothing was deployed');
  return contractAddress;
}

type Name = 'setBounds' | 'list' | 'delist' | 'accept';

const callOf = (functionName: Name, args: readonly unknown[]) =>
  ({ address: harness, abi: harnessAbi, functionName, args, account: ACCOUNT }) as const;

async function send(functionName: Name, args: readonly unknown[]): Promise<void> {
  const hash = await clients().wallet.writeContract({ ...callOf(functionName, args), chain: foundry } as never);
  const { status } = await awaitReceipt(client, hash);
  if (status !== 'success') throw new Error(`${functionName} reverted`);
}

/** Name of the error; null: taken. */
async function refusalOf(args: readonly unknown[]): Promise<string | null> {
  try {
    await client.simulateContract(callOf('accept', args) as never);
    return null;
  } catch (error) {
    const reverted = error instanceof BaseError && error.walk((one) => one instanceof ContractFunctionRevertedError);
    if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
    return reverted.data?.errorName ?? reverted.reason ?? 'no reason';
  }
}

/** A value about an anchor: itself, some way off, or on either side of the last one within reach. */
function valueNear(anchor: bigint, isInReach: (value: bigint) => boolean, most: bigint): bigint {
  if (anchor === 0n) return BigInt(random.between(1, random.pick([20, 1_000_000, 50_000_000])));
  const factorPpm = BigInt(random.between(300_000, 3_000_000));
  const roll = random.below(100);
  let value = roll < 40 ? anchor + BigInt(random.between(-3, 3)) : (anchor * factorPpm) / 1_000_000n;
  if (roll >= 75) {
    const up = random.chance(50);
    let [inside, outside] = [anchor, up ? most : 0n];
    while (inside - outside > 1n || outside - inside > 1n) {
      const middle = (inside + outside) / 2n;
      if (isInReach(middle)) inside = middle;
      else outside = middle;
    }
    value = random.chance(50) ? inside : outside;
  }
  return value < 1n ? 1n : value > most ? most : value;
}

const MOST_PRICE = 2n ** 40n - 1n;
const MOST_VOLATILITY = 2n ** 32n - 1n;

/** Each word near its anchor, most of them within reach so that whole reports are taken. */
function report(book: PriceBook, bound: PriceBound, timeSec: number): PricedReport {
  const keys = [...book.keys()].filter((key) => expiryOfKey(key) === 0 || expiryOfKey(key) > timeSec);
  const markets = new Set(MARKETS.filter(() => random.chance(93)));
  const shown = new Set([...markets].map((market) => priceKey(market, 0)));
  for (const key of keys) if (markets.has(marketOfKey(key)) && !random.chance(3)) shown.add(key);
  if (random.chance(10)) shown.add(priceKey(random.pick(MARKETS), timeSec + random.between(-50, 50)));
  const prices: bigint[] = [];
  for (const key of [...shown].sort((one, other) => one - other)) {
    const [market, expirySec] = [marketOfKey(key), expiryOfKey(key)];
    const { price, volatilityPpm } = book.get(key) ?? { price: 0n, volatilityPpm: 0n };
    // Alone, so that nothing is missing and nothing else is out of reach.
    const alone = new Map(
      [...book].filter(([one]) => one === key).map(([one, anchor]) => [one, { ...anchor, listed: 0 }]),
    );
    const spot = packShownPrice({ market, expirySec: 0, price: 1n, volatilityPpm: 0n });
    const holds = (word: bigint) =>
      takeReport(alone, bound, { timeSec, prices: expirySec === 0 ? [word] : [spot, word] }, false).accepted;
    const wild = random.chance(8);
    const still = {
      market,
      expirySec,
      price: price || 1n,
      volatilityPpm: volatilityPpm || (expirySec === 0 ? 0n : 1n),
    };
    const pick = (anchor: bigint, test: (value: bigint) => boolean, most: bigint): bigint => {
      const value = valueNear(anchor, test, most);
      return wild || test(value) || anchor === 0n ? value : anchor;
    };
    const shownPrice = pick(price, (value) => holds(packShownPrice({ ...still, price: value })), MOST_PRICE);
    const shownVolatility =
      expirySec === 0
        ? 0n
        : pick(volatilityPpm, (value) => holds(packShownPrice({ ...still, volatilityPpm: value })), MOST_VOLATILITY);
    prices.push(packShownPrice({ market, expirySec, price: shownPrice, volatilityPpm: shownVolatility }));
  }
  if (random.chance(3)) prices.reverse();
  if (random.chance(2)) prices.push(random.pick([0n, 1n << 116n, (1n << 112n) | 7n]));
  return { timeSec, prices };
}

/** What L1 still has of a book: it forgets expiries that have come. */
const remembered = (book: PriceBook, timeSec: number) =>
  [...book]
    .filter(([key]) => expiryOfKey(key) === 0 || expiryOfKey(key) > timeSec)
    .sort(([one], [other]) => one - other);

it(`L1 and the node judge every report alike, SEED ${SEED}`, { timeout: 240_000 }, async () => {
  const { clock } = clients();
  const l1 = createOracleL1(createRpcL1(requestOver(http(anvil.rpcUrl))), harness);
  const counts = { taken: 0, leapt: 0, malformed: 0, missing: 0, deviates: 0 };
  const start = Number((await client.getBlock()).timestamp);
  let now = start;
  const bounds = [0, 0, 0].map(() => {
    const deviationBasePpm = random.between(1, 300_000);
    const deviationCeilingPpm = random.between(deviationBasePpm + 1, 999_999);
    const rest = { provingLagSec: 1, forcedDeadlineSec: 1, maxReportAgeSec: 1, maxPauseSec: 1, forcedBondGwei: 1 };
    return { ...rest, deviationBasePpm, deviationCeilingPpm, deviationPpmPerSec: random.between(1, 2_000) };
  });
  await send('setBounds', [bounds[0]]);
  for (let step = 0; step < STEPS; step += 1) {
    now += random.chance(4) ? random.between(3_000, 200_000) : random.chance(1) ? 4_000_000 : random.between(1, 60);
    await clock.setNextBlockTimestamp({ timestamp: BigInt(now) });
    const { book, bound: changing } = await l1.prices();
    const bound = inForceAt(changing, now);
    const roll = random.below(100);
    if (roll < 12) {
      await send('list', [random.pick(MARKETS), now + random.pick([500, 5_000, 90_000, 90_001, 700_000])]);
      continue;
    }
    const listed = [...book].filter(([, one]) => one.listed > 0);
    if (roll < 15 && listed.length > 0) {
      const [key] = random.pick(listed);
      await send('delist', [marketOfKey(key), expiryOfKey(key)]);
      continue;
    }
    if (roll < 17) {
      await send('setBounds', [random.pick(bounds)]);
      continue;
    }
    const next = report(book, bound, now);
    const mayLeap = random.chance(10);
    const args = [next.prices, now, mayLeap];
    const verdict = takeReport(book, bound, next, mayLeap);
    const refusal = await refusalOf(args);
    const shown = `step ${step}: ${next.prices.map((word) => JSON.stringify(unpackShownPrice(word), (_, v) => (typeof v === 'bigint' ? `${v}` : v))).join(' ')}`;
    if (!verdict.accepted) {
      counts[verdict.refusal.reason] += 1;
      expect(refusal, shown).not.toBeNull();
      // Where a report is wrong twice, either is named.
      expect(Object.keys(REASON), shown).toContain(refusal);
      continue;
    }
    expect(refusal, shown).toBeNull();
    if (mayLeap && !takeReport(book, bound, next, false).accepted) counts.leapt += 1;
    counts.taken += 1;
    await send('accept', args);
    const after = await l1.prices();
    expect(remembered(after.book, now), shown).toEqual(remembered(verdict.book, now));
  }
  expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(0);
  expect(counts.taken, JSON.stringify(counts)).toBeGreaterThan(STEPS / 4);
});
