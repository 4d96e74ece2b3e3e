import { bn254 } from '@noble/curves/bn254.js';
import { keccak256, toHex } from 'viem';
import { PUBLIC_SIGNALS } from '../../node/core/protocol/publicSignals.ts';
import type { SubmittedProof } from '../../node/l1/submitCall.ts';
import type { G1Json, G2Json, VerificationKey } from '../../prover/prove/groth16.ts';

const { Fr } = bn254.fields;
const G1 = bn254.G1.Point.BASE;
const G2 = bn254.G2.Point.BASE;

function scalar(...parts: readonly string[]): bigint {
  return (BigInt(keccak256(toHex(parts.join('/')))) % (Fr.ORDER - 1n)) + 1n;
}

function g1Json(factor: bigint): G1Json {
  const { x, y } = G1.multiply(factor).toAffine();
  return [`${x}`, `${y}`, '1'];
}

function g2Json(factor: bigint): G2Json {
  const { x, y } = G2.multiply(factor).toAffine();
  return [
    [`${x.c0}`, `${x.c1}`],
    [`${y.c0}`, `${y.c1}`],
    ['1', '0'],
  ];
}

/**
 * Groth16's simulator: who knows a key's secrets makes a valid proof of any statement (Groth 2016, section 3.1), so that
 * a test of the contract need not prove. With A = a G1 and B = b G2, C = (a b - alpha beta - gamma L) / delta.
 */
export class SimulatedProver {
  readonly verificationKey: VerificationKey;
  private readonly name: string;
  private readonly ic: readonly bigint[];

  constructor(name: string) {
    this.name = name;
    this.ic = Array.from({ length: PUBLIC_SIGNALS.length + 1 }, (_, i) => scalar(name, 'ic', String(i)));
    this.verificationKey = {
      protocol: 'groth16',
      curve: 'bn128',
      nPublic: PUBLIC_SIGNALS.length,
      vk_alpha_1: g1Json(this.secret('alpha')),
      vk_beta_2: g2Json(this.secret('beta')),
      vk_gamma_2: g2Json(this.secret('gamma')),
      vk_delta_2: g2Json(this.secret('delta')),
      vk_alphabeta_12: null,
      IC: this.ic.map(g1Json),
    };
  }

  private secret(name: string): bigint {
    return scalar(this.name, name);
  }

  /** In EVM order. Another proof for each statement. */
  prove(publicSignals: readonly bigint[]): SubmittedProof {
    const statement = publicSignals.map(String);
    const [a, b] = [scalar('a', ...statement), scalar('b', ...statement)];
    const inputs = [1n, ...publicSignals];
    const sum = inputs.reduce((total, input, i) => Fr.add(total, Fr.mul(input, this.ic[i] ?? 0n)), 0n);
    const known = Fr.add(Fr.mul(this.secret('alpha'), this.secret('beta')), Fr.mul(this.secret('gamma'), sum));
    const c = Fr.div(Fr.sub(Fr.mul(a, b), known), this.secret('delta'));
    const [pointA, pointC] = [G1.multiply(a).toAffine(), G1.multiply(c).toAffine()];
    const { x, y } = G2.multiply(b).toAffine();
    return {
      a: [pointA.x, pointA.y],
      b: [
        [x.c1, x.c0],
        [y.c1, y.c0],
      ],
      c: [pointC.x, pointC.y],
    };
  }
}
