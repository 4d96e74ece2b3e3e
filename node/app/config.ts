import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { PRESET_NAMES } from '../core/protocol/presets.ts';

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]);
const key = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{64}$/)]);
const port = z.int().min(0).max(65535);
const wei = z
  .string()
  .regex(/^\d+$/, 'wei as a decimal string')
  .transform((text) => BigInt(text));

/** Everything that a sequencer node is told. Units are in the names; every default is meant for a real chain. */
const nodeConfigSchema = z.strictObject({
  dataDir: z.string().min(1),
  /** Name of a preset of node/core/protocol/presets.ts. */
  preset: z.enum(PRESET_NAMES).default('development'),
  l1: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    chainId: z.int().positive(),
    exchange: address,
    /** The block of the exchange's deployment. */
    fromBlock: z.int().nonnegative().default(0),
    confirmations: z.int().nonnegative().default(12),
    pollMs: z.int().positive().default(2000),
    maxBackoffMs: z.int().positive().default(60_000),
    replaceAfterMs: z.int().positive().default(60_000),
    maxFeePerGasWei: wei.default(1_000_000_000_000n),
    maxBatchesPerCall: z.int().min(1).max(32).default(4),
  }),
  /** Signs receipts and L1 transactions. */
  sequencerKey: key,
  rpc: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(8550),
      maxBodyBytes: z.int().positive().default(262_144),
      maxConnections: z.int().positive().default(512),
      maxBufferedBytes: z.int().positive().default(4_194_304),
    })
    .prefault({}),
  /** For provers and oracles: loopback only. */
  internal: z
    .strictObject({ port: port.default(8551), maxBodyBytes: z.int().positive().default(8_388_608) })
    .prefault({}),
  sequencer: z
    .strictObject({
      maxQueue: z.int().positive().default(4096),
      maxGroup: z.int().positive().default(256),
      tickMs: z.int().positive().default(1000),
      maxReportAgeSec: z.int().positive().default(60),
      snapshotEveryEntries: z.int().positive().default(50_000),
    })
    .prefault({}),
  oracle: z
    .strictObject({
      /** Signers' JSON-RPC addresses; none: the node never trades. */
      urls: z.array(z.url()).default([]),
      /** A report is asked for at every multiple of this. */
      cadenceSec: z.int().positive().default(5),
      timeoutMs: z.int().positive().default(3000),
    })
    .prefault({}),
  fees: z
    .strictObject({
      makerFeePpm: z.int().nonnegative().default(100),
      takerFeePpm: z.int().nonnegative().default(300),
    })
    .prefault({}),
  batch: z
    .strictObject({
      maxAgeMs: z.int().positive().default(30_000),
      leaseMs: z.int().positive().default(30_000),
      maxAttempts: z.int().positive().default(3),
    })
    .prefault({}),
  logLevel: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
});

/** As written in a file or by a caller. */
export type NodeConfigInput = z.input<typeof nodeConfigSchema>;
export type NodeConfig = z.output<typeof nodeConfigSchema>;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
}

/** @throws ConfigError naming every wrong field. */
export const parseNodeConfig = (value: unknown): NodeConfig => {
  const parsed = nodeConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw new ConfigError(`the configuration is wrong; mend these fields:\n  ${fields.join('\n  ')}`);
};

/** @throws ConfigError when the file is missing or not JSON. */
export const readConfigFile = async (path: string): Promise<unknown> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read the configuration ${path}; give an existing file with --config`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON`, { cause });
  }
};
