import type { G1Json, G2Json, Groth16Proof, VerificationKey } from './groth16.ts';
import { ProverError } from './ProverError.ts';
import { BN254_Q } from './zkeyHeader.ts';

/** x, y. */
export type G1Words = readonly [bigint, bigint];
/** x.c1, x.c0, y.c1, y.c0: the imaginary part first, as the pairing precompile wants it (EIP-197). */
export type G2Words = readonly [bigint, bigint, bigint, bigint];
/** a (2 words), b (4), c (2): a proof as the verifier contract takes it. */
export type ProofWords = readonly [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** A verification key in words: points as in calldata, `ic` one longer than the public signals. */
export type VerificationKeyWords = {
  readonly alpha1: G1Words;
  readonly beta2: G2Words;
  readonly gamma2: G2Words;
  readonly delta2: G2Words;
  readonly ic: readonly G1Words[];
};

const DECIMAL = /^(0|[1-9][0-9]{0,77})$/;

function coordinate(text: string): bigint {
  const value = typeof text === 'string' && DECIMAL.test(text) ? BigInt(text) : undefined;
  if (value !== undefined && value < BN254_Q) return value;
  const message = `A coordinate is no element of BN254's base field: ${String(text).slice(0, 90)}.`;
  throw new ProverError('PROOF_MALFORMED', `${message} The proof or key is damaged: make it again.`);
}

function requireAffine(isAffine: boolean): void {
  if (isAffine) return;
  const message = 'A point is not affine, or at infinity. The proof or key is damaged: make it again.';
  throw new ProverError('PROOF_MALFORMED', message);
}

function g1Words([x, y, z]: G1Json): G1Words {
  requireAffine(z === '1');
  return [coordinate(x), coordinate(y)];
}

function g2Words([x, y, z]: G2Json): G2Words {
  requireAffine(z[0] === '1' && z[1] === '0');
  return [coordinate(x[1]), coordinate(x[0]), coordinate(y[1]), coordinate(y[0])];
}

function g1Json([x, y]: G1Words): G1Json {
  return [x.toString(), y.toString(), '1'];
}

function g2Json([x1, x0, y1, y0]: G2Words): G2Json {
  return [
    [x0.toString(), x1.toString()],
    [y0.toString(), y1.toString()],
    ['1', '0'],
  ];
}

/**
 * A proof as the eight uint256 of its calldata. Does not check that the points lie on the curve: verifying does.
 *
 * @throws ProverError PROOF_MALFORMED if a coordinate is no base field element or a point is not affine
 */
export function encodeProof({ pi_a, pi_b, pi_c }: Groth16Proof): ProofWords {
  return [...g1Words(pi_a), ...g2Words(pi_b), ...g1Words(pi_c)];
}

/** The inverse of `encodeProof`: what the watcher verifies from calldata. */
export function decodeProof(words: ProofWords): Groth16Proof {
  const [ax, ay, bx1, bx0, by1, by0, cx, cy] = words;
  return {
    pi_a: g1Json([ax, ay]),
    pi_b: g2Json([bx1, bx0, by1, by0]),
    pi_c: g1Json([cx, cy]),
    protocol: 'groth16',
    curve: 'bn128',
  };
}

/** A verification key as words for a verifier contract. @throws ProverError PROOF_MALFORMED */
export function encodeVerificationKey(key: VerificationKey): VerificationKeyWords {
  return {
    alpha1: g1Words(key.vk_alpha_1),
    beta2: g2Words(key.vk_beta_2),
    gamma2: g2Words(key.vk_gamma_2),
    delta2: g2Words(key.vk_delta_2),
    ic: key.IC.map(g1Words),
  };
}

/** The inverse of `encodeVerificationKey`, but for e(alpha, beta), which verifying does not need. */
export function decodeVerificationKey(words: VerificationKeyWords): Omit<VerificationKey, 'vk_alphabeta_12'> {
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: words.ic.length - 1,
    vk_alpha_1: g1Json(words.alpha1),
    vk_beta_2: g2Json(words.beta2),
    vk_gamma_2: g2Json(words.gamma2),
    vk_delta_2: g2Json(words.delta2),
    IC: words.ic.map(g1Json),
  };
}
