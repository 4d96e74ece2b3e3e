import { z } from 'zod';
import { defineMethod } from '../method.ts';
import { hex, unsigned, word } from '../wire.ts';
import { instrumentId } from './submission.ts';

/** Sixteen markets of a spot and as many expiries as L1 lists at once. */
const MAX_PRICES = 16 * 33;
const MAX_INSTRUMENTS = 256;

const address = z.templateLiteral(['0x', z.string().regex(/^[0-9a-fA-F]{40}$/)]);
const signature = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{130}$/)]);

/** A report of one cadence slot on these instruments (none, if nothing is listed), strictly increasing, signed. REFUSED: data.code is an OracleErrorCode. */
export const oracleGetReport = defineMethod({
  name: 'oracle_getReport',
  params: z.strictObject({
    timeSec: unsigned(40),
    instruments: z
      .array(instrumentId.min(1))
      .max(MAX_INSTRUMENTS)
      .refine(
        (ids) => ids.every((id, index) => index === 0 || id > (ids[index - 1] as number)),
        'strictly increasing ids',
      ),
  }),
  result: z.strictObject({
    timeSec: unsigned(40),
    riskTableHash: word,
    inputs: hex,
    prices: z.array(word).min(1).max(MAX_PRICES),
    signer: address,
    signature,
  }),
  errors: ['REFUSED'],
});
