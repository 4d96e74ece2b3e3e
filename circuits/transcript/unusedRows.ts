import type { Knowledge } from './Knowledge.ts';
import { CHALLENGES } from './knownWires.ts';

interface Row {
  /** Of `main.<kind>Rows.row[<index>]`. */
  readonly kind: string;
  readonly index: string;
  readonly live: number;
}

const LIVE = /^main\.(\w+)Rows\.row\[(\d+)\]\.live$/;
const CONTRIBUTION = /^main\.(\w+)Contributions\.\w+\[(\d+)\]$/;

const findRows = ({ system }: Knowledge): Row[] => {
  const rows: Row[] = [];
  for (const [name, live] of system.signals()) {
    const [, kind, index] = LIVE.exec(name) ?? [];
    if (kind !== undefined && index !== undefined) rows.push({ kind, index, live });
  }
  return rows;
};

/**
 * Whether each row's terms of the challenges' sums are 0 when its `live` is 0. A term belongs to the row of the same kind and
 * index, which its name holds (circuits/phases/contributions.circom).
 */
export const findUnclearedRows = (
  knowledge: Knowledge,
  checks: readonly number[],
): { readonly rows: number; readonly failures: readonly string[] } => {
  const { system } = knowledge;
  const rows = findRows(knowledge);
  const terms = new Set<number>();
  for (const index of checks) {
    if (!knowledge.sums.has(index)) continue;
    const { a, b, c } = system.at(index);
    for (const part of [a, b, c])
      for (const wire of part.keys()) if ((knowledge.mask(wire) & CHALLENGES) !== 0) terms.add(wire);
  }
  const termsOf = new Map<Row, number[]>(rows.map((row) => [row, []]));
  const failures: string[] = [];
  for (const wire of terms) {
    const [, kind, index] = CONTRIBUTION.exec(system.name(wire)) ?? [];
    const own = rows.find((row) => row.index === index && row.kind === kind);
    if (own === undefined) failures.push(`${system.name(wire)} is a term of a sum and of no row`);
    else termsOf.get(own)?.push(wire);
  }
  for (const [{ kind, index, live }, own] of termsOf) {
    if (own.length === 0) {
      failures.push(`main.${kind}Rows.row[${index}] contributes to no sum`);
      continue;
    }
    const mark = knowledge.mark;
    knowledge.assuming = true;
    knowledge.giveValue(live, 0n);
    knowledge.propagate();
    if (knowledge.contradiction) failures.push(`main.${kind}Rows.row[${index}] cannot be unused`);
    for (const wire of own)
      if (!knowledge.isConstant(wire) || knowledge.value(wire) !== 0n)
        failures.push(`${system.name(wire)} is not 0 when main.${kind}Rows.row[${index}] is unused`);
    knowledge.undo(mark);
    knowledge.assuming = false;
  }
  return { rows: rows.length, failures };
};
