import { bytesToNumbers, numbersToBytes } from '../native/numberBytes.ts';
import type { G1Json, G2Json, Groth16Proof } from './groth16.ts';
import type { VerifyingKey } from './ProverBackend.ts';
import { encodeProof, encodeVerificationKey, type G1Words, type G2Words } from './proofEncoding.ts';

/** Points of G2 have the real part of each coordinate first. */
const realFirst = ([x1, x0, y1, y0]: G2Words): bigint[] => [x0, x1, y0, y1];

/** @throws ProverError PROOF_MALFORMED */
export function proofToBytes(proof: Groth16Proof): Uint8Array {
  const [ax, ay, bx1, bx0, by1, by0, cx, cy] = encodeProof(proof);
  return numbersToBytes([ax, ay, ...realFirst([bx1, bx0, by1, by0]), cx, cy]);
}

/** @throws ProverError PROOF_MALFORMED */
export function verifyingKeyToBytes(key: VerifyingKey): Uint8Array {
  const { alpha1, beta2, gamma2, delta2, ic } = encodeVerificationKey({ ...key, vk_alphabeta_12: undefined });
  const points: readonly G1Words[] = ic;
  const numbers = [...alpha1, ...[beta2, gamma2, delta2].flatMap(realFirst), ...points.flat()];
  return numbersToBytes(numbers);
}

/** As snarkjs writes it: infinity, which the core has as (0, 0), is (0 : 1 : 0). */
function g1Json(x: bigint, y: bigint): G1Json {
  return x === 0n && y === 0n ? ['0', '1', '0'] : [`${x}`, `${y}`, '1'];
}

function g2Json(x0: bigint, x1: bigint, y0: bigint, y1: bigint): G2Json {
  const zero: readonly [string, string] = ['0', '0'];
  const one: readonly [string, string] = ['1', '0'];
  if ([x0, x1, y0, y1].every((word) => word === 0n)) return [zero, one, zero];
  return [[`${x0}`, `${x1}`], [`${y0}`, `${y1}`], one];
}

export function proofFromBytes(bytes: Uint8Array): Groth16Proof {
  const [ax = 0n, ay = 0n, bx0 = 0n, bx1 = 0n, by0 = 0n, by1 = 0n, cx = 0n, cy = 0n] = bytesToNumbers(bytes);
  return {
    pi_a: g1Json(ax, ay),
    pi_b: g2Json(bx0, bx1, by0, by1),
    pi_c: g1Json(cx, cy),
    protocol: 'groth16',
    curve: 'bn128',
  };
}
