import { readFile } from 'node:fs/promises';
import { wtns } from 'snarkjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { applyRows } from '../../node/core/ledger/applyRows.ts';
import { encodeBatchJob } from '../../node/core/ledger/batchJob.ts';
import { sealToJob } from '../../node/core/ledger/sealToJob.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import {
  DEVELOPMENT_PRESET,
  DEVELOPMENT_SHAPE,
  STANDARD_PRESET,
  STANDARD_SHAPE,
  TEST_SHAPE,
} from '../../node/core/protocol/presets.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { loadCore } from '../../prover/native/core.ts';
import { replayJob } from '../../prover/queue/replayJob.ts';
import { shapeCircuit } from '../../prover/setup/shapeArtifacts.ts';
import { calculateWitness } from '../../prover/witness/calculateWitness.ts';
import { CircuitUnderTest } from './CircuitUnderTest.ts';
import {
  type BatchSpec,
  DOMAIN,
  deposit,
  fallingNonces,
  liquidation,
  opening,
  robbery,
  settling,
  signedBatch,
  stateBefore,
  trading,
} from './fixtures.ts';
import { R1cs } from './R1cs.ts';
import { readWtns } from './wtnsFile.ts';

let hasher: Hasher;
let circuit: CircuitUnderTest;

const PRESET: Deployment = { ...DEVELOPMENT_PRESET, shapes: [TEST_SHAPE] };
const contextOf = (deployment: Deployment) => ({ hasher, domain: DOMAIN, deployment });

/** The batch as the prover gets it. */
const jobOf = (spec: BatchSpec, preset: Deployment): string => {
  const store = stateBefore(hasher, spec);
  const batch = signedBatch(hasher, spec);
  const { feePool, ...head } = store.head();
  const sealed = {
    ...batch,
    batchNumber: head.batchNumber,
    feePoolBefore: feePool,
    l1OpIndexBefore: head.l1OpIndex,
    lastTimeSec: head.lastTimeSec,
    reportIndex: 0,
    lastEntryIndex: 1,
    accountsBefore: new Map(spec.accounts.map(({ account, before }) => [account, before])),
  };
  return encodeBatchJob(sealToJob(contextOf(preset), store, sealed).job);
};

/** With as many columns more as the deployment has, which repeat the last. */
const widened = (spec: BatchSpec, columns: number): BatchSpec => ({
  ...spec,
  table: spec.table.map((row) => ({
    ...row,
    values: Array.from({ length: columns }, (_, s) => row.values[Math.min(s, row.values.length - 1)] ?? 0n),
  })),
});

/** A shape that no cache has is compiled first: minutes, where other tests want the processors too. */
const COMPILING_MS = 900_000;

beforeAll(async () => {
  hasher = await createCircomHasher();
  circuit = await CircuitUnderTest.build(TEST_SHAPE);
});

describe('the test shape accepts every kind of row', () => {
  const batches: [string, () => BatchSpec][] = [
    ['trades, a settlement, a deposit, a withdrawal', trading],
    ['a liquidation and a shaved forced withdrawal', liquidation],
    ['an opening, a key change, a trade that only reduces risk', opening],
    ['a deposit and unused rows of all kinds', deposit],
    ['a deposit while nothing is listed', () => ({ ...deposit(), table: [] })],
    ['two settlements and two withdrawals', settling],
    ['two nonces of one slot, the later one first', fallingNonces],
    ['a liquidation at its bounds: nothing is left, nothing is owed', () => robbery(0n)],
  ];
  test.each(batches)('%s', async (_, spec) => {
    const { input } = replayJob(hasher, [PRESET], jobOf(spec(), PRESET));
    expect(await circuit.accepts(input)).toBe(true);
    // The liar, told the truth, is believed: what it is refused for elsewhere is the lie.
    expect(await circuit.judge(input)).toEqual({ accepted: true, violated: [], identities: [] });
  });

  test.each(batches)('%s: the transition of core is the one written out by hand', (_, spec) => {
    const { accounts } = applyRows(contextOf(PRESET), stateBefore(hasher, spec()), signedBatch(hasher, spec()));
    const expected = [...spec().accounts].sort((a, b) => a.account - b.account);
    expect(accounts.map(({ account, before, after }) => ({ account, before, after }))).toEqual(expected);
  });
});

test('core and circuit agree on commitment and roots', async () => {
  const { input, publicSignals, dataCommit } = replayJob(hasher, [PRESET], jobOf(trading(), PRESET));
  const names = [
    'main.rootBefore.out',
    'main.rootAfter.out',
    'main.riskTableRows.hash',
    'main.transcript.commit.out',
    'main.data.value',
  ];
  const [rootBefore, rootAfter, tableHash, commit, value] = await circuit.signals(input, names);
  expect([rootBefore, rootAfter, tableHash, commit, value]).toEqual([0, 1, 3, 4, 6].map((i) => publicSignals[i]));
  expect(commit).toBe(dataCommit);
});

test('the development shape accepts a batch', { timeout: COMPILING_MS }, async () => {
  const { r1cs, wasm } = await shapeCircuit(openArtifactStore(), DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE);
  const { input } = replayJob(hasher, [DEVELOPMENT_PRESET], jobOf(trading(), DEVELOPMENT_PRESET));
  expect(await wtns.check(await readFile(r1cs), await calculateWitness({ wasm }, input))).toBe(true);
});

test.skipIf(loadCore() === undefined)(
  'the standard shape, reduced by the core, accepts a batch, and no other root',
  { timeout: COMPILING_MS },
  async () => {
    const preset: Deployment = { ...STANDARD_PRESET, shapes: [STANDARD_SHAPE] };
    const { r1cs, ...source } = await shapeCircuit(openArtifactStore(), STANDARD_PRESET, STANDARD_SHAPE);
    const { input, publicSignals } = replayJob(hasher, [preset], jobOf(widened(trading(), preset.columns), preset));
    const witness = readWtns(await calculateWitness(source, input));
    expect(witness.slice(1, 8)).toEqual(publicSignals);
    const circuit = new R1cs(await readFile(r1cs));
    expect(circuit.violations(witness)).toEqual([]);
    expect(circuit.violations(witness.with(2, 5n))).not.toEqual([]);
  },
);
