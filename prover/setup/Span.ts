import { power } from './lagrangeAtTau.ts';
import { SCALAR_FIELD } from './r1csHeader.ts';

const modulo = (value: bigint): bigint => {
  const rest = value % SCALAR_FIELD;
  return rest < 0n ? rest + SCALAR_FIELD : rest;
};

/** What vectors of BN254's scalar field, all of one length, span. */
export class Span {
  /** In echelon form: each begins with a 1, where those after it have a 0. */
  private readonly rows: { readonly lead: number; readonly vector: readonly bigint[] }[] = [];

  get dimension(): number {
    return this.rows.length;
  }

  add(vector: readonly bigint[]): void {
    const rest = this.reduced(vector);
    const lead = rest.findIndex((value) => value !== 0n);
    if (lead < 0) return;
    const inverse = power(rest[lead] ?? 0n, SCALAR_FIELD - 2n);
    this.rows.push({ lead, vector: rest.map((value) => modulo(value * inverse)) });
  }

  has(vector: readonly bigint[]): boolean {
    return this.reduced(vector).every((value) => value === 0n);
  }

  /** Less what the rows can take from it. */
  private reduced(vector: readonly bigint[]): readonly bigint[] {
    let rest = vector.map(modulo);
    for (const row of this.rows) {
      const factor = rest[row.lead] ?? 0n;
      if (factor !== 0n) rest = rest.map((value, at) => modulo(value - factor * (row.vector[at] ?? 0n)));
    }
    return rest;
  }
}
