import type { Group } from 'ffjavascript';
import type { G1Json, G2Json, VerificationKey } from '../prove/groth16.ts';
import { readZkeyHeader, readZkeySection } from '../prove/zkeyHeader.ts';
import { POINT_BYTES } from './Bn254Arena.ts';
import { singleThreadedCurve } from './singleThreadedCurve.ts';

const IC_SECTION = 3;

/** Coordinates as decimal strings, in whatever nesting. */
function decimal(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return Array.isArray(value) ? value.map(decimal) : value;
}

function pointsOf(bytes: Uint8Array, group: Group): G1Json[] {
  const points: G1Json[] = [];
  for (let offset = 0; offset < bytes.length; offset += POINT_BYTES.g1) {
    points.push(decimal(group.toObject(group.fromRprLEM(bytes, offset))) as G1Json);
  }
  return points;
}

/**
 * The verification key inside a proving key, the same as snarkjs' `zkey export verificationkey` gives, without
 * starting worker threads.
 *
 * @throws ProverError if the key is missing or damaged
 */
export async function exportVerificationKey(zkeyPath: string): Promise<VerificationKey> {
  const header = await readZkeyHeader(zkeyPath);
  const curve = await singleThreadedCurve();
  const g2 = (bytes: Uint8Array): G2Json => decimal(curve.G2.toObject(curve.G2.fromRprLEM(bytes, 0))) as G2Json;
  const { alpha1, beta2, gamma2, delta2 } = header.points;
  const section = header.sections.get(IC_SECTION) ?? { offset: 0, bytes: 0 };
  const alphaBeta = curve.pairing(curve.G1.fromRprLEM(alpha1, 0), curve.G2.fromRprLEM(beta2, 0));
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: header.publicSignals,
    vk_alpha_1: decimal(curve.G1.toObject(curve.G1.fromRprLEM(alpha1, 0))) as G1Json,
    vk_beta_2: g2(beta2),
    vk_gamma_2: g2(gamma2),
    vk_delta_2: g2(delta2),
    vk_alphabeta_12: decimal(curve.Gt.toObject(alphaBeta)),
    IC: pointsOf(await readZkeySection(zkeyPath, section), curve.G1),
  };
}
