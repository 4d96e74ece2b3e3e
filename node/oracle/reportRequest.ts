import { z } from 'zod';
import { OracleError } from './OracleError.ts';

/** What the node asks a signer for: a report of one cadence slot on these instruments, strictly increasing. */
export interface ReportRequest {
  readonly timeSec: number;
  readonly instruments: readonly number[];
}

const requestSchema = z.strictObject({
  timeSec: z
    .int()
    .min(0)
    .max(2 ** 40 - 1),
  instruments: z
    .array(
      z
        .int()
        .min(1)
        .max(2 ** 20 - 1),
    )
    .min(1)
    .max(256)
    .refine(
      (ids) => ids.every((id, index) => index === 0 || id > (ids[index - 1] as number)),
      'strictly increasing ids',
    ),
});

/** @throws OracleError ORACLE_REQUEST_INVALID naming the first field that is wrong */
export function parseReportRequest(value: unknown): ReportRequest {
  const parsed = requestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const message = `The report request is wrong at "${issue?.path.join('.') ?? ''}": ${issue?.message ?? 'unknown'}.`;
  throw new OracleError('ORACLE_REQUEST_INVALID', `${message} Send {timeSec, instruments}.`);
}
