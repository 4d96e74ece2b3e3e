import { packFields } from '../codec/bitFields.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { sponge } from '../crypto/sponge.ts';
import { invariant } from '../units/invariant.ts';
import type { RiskRow, RiskTable } from './riskRow.ts';

const VALUES_PER_CALL = 15;

/** Poseidon16 of the packed head and 15 values, chained 15 values at a time. */
export function riskRowHash(hasher: Hasher, row: RiskRow): bigint {
  const { values } = row;
  invariant(values.length > 0 && values.length % VALUES_PER_CALL === 0, 'a risk row has a multiple of 15 values');
  let hash = packFields([
    [row.instrument, 20, 'instrument'],
    [row.status, 4, 'status'],
    [row.shortCharge, 40, 'shortCharge'],
  ]);
  for (let at = 0; at < values.length; at += VALUES_PER_CALL) {
    hash = hasher.poseidon([hash, ...values.slice(at, at + VALUES_PER_CALL)]);
  }
  return hash;
}

/** Sponge of the rows' hashes: what the oracle committee signs and the circuit opens. */
export const riskTableHash = (hasher: Hasher, table: RiskTable): bigint =>
  sponge(
    hasher,
    table.map((row) => riskRowHash(hasher, row)),
  );
