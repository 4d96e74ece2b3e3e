import { FIELD as FIELD_PRIME } from './witness/fieldOperations.ts';

/** A sum of wires: coefficient by wire. */
export type Sum = ReadonlyMap<number, bigint>;
export type Constraint = readonly [Sum, Sum, Sum];

/** A constraint system in BigInt, to hold the core's against. */
export type R1csModel = {
  readonly wires: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: readonly Constraint[];
};

const PRIME_BYTES = 32;

export const modulo = (value: bigint): bigint => ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;

export function inverse(value: bigint): bigint {
  let [a, b, x, y] = [modulo(value), FIELD_PRIME, 1n, 0n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return modulo(x);
}

function numberAt(bytes: Buffer, at: number): bigint {
  return BigInt(
    `0x${Buffer.from(bytes.subarray(at, at + PRIME_BYTES))
      .reverse()
      .toString('hex')}`,
  );
}

function bytesOf(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * PRIME_BYTES, '0'), 'hex').reverse();
}

/** Reads an .r1cs file that is known to be sound. */
export function parseR1cs(bytes: Buffer): R1csModel {
  const sections = new Map<number, number>();
  for (let i = 0, at = 12; i < bytes.readUInt32LE(8); i++) {
    sections.set(bytes.readUInt32LE(at), at + 12);
    at += 12 + Number(bytes.readBigUInt64LE(at + 4));
  }
  const header = (sections.get(1) ?? 0) + 4 + PRIME_BYTES;
  let at = sections.get(2) ?? 0;
  const readSum = (): Sum => {
    const terms = bytes.readUInt32LE(at);
    const sum = new Map<number, bigint>();
    at += 4;
    for (let t = 0; t < terms; t++, at += 4 + PRIME_BYTES) sum.set(bytes.readUInt32LE(at), numberAt(bytes, at + 4));
    return sum;
  };
  const count = bytes.readUInt32LE(header + 24);
  return {
    wires: bytes.readUInt32LE(header),
    publicOutputs: bytes.readUInt32LE(header + 4),
    publicInputs: bytes.readUInt32LE(header + 8),
    privateInputs: bytes.readUInt32LE(header + 12),
    constraints: Array.from({ length: count }, (): Constraint => [readSum(), readSum(), readSum()]),
  };
}

const u32 = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) buffer.writeUInt32LE(value, 4 * i);
  return buffer;
};

const u64 = (value: bigint): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer;
};

/** The .r1cs file of a model, its wires labelled by ten times their numbers. */
export function writeR1cs(model: R1csModel): Buffer {
  const section = (type: number, body: Buffer): Buffer => Buffer.concat([u32(type), u64(BigInt(body.length)), body]);
  const header = Buffer.concat([
    u32(PRIME_BYTES),
    bytesOf(FIELD_PRIME),
    u32(model.wires, model.publicOutputs, model.publicInputs, model.privateInputs),
    u64(BigInt(10 * model.wires)),
    u32(model.constraints.length),
  ]);
  const sumBytes = (sum: Sum): Buffer =>
    Buffer.concat([u32(sum.size), ...[...sum].flatMap(([wire, value]) => [u32(wire), bytesOf(modulo(value))])]);
  const constraints = Buffer.concat(model.constraints.flatMap((sums) => sums.map(sumBytes)));
  const labels = Buffer.concat(Array.from({ length: model.wires }, (_, wire) => u64(BigInt(10 * wire))));
  return Buffer.concat([
    Buffer.from('r1cs'),
    u32(1, 3),
    section(1, header),
    section(2, constraints),
    section(3, labels),
  ]);
}

/** The value of a sum, as far as its wires are known, and its unknown part. */
function evaluate(
  sum: Sum,
  values: readonly (bigint | undefined)[],
): { constant: bigint; unknown: Map<number, bigint> } {
  let constant = 0n;
  const unknown = new Map<number, bigint>();
  for (const [wire, coefficient] of sum) {
    if (modulo(coefficient) === 0n) continue;
    const value = values[wire];
    if (value === undefined) unknown.set(wire, coefficient);
    else constant += coefficient * value;
  }
  return { constant: modulo(constant), unknown };
}

/** Numbers of the constraints that the witness violates. */
export function violations({ constraints }: R1csModel, witness: readonly bigint[]): number[] {
  const totalOf = (sum: Sum): bigint => evaluate(sum, witness).constant;
  return constraints.flatMap(([a, b, c], i) => (modulo(totalOf(a) * totalOf(b) - totalOf(c)) === 0n ? [] : [i]));
}

/** A row of a linear system: the terms add up to -constant. */
export type LinearRow = { readonly terms: Map<number, bigint>; constant: bigint };

function addRow(target: LinearRow, factor: bigint, row: LinearRow): void {
  for (const [wire, coefficient] of row.terms) {
    const sum = modulo((target.terms.get(wire) ?? 0n) + factor * coefficient);
    if (sum === 0n) target.terms.delete(wire);
    else target.terms.set(wire, sum);
  }
  target.constant = modulo(target.constant + factor * row.constant);
}

/**
 * Gauss and Jordan's elimination, pivots in the order of `wires`. Rows without a pivot are left out if they say 0 = 0.
 * @returns the rows by pivot, and whether some row says 0 = c
 */
export function solveLinear(rows: readonly LinearRow[], wires: readonly number[]) {
  const left = rows.map(({ constant, terms }) => ({ constant, terms: new Map(terms) }));
  const byPivot = new Map<number, LinearRow>();
  for (const wire of wires) {
    const at = left.findIndex(({ terms }) => terms.has(wire));
    if (at < 0) continue;
    const [row] = left.splice(at, 1) as [LinearRow];
    const scale = inverse(row.terms.get(wire) ?? 0n);
    for (const [other, coefficient] of row.terms) row.terms.set(other, modulo(scale * coefficient));
    row.constant = modulo(scale * row.constant);
    for (const other of [...left, ...byPivot.values()]) addRow(other, -(other.terms.get(wire) ?? 0n), row);
    byPivot.set(wire, row);
  }
  return { byPivot, rest: left.filter(({ terms }) => terms.size > 0), contradicts: left.some(isContradiction) };
}

const isContradiction = ({ constant, terms }: LinearRow): boolean => terms.size === 0 && constant !== 0n;

/** The constraint as a linear equation in the unknown wires, if it is one once the known values are put in. */
function linearIn([a, b, c]: Constraint, values: readonly (bigint | undefined)[]): LinearRow | undefined {
  const [left, right, result] = [evaluate(a, values), evaluate(b, values), evaluate(c, values)];
  const [factor, other] = left.unknown.size === 0 ? [left.constant, right] : [right.constant, left];
  if (left.unknown.size > 0 && right.unknown.size > 0) return undefined;
  const row = { constant: modulo(-result.constant), terms: new Map<number, bigint>() };
  addRow(row, -1n, { constant: 0n, terms: result.unknown });
  addRow(row, factor, { constant: other.constant, terms: other.unknown });
  return row;
}

/**
 * Extends values of some wires to all, by nothing but the system's own equations, wires that no equation fixes by 0.
 * @returns undefined if the equations contradict the values: there is no extension
 */
export function extendWitness(model: R1csModel, known: ReadonlyMap<number, bigint>): bigint[] | undefined {
  const values: (bigint | undefined)[] = Array.from({ length: model.wires }, (_, wire) => known.get(wire));
  for (;;) {
    const rows = model.constraints.flatMap((constraint) => linearIn(constraint, values) ?? []);
    const unknown = [...new Set(rows.flatMap(({ terms }) => [...terms.keys()]))];
    const { byPivot, contradicts } = solveLinear(rows, unknown);
    if (contradicts) return undefined;
    const before = values.filter((value) => value === undefined).length;
    for (const [wire, { constant, terms }] of byPivot) if (terms.size === 1) values[wire] = modulo(-constant);
    if (values.filter((value) => value === undefined).length < before) continue;
    // Nothing more is determined: choose one wire, and see what follows. First one that stands in a linear equation: what
    // follows may make a factor constant, and so determine the wires beside it, which must not be chosen before.
    const inRows = [...byPivot.values()].flatMap(({ terms }) => [...terms.keys()]);
    const open = inRows.find((wire) => values[wire] === undefined) ?? values.indexOf(undefined);
    if (open < 0) return values as bigint[];
    values[open] = 0n;
  }
}
