import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestClient, createWalletClient, http, parseEther } from 'viem';
import { foundry } from 'viem/chains';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { compileContracts } from '../../contracts/compile.ts';
import { dataPoint } from '../../node/core/codec/words.ts';
import { type Anvil, startAnvil } from '../../node/devnet/anvilProcess.ts';
import { reportTypedData } from '../../node/l1/reportTypedData.ts';
import { requestOver } from '../../node/l1/requestOver.ts';
import { createRpcL1 } from '../../node/l1/rpcL1.ts';
import { inForceAt, NOTICE_SEC } from '../../node/oracle/inForce.ts';
import { createOracleL1, type L1Prices } from '../../node/oracle/oracleL1.ts';
import { type PricedReport, takeReport } from '../../node/oracle/priceBound.ts';
import { packShownPrice } from '../../node/oracle/shownPrices.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { ExchangeOnL1 } from './exchangeOnL1.ts';
import { SimulatedProver } from './simulatedProver.ts';

const GENESIS = 12_345n;
const TABLE = 777n;
const SHAPE = 1;
const ANCHOR = 30_000_000n;
const NARROW = {
  provingLagSec: 7_200,
  forcedDeadlineSec: 86_400,
  maxReportAgeSec: 600,
  deviationBasePpm: 10_000,
  deviationPpmPerSec: 1,
  deviationCeilingPpm: 20_000,
  maxPauseSec: 3_600,
  forcedBondGwei: 1_000_000,
};

const directory = mkdtempSync(join(tmpdir(), 'straddle-notice-'));
const prover = new SimulatedProver('notice');
let anvil: Anvil;
let l1: ExchangeOnL1;

beforeAll(async () => {
  const contracts = await compileContracts({ store: openArtifactStore() });
  anvil = await startAnvil(join(directory, 'anvil.log'));
  l1 = await ExchangeOnL1.deploy(anvil.rpcUrl, contracts, 0, {
    shapes: [{ id: SHAPE, verificationKey: prover.verificationKey }],
    genesisStateRoot: () => GENESIS,
  });
}, 240_000);
afterAll(async () => {
  await anvil?.child.stop();
  rmSync(directory, { recursive: true, force: true });
});

const priced = (timeSec: number, price: bigint): PricedReport => ({
  timeSec,
  prices: [packShownPrice({ market: 1, expirySec: 0, price, volatilityPpm: 0n })],
});

/** An empty batch on a report that so many oracles signed. */
async function callWith(batchNumber: bigint, { prices, timeSec }: PricedReport, batchSec: number, signers: number) {
  const report = { timeSec, prices, riskTableHash: TABLE, inputs: '0x01' } as const;
  const typed = reportTypedData(l1.reportDomain, report);
  const oracles = [...l1.oracles].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1)).slice(0, signers);
  const signatures = await Promise.all(oracles.map((oracle) => oracle.signTypedData(typed)));
  const [before, after, dataCommit] = [GENESIS + batchNumber, GENESIS + batchNumber + 1n, 5n];
  const words = [batchNumber];
  const point = dataPoint(dataCommit, words);
  const proof = prover.prove([before, after, BigInt(batchSec), TABLE, dataCommit, point, batchNumber]);
  const batch = { stateRootAfter: after, time: batchSec, dataCommit, reportIndex: 0, logChainHash: 9n, words, proof };
  const submitted = { time: timeSec, riskTableHash: TABLE, prices, inputs: report.inputs, signatures };
  return [SHAPE, [batch], [submitted]] as const;
}

/** What the node reckons that L1 says: the error's name, or null. */
function expected({ book, bound, committee }: L1Prices, report: PricedReport, signers: number): string | null {
  const { leapQuorum, quorum } = inForceAt(committee, report.timeSec);
  if (signers < quorum) return 'QuorumNotMet';
  const verdict = takeReport(book, inForceAt(bound, report.timeSec), report, signers >= leapQuorum);
  return verdict.accepted ? null : 'PriceDeviates';
}

/** As governance does once its delay is over. */
async function change(rpcUrl: string): Promise<void> {
  const transport = http(rpcUrl);
  const { exchange, governance } = l1.deployed;
  const clock = createTestClient({ chain: foundry, transport, mode: 'anvil' });
  await clock.setBalance({ address: governance, value: parseEther('1') });
  await clock.impersonateAccount({ address: governance });
  const wallet = createWalletClient({ chain: foundry, transport, account: governance });
  const contract = { address: exchange, abi: straddleExchangeAbi } as const;
  await wallet.writeContract({ ...contract, functionName: 'setBounds', args: [NARROW] });
  const oracles = l1.oracles.map(({ address }) => address);
  await wallet.writeContract({ ...contract, functionName: 'setOracleCommittee', args: [oracles, 3] });
}

it('L1 and the node judge reports alike on both sides of a change of bounds and committee', {
  timeout: 240_000,
}, async () => {
  const reader = createOracleL1(createRpcL1(requestOver(http(anvil.rpcUrl))), l1.deployed.exchange);
  const start = await l1.nowSec();
  await l1.send(l1.sequencer, 'submit', await callWith(0n, priced(start, ANCHOR), start, 2));
  await change(anvil.rpcUrl);
  const { bound, committee } = await reader.prices();
  const [first, last] = [Math.min(bound.sinceSec, committee.sinceSec), Math.max(bound.sinceSec, committee.sinceSec)];
  expect(first).toBeGreaterThanOrEqual(start + NOTICE_SEC);
  await l1.waitUntil(last + 5);
  const now = await reader.prices();
  const counts: Record<string, number> = {};
  for (const timeSec of [first - 1, first, last - 1, last, last + 4]) {
    for (const price of [ANCHOR, 30_600_000n, 30_600_001n, 59_999_970n, 59_999_971n, 29_411_764n, 15_000_007n, 9n]) {
      for (const signers of [2, 3]) {
        const report = priced(timeSec, price);
        // The batch is of a later time than the change throughout: its report's time decides.
        const said = await l1.refusal(l1.sequencer, 'submit', await callWith(1n, report, last + 5, signers));
        expect(said, `${timeSec - first} ${price} ${signers}`).toBe(expected(now, report, signers));
        counts[said ?? 'taken'] = (counts[said ?? 'taken'] ?? 0) + 1;
      }
    }
  }
  expect(Object.keys(counts).sort()).toEqual(['PriceDeviates', 'QuorumNotMet', 'taken']);
});
