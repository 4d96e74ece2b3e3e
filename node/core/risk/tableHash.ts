import { packFields } from '../codec/bitFields.ts';
import { type Hasher, hashMany } from '../crypto/hasher.ts';
import { sponge } from '../crypto/sponge.ts';
import type { RiskRow, RiskTable } from '../protocol/riskRow.ts';
import { WIDTH } from '../protocol/widths.ts';
import { invariant } from '../units/invariant.ts';

const VALUES_PER_CALL = 15;

const packRow = (row: RiskRow): bigint =>
  packFields([
    [row.instrument, WIDTH.instrument, 'instrument'],
    [row.status, WIDTH.instrumentStatus, 'status'],
    [row.shortCharge, WIDTH.price, 'shortCharge'],
  ]);

/** Poseidon16 of the packed head and 15 values, chained 15 values at a time: one step of all rows is one call. */
function riskRowHashes(hasher: Hasher, rows: readonly RiskRow[]): bigint[] {
  for (const { values } of rows) {
    invariant(values.length > 0 && values.length % VALUES_PER_CALL === 0, 'a risk row has a multiple of 15 values');
  }
  const hashes = rows.map(packRow);
  const steps = Math.max(0, ...rows.map(({ values }) => values.length)) / VALUES_PER_CALL;
  for (let step = 0; step < steps; step++) {
    const at = step * VALUES_PER_CALL;
    const going = rows.flatMap(({ values }, row) => (values.length > at ? [row] : []));
    const inputs = going.flatMap((row) => [
      hashes[row] ?? 0n,
      ...(rows[row]?.values.slice(at, at + VALUES_PER_CALL) ?? []),
    ]);
    hashMany(hasher, VALUES_PER_CALL + 1, inputs).forEach((hash, i) => {
      hashes[going[i] ?? 0] = hash;
    });
  }
  return hashes;
}

export const riskRowHash = (hasher: Hasher, row: RiskRow): bigint => riskRowHashes(hasher, [row])[0] ?? 0n;

/** Sponge of the rows' hashes: what the oracle committee signs and the circuit opens. */
export const riskTableHash = (hasher: Hasher, table: RiskTable): bigint => sponge(hasher, riskRowHashes(hasher, table));
