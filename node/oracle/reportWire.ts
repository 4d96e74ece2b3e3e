import { z } from 'zod';
import type { SignedReport } from './signer.ts';

const hex = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]*$/)]);
const decimal = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt);

/** Sixteen markets of a spot and as many expiries as L1 lists at once. */
const MAX_PRICES = 16 * 33;

const wireSchema = z.strictObject({
  timeSec: z
    .int()
    .min(0)
    .max(2 ** 40 - 1),
  riskTableHash: decimal,
  inputs: hex,
  prices: z.array(decimal).min(1).max(MAX_PRICES),
  signer: z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]),
  signature: z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{130}$/)]),
});

/** A signed report as JSON: integers in decimal, bytes in lower-case hex. */
export const encodeSignedReport = ({ report, signer, signature }: SignedReport): object => ({
  timeSec: report.timeSec,
  riskTableHash: report.riskTableHash.toString(),
  inputs: report.inputs,
  prices: report.prices.map(String),
  signer,
  signature,
});

/** Null if the value is no signed report. Says nothing about the signature. */
export function decodeSignedReport(value: unknown): SignedReport | null {
  const parsed = wireSchema.safeParse(value);
  if (!parsed.success) return null;
  const { timeSec, riskTableHash, inputs, prices, signer, signature } = parsed.data;
  return { report: { timeSec, riskTableHash, inputs, prices }, signer, signature };
}
