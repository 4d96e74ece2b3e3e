import { createHash } from 'node:crypto';
import { loadCore, type NativeCore } from '../native/core.ts';
import { NativeError } from '../native/NativeError.ts';
import { runJob } from '../native/runJob.ts';
import { scalarBytes } from './Bn254Arena.ts';
import type { ToxicWaste } from './developmentSecrets.ts';
import { readR1csHeader, requireSupportedSize, SCALAR_FIELD } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';
import { abortedSetup, writeZkeyInScript, type ZkeyRequest } from './scriptedZkey.ts';

export type DevelopmentZkeyOptions = {
  readonly onFraction?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The native core, or `none` for JavaScript; default: the core where there is one. The bytes are the same. */
  readonly core?: NativeCore | 'none' | undefined;
};

/** 64 bytes where a ceremony's key has its circuit hash. */
function developmentMark(waste: ToxicWaste): Uint8Array {
  return createHash('sha512').update(`insecure development key ${waste.delta}`).digest();
}

function requireSecrets(waste: ToxicWaste): void {
  for (const [name, value] of Object.entries(waste)) {
    if (value > 0n && value < SCALAR_FIELD) continue;
    throw new SetupError('SETUP_ARGUMENT_INVALID', `The secret ${name} must be from 1 to r - 1.`, { name });
  }
}

/** The core's codes as this folder's. What is not about setups keeps its own type. */
function setupErrorOf(error: unknown, { r1csPath, signal }: ZkeyRequest): unknown {
  if (!(error instanceof NativeError)) return error;
  const data = { path: r1csPath };
  switch (error.code) {
    case 'SETUP_R1CS_INVALID':
    case 'SETUP_R1CS_UNSUPPORTED':
      return new SetupError(error.code, `${r1csPath}: ${error.message}`, data, error);
    case 'CORE_ARGUMENT_INVALID':
      return new SetupError('SETUP_ARGUMENT_INVALID', error.message, data, error);
    case 'PROVER_ABORTED':
      return abortedSetup(r1csPath, signal);
    default:
      return error;
  }
}

async function writeZkeyInCore(core: NativeCore, request: ZkeyRequest): Promise<void> {
  const { r1csPath, zkeyPath, waste, mark, onFraction, signal } = request;
  const secrets = Buffer.concat([waste.tau, waste.alpha, waste.beta, waste.delta].map(scalarBytes));
  try {
    await runJob((onProgress) => core.writeDevelopmentKey(r1csPath, zkeyPath, secrets, mark, 0, onProgress), {
      signal,
      onProgress: onFraction,
    });
  } catch (error) {
    throw setupErrorOf(error, request);
  }
}

/**
 * Writes a Groth16 proving key in snarkjs' format, computed directly from known secrets: the QAP's polynomials are
 * evaluated at tau and every point is a multiple of a generator. (Groth, "On the Size of Pairing-based Non-interactive
 * Arguments", 2016, section 3.2.) Deterministic: the same r1cs and secrets give the same bytes, in the native core and
 * without it.
 *
 * INSECURE by construction: whoever knows the secrets can prove anything.
 *
 * @throws SetupError SETUP_R1CS_INVALID, SETUP_R1CS_UNSUPPORTED, SETUP_ARGUMENT_INVALID, SETUP_WORKER_FAILED,
 * SETUP_ABORTED; NativeError CORE_WRITE_FAILED, CORE_OUT_OF_MEMORY
 */
export async function writeDevelopmentZkey(
  r1csPath: string,
  zkeyPath: string,
  waste: ToxicWaste,
  options: DevelopmentZkeyOptions = {},
): Promise<void> {
  const { onFraction = () => undefined, signal, core = loadCore() ?? 'none' } = options;
  const header = await readR1csHeader(r1csPath);
  requireSupportedSize(header, r1csPath);
  requireSecrets(waste);
  if (signal?.aborted) throw abortedSetup(r1csPath, signal);
  const request = { r1csPath, header, zkeyPath, waste, mark: developmentMark(waste), onFraction, signal };
  await (core === 'none' ? writeZkeyInScript(request) : writeZkeyInCore(core, request));
}
