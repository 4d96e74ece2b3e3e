import type { Hex } from 'viem';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCore } from '../../prover/native/core.ts';
import { createNativeBackend } from '../../prover/prove/nativeBackend.ts';
import type { ProverBackend } from '../../prover/prove/ProverBackend.ts';
import { createSnarkjsBackend } from '../../prover/prove/snarkjsBackend.ts';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';
import type { SubmittedProof } from '../l1/submitCall.ts';
import { keyDataCode } from '../watcher/testKey.fixture.ts';
import { createProofCheck, type Statement } from './proofCheck.ts';

const prover = new SimulatedProver('development');
const SIGNALS = [1n, 2n, 3n, 4n, 5n, 6n, 7n];
const CODE = keyDataCode(prover.verificationKey);
const OTHER_CODE = keyDataCode(new SimulatedProver('another').verificationKey);
const PROOF = prover.prove(SIGNALS);
const statement = (changes: Partial<Statement> = {}): Statement => ({
  shapeId: 1,
  shapeName: 'development',
  publicSignals: SIGNALS,
  proof: PROOF,
  ...changes,
});

const core = loadCore();
const backends: [string, ProverBackend][] = [['snarkjs', createSnarkjsBackend()]];
if (core !== undefined) backends.push(['native', createNativeBackend(core)]);
afterAll(() => Promise.all(backends.map(([, { terminate }]) => terminate())));

const [x, y] = PROOF.a;
const garbage: readonly [string, Partial<Statement>][] = [
  ['of another statement', { publicSignals: SIGNALS.with(4, 6n) }],
  [
    'of the same statement, a signal spelt with p added',
    {
      publicSignals: SIGNALS.with(
        4,
        5n + 21888242871839275222246405745257275088548364400416034343698204186575808495617n,
      ),
    },
  ],
  ['with a signal too few', { publicSignals: SIGNALS.slice(1) }],
  ['with a point that is not on the curve', { proof: { ...PROOF, a: [x, y + 1n] } }],
  ['with a point at infinity', { proof: { ...PROOF, c: [0n, 0n] } }],
  ['with a coordinate that is no field element', { proof: { ...PROOF, a: [x, (1n << 256n) - 1n] } }],
  ['with a negative coordinate', { proof: { ...PROOF, a: [x, -y] } }],
  [
    'made of small numbers',
    {
      proof: {
        a: [1n, 2n],
        b: [
          [1n, 2n],
          [3n, 4n],
        ],
        c: [1n, 2n],
      } satisfies SubmittedProof,
    },
  ],
];

describe.each(backends)('by %s', (_, { verify }) => {
  const check = createProofCheck({ keyCode: async () => CODE, verify });

  test('a proof of the statement is taken', async () => {
    expect(await check(statement())).toBe(true);
  });

  test.each(garbage)('a proof %s is not', async (_what, changes) => {
    expect(await check(statement(changes))).toBe(false);
  });
});

describe('the key', () => {
  const [[, { verify }] = ['', createSnarkjsBackend()]] = backends.slice(-1);
  const checkOn = (codes: (Hex | null)[]) => {
    let reads = 0;
    const keyCode = async (): Promise<Hex | null> => {
      reads += 1;
      const code = codes.length > 1 ? codes.shift() : codes[0];
      return code ?? null;
    };
    return { check: createProofCheck({ keyCode, verify }), reads: () => reads };
  };

  test('is read once a shape', async () => {
    const { check, reads } = checkOn([CODE]);
    for (const shapeId of [1, 1, 2]) expect(await check(statement({ shapeId }))).toBe(true);
    expect(reads()).toBe(2);
  });

  test('is read again before a proof is refused by one read earlier: a reorganisation may have replaced it', async () => {
    const { check, reads } = checkOn([OTHER_CODE, CODE]);
    expect(await check(statement())).toBe(false);
    expect(await check(statement())).toBe(true);
    expect(await check(statement())).toBe(true);
    expect(reads()).toBe(2);
  });

  test('of a shape that L1 does not have, or that is none, is a failure and no judgement', async () => {
    await expect(checkOn([null]).check(statement())).rejects.toMatchObject({ code: 'SHAPE_NOT_REGISTERED' });
    for (const code of ['0x', '0x60', CODE.slice(0, -2) as Hex] as const)
      await expect(checkOn([code]).check(statement())).rejects.toMatchObject({ code: 'SHAPE_KEY_UNREADABLE' });
  });
});
