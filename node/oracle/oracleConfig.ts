import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PRESET_NAMES } from '../core/protocol/presets.ts';
import { OracleError } from './OracleError.ts';

const schema = z.strictObject({
  rpcUrl: z.url(),
  exchange: z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]),
  /** File with the signer's secp256k1 key, 64 hex digits. */
  privateKeyFile: z.string().min(1),
  market: z.int().min(0).max(15),
  preset: z.enum(PRESET_NAMES),
  prices: z.discriminatedUnion('source', [
    z.strictObject({
      source: z.literal('seeded'),
      seed: z.string().regex(/^\d{1,20}$/),
      /** Price units. */
      startPrice: z.string().regex(/^[1-9]\d{0,11}$/),
      startSec: z.int().positive(),
    }),
    z.strictObject({ source: z.literal('file'), path: z.string().min(1), startSec: z.int().positive() }),
  ]),
  cadenceSec: z.int().min(1).max(3_600),
  /** How long a price must stay out of reach of L1's bound before it is signed as a leap. */
  leapHoldSec: z.int().min(1).max(86_400),
  maxLagSec: z.int().min(1).max(3_600),
  settlementWindowSec: z.int().min(1).max(86_400),
  /** 0 takes any free port. */
  port: z.int().min(0).max(65_535),
});

export type OracleConfig = z.output<typeof schema>;

/** @throws OracleError ORACLE_CONFIG_INVALID naming what is wrong */
export async function readOracleConfig(path: string): Promise<OracleConfig> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : String((cause as Error).message);
    throw new OracleError(
      'ORACLE_CONFIG_INVALID',
      `Cannot use the oracle's configuration ${path}: ${what}`,
      { path },
      cause,
    );
  }
}

/** @throws OracleError ORACLE_CONFIG_INVALID */
export async function readPrivateKey(path: string): Promise<`0x${string}`> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OracleError(
      'ORACLE_CONFIG_INVALID',
      `Cannot read the key file ${path}. Check privateKeyFile.`,
      { path },
      cause,
    );
  });
  const digits = /^(?:0x)?([0-9a-fA-F]{64})\s*$/.exec(text)?.[1];
  if (digits !== undefined) return `0x${digits}`;
  throw new OracleError('ORACLE_CONFIG_INVALID', `The key file ${path} does not hold 64 hex digits.`, { path });
}
