import { CHALLENGES, type Knowledge } from './Knowledge.ts';

interface Row {
  /** `main.kind[i]`. */
  readonly kind: string;
  readonly index: string;
  readonly live: number;
}

const LIVE = /^main\.(\w+)\[(\d+)\]\.live$/;
const COMPONENT = /^main\.(\w+)\[(\d+)\]/;

/** Components of the second phase take a row's `live` and are named after it: the shorter name is the row's. */
const findRows = ({ system }: Knowledge): Row[] => {
  const rows: Row[] = [];
  for (const [name, live] of system.signals()) {
    const [, kind, index] = LIVE.exec(name) ?? [];
    if (kind !== undefined && index !== undefined) rows.push({ kind, index, live });
  }
  const kinds = new Set(rows.map(({ kind }) => kind));
  return rows.filter(({ kind }) => ![...kinds].some((other) => other !== kind && kind.startsWith(other)));
};

/**
 * Whether each row's terms of the challenges' sums are 0 when its `live` is 0. A term belongs to the row of the same index whose
 * kind its component's name begins with.
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
    const [, component = '', index] = COMPONENT.exec(system.name(wire)) ?? [];
    const own = rows.find((row) => row.index === index && component.startsWith(row.kind));
    if (own === undefined) failures.push(`${system.name(wire)} is a term of a sum and of no row`);
    else termsOf.get(own)?.push(wire);
  }
  for (const [{ kind, index, live }, own] of termsOf) {
    if (own.length === 0) {
      failures.push(`main.${kind}[${index}] contributes to no sum`);
      continue;
    }
    const mark = knowledge.mark;
    knowledge.assuming = true;
    knowledge.giveValue(live, 0n);
    knowledge.propagate();
    if (knowledge.contradiction) failures.push(`main.${kind}[${index}] cannot be unused`);
    for (const wire of own)
      if (!knowledge.isConstant(wire) || knowledge.value(wire) !== 0n)
        failures.push(`${system.name(wire)} is not 0 when main.${kind}[${index}] is unused`);
    knowledge.undo(mark);
    knowledge.assuming = false;
  }
  return { rows: rows.length, failures };
};
