import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, decodeEventLog, type Log } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { compileContracts } from '../../contracts/compile.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { MemoryStore } from '../../node/core/ledger/memoryStore.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Entry } from '../../node/core/protocol/entry.ts';
import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE } from '../../node/core/protocol/presets.ts';
import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { type Anvil, startAnvil } from '../../node/devnet/anvilProcess.ts';
import { submitCall } from '../../node/settlement/provedBatch.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { CommandSource } from '../property/commands.ts';
import { Prng } from '../property/prng.ts';
import { ChainCommands } from './chainCommands.ts';
import { type CoreBatch, CoreSide, total } from './coreSide.ts';
import { ExchangeOnL1 } from './exchangeOnL1.ts';
import { SimulatedProver } from './simulatedProver.ts';
import { SPOILED_CALLS, type SpoilContext, type SubmitArguments } from './spoiledCalls.ts';

const SEED = Number(process.env.SEED ?? 7_002);
const ENTRIES = Number(process.env.ENTRIES ?? 1_200);
const OWNERS = 3;
const MOST_BATCHES = 4;
/** Every kind of spoilt call is tried on so many calls, later only now and then. */
const ENOUGH_SPOILED = 4;

/** Two shapes, each with a key of its own, so that calls end where the shape changes. */
const PRESET: Deployment = {
  ...DEVELOPMENT_PRESET,
  name: 'two-shapes',
  shapes: [
    { ...DEVELOPMENT_SHAPE, instruments: 40 },
    {
      ...DEVELOPMENT_SHAPE,
      id: 2,
      name: 'wide',
      accountChunks: [1, 1, 1, 1, 2, 2],
      trades: 8,
      l1Ops: 3,
      instruments: 40,
    },
  ],
};

/** A call that was taken, sent again: what the contract says first depends on what has moved on within the call. */
function againRefusedWith([, batches, reports]: SubmitArguments): string {
  if (reports.length > 1) return 'ReportNotNewer';
  return batches[0]?.time === batches.at(-1)?.time ? 'BatchNumberNotNext' : 'BatchTimeBeforeLast';
}

let hasher: Hasher;
let anvil: Anvil;
let l1: ExchangeOnL1;
const directory = mkdtempSync(join(tmpdir(), 'straddle-differential-'));
const provers = new Map(PRESET.shapes.map(({ id, name }) => [id, new SimulatedProver(name)]));

beforeAll(async () => {
  hasher = await createCircomHasher();
  const contracts = await compileContracts({ store: openArtifactStore() });
  anvil = await startAnvil(join(directory, 'anvil.log'));
  l1 = await ExchangeOnL1.deploy(anvil.rpcUrl, contracts, OWNERS, {
    shapes: [...provers].map(([id, { verificationKey }]) => ({ id, verificationKey })),
    genesisStateRoot: (domain) => new MemoryStore(hasher).stateRoot(domain),
  });
});
afterAll(async () => {
  await anvil?.child.stop();
  rmSync(directory, { recursive: true, force: true });
});

function proverOf(shapeId: number): SimulatedProver {
  const prover = provers.get(shapeId);
  if (prover === undefined) throw new Error(`no shape ${shapeId}`);
  return prover;
}

/** Submits batches, and holds the contract against core after each call. */
class Settlement {
  readonly refusals = new Map<string, string[]>();
  readonly callSizes: number[] = [];
  claims = 0;
  private readonly commands: ChainCommands;
  private readonly random: Prng;
  private readonly claimable = new Map<Address, bigint>();
  private claimed = 0n;
  private accepted = 0;

  constructor(commands: ChainCommands, random: Prng) {
    this.commands = commands;
    this.random = random;
  }

  async submit(batches: readonly CoreBatch[]): Promise<void> {
    const { args, shapeId } = submitCall(batches.map(({ proved }) => proved));
    const last = batches.at(-1);
    if (last === undefined) return;
    await l1.waitUntil(last.proved.timeSec);
    await this.spoil(batches);
    const logs = await l1.send(l1.sequencer, 'submit', args);
    const where = `seed ${SEED}, batch ${batches[0]?.proved.batchNumber}`;
    this.checkEvents(batches, logs, shapeId, where);
    this.accepted += batches.length;
    await this.checkState(last, where);
    this.callSizes.push(batches.length);
    expect(await l1.refusal(l1.sequencer, 'submit', args), `${where}, again`).toBe(againRefusedWith(args));
    if (this.random.chance(15)) await this.claim(where, last);
  }

  private note(name: string, error: string | null): void {
    this.refusals.set(name, [...(this.refusals.get(name) ?? []), error ?? 'taken']);
  }

  private async spoil(batches: readonly CoreBatch[]): Promise<void> {
    const { args, shapeId } = submitCall(batches.map(({ proved }) => proved));
    const { lastReportTimeSec } = await l1.state();
    const at = this.random.below(batches.length);
    const batch = batches[at];
    if (batch === undefined) throw new Error('a call without batches');
    const context: SpoilContext = {
      args,
      at,
      random: this.random,
      prover: proverOf(shapeId),
      publicSignals: batch.publicSignals,
      otherShapeId: 3 - shapeId,
      opsBehind: this.commands.queued.length - batch.l1OpIndex,
      isReportNew: args[2].at(-1)?.time !== lastReportTimeSec,
    };
    for (const { name, spoil } of SPOILED_CALLS) {
      if ((this.refusals.get(name)?.length ?? 0) >= ENOUGH_SPOILED && !this.random.chance(5)) continue;
      const spoilt = spoil(context);
      if (spoilt !== null) this.note(name, await l1.refusal(l1.sequencer, 'submit', spoilt));
    }
  }

  private checkEvents(batches: readonly CoreBatch[], logs: readonly Log[], shapeId: number, where: string): void {
    const events = logs.map(({ data, topics }) => decodeEventLog({ abi: straddleExchangeAbi, data, topics }));
    const accepted = events.flatMap((event) => (event.eventName === 'BatchAccepted' ? [event.args] : []));
    expect(accepted, where).toEqual(
      batches.map(({ proved, publicSignals, l1OpIndex }) => ({
        batchNumber: BigInt(proved.batchNumber),
        shapeId,
        stateRoot: proved.stateRootAfter,
        time: proved.timeSec,
        riskTableHash: publicSignals[3],
        logChainHash: proved.logChainHash,
        l1OpIndex: BigInt(l1OpIndex),
      })),
    );
    const credited = events.flatMap((event) => (event.eventName === 'WithdrawalCredited' ? [event.args] : []));
    const expected = batches.flatMap(({ credits }) => credits);
    expect(
      credited.filter(({ amount }) => amount > 0n),
      where,
    ).toEqual(expected.map((credit) => ({ ...credit, batchNumber: BigInt(credit.batchNumber) })));
    for (const { owner, amount } of expected) this.claimable.set(owner, (this.claimable.get(owner) ?? 0n) + amount);
  }

  /** What was deposited and is not in a batch yet is core's neither, but the contract owes it. */
  private waitingDeposits(l1OpIndex: number): bigint {
    const waiting = this.commands.queued.slice(l1OpIndex);
    return total(waiting.filter(({ kind }) => kind <= L1_OP_KIND.DEPOSIT).map(({ amount }) => amount));
  }

  private async checkState(last: CoreBatch, where: string): Promise<void> {
    const { lastReportTimeSec, ...state } = await l1.state();
    const owedToClaims = total(this.claimable.values());
    const owedToAccounts = last.worth + this.waitingDeposits(last.l1OpIndex);
    expect(state, where).toEqual({
      stateRoot: last.proved.stateRootAfter,
      batchNumber: this.accepted,
      l1OpIndex: last.l1OpIndex,
      lastTimeSec: last.proved.timeSec,
      owedToClaims,
      owedToAccounts,
      held: owedToClaims + owedToAccounts,
    });
    expect(state.held, where).toBe(this.waitingDeposits(0) - this.claimed);
    expect(lastReportTimeSec, where).toBe(last.proved.report.time);
    for (const { address } of l1.owners) {
      expect(await l1.claimable(address), `${where}, ${address}`).toBe(this.claimable.get(address) ?? 0n);
    }
  }

  private async claim(where: string, last: CoreBatch): Promise<void> {
    const owner = this.random.pick(l1.owners);
    const amount = this.claimable.get(owner.address) ?? 0n;
    if (amount === 0n) return;
    await l1.send(owner, 'claim', [owner.address]);
    this.claimed += amount;
    this.claimable.set(owner.address, 0n);
    this.claims += 1;
    await this.checkState(last, `${where}, claim`);
  }
}

/** The batches that may go into one call: of one shape, and not too many. */
function nextCall(waiting: readonly CoreBatch[], most: number): CoreBatch[] {
  const end = waiting.findIndex(({ proved }) => proved.shapeId !== waiting[0]?.proved.shapeId);
  return waiting.slice(0, Math.min(most, end === -1 ? waiting.length : end));
}

function countRows(batches: readonly CoreBatch[]) {
  const ops = batches.flatMap(({ rows }) => rows.l1Ops);
  const trades = batches.flatMap(({ rows }) => rows.trades);
  const forced = ops.filter(({ kind }) => kind === L1_OP_KIND.FORCED_WITHDRAWAL);
  return {
    opens: ops.filter(({ kind }) => kind === L1_OP_KIND.OPEN).length,
    deposits: ops.filter(({ kind }) => kind === L1_OP_KIND.DEPOSIT).length,
    keyChanges: ops.filter(({ kind }) => kind === L1_OP_KIND.CHANGE_KEY).length,
    forcedInFull: forced.filter(({ amount, paid }) => paid === amount).length,
    forcedShaved: forced.filter(({ amount, paid }) => paid < amount).length,
    withdrawals: batches.flatMap(({ rows }) => rows.withdrawals).length,
    trades: trades.length,
    multiLeg: trades.filter(({ legs }) => legs.length > 1).length,
    feesPaid: trades.filter(({ fee }) => fee > 0n).length,
    liquidations: trades.filter(({ liquidation }) => liquidation).length,
    settlements: batches.flatMap(({ rows }) => rows.settlements).length,
    shapes: new Set(batches.map(({ proved }) => proved.shapeId)).size,
  };
}

describe('core against the contract', () => {
  let settlement: Settlement;
  const batches: CoreBatch[] = [];

  it('every batch is accepted, and leaves both with the same roots, counters, claims and money', {
    timeout: 300_000,
  }, async () => {
    console.log(`differential/contract: seed ${SEED}, ${ENTRIES} entries`);
    const random = new Prng(SEED + 1);
    const source = new CommandSource(SEED, { accounts: 7, reportPercent: 4, columns: 15, deposit: 4_000_000_000n });
    const commands = new ChainCommands(l1, hasher, random, await l1.nowSec());
    const core = new CoreSide(
      { hasher, domain: l1.deployed.domain, deployment: PRESET },
      { ownerOf: (account) => commands.ownerOf(account).address, proverOf },
    );
    settlement = new Settlement(commands, random);
    const waiting: CoreBatch[] = [];
    const settle = async (): Promise<void> => {
      await settlement.submit(waiting.splice(0, nextCall(waiting, random.between(1, MOST_BATCHES)).length));
    };
    const run = async (command: Entry): Promise<void> => {
      const entry = await commands.entry(command, core.machine.view);
      if (entry === null) return;
      const sealed = core.apply(entry);
      batches.push(...sealed);
      waiting.push(...sealed);
      while (sealed.length > 0 && waiting.length > random.below(2 * MOST_BATCHES)) await settle();
    };
    for (const command of source.opening()) await run(command);
    for (let k = 0; k < ENTRIES; k++) await run(source.next(core.machine.view));
    await run({ type: 'seal' });
    while (waiting.length > 0) await settle();

    const counts = countRows(batches);
    console.log(JSON.stringify({ batches: batches.length, calls: settlement.callSizes.length, ...counts }));
    for (const [what, count] of Object.entries(counts)) expect(count, `seed ${SEED}: ${what}`).toBeGreaterThan(0);
    expect(counts.shapes).toBe(2);
    expect(settlement.claims).toBeGreaterThan(0);
    expect(Math.min(...settlement.callSizes)).toBe(1);
    expect(Math.max(...settlement.callSizes)).toBeGreaterThan(1);
  });

  it.each(SPOILED_CALLS)('refuses $name: $refusedWith', ({ name, refusedWith }) => {
    const seen = settlement.refusals.get(name) ?? [];
    expect(seen.length, `seed ${SEED}: no call could be spoilt so`).toBeGreaterThan(0);
    expect(new Set(seen), `seed ${SEED}`).toEqual(new Set([refusedWith]));
  });
});
