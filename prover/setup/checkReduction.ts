import { createCipheriv, createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { type ConstraintSystem, readConstraintSystem, residualAt, sumAt } from './constraintSystem.ts';
import { type Extension, extendAssignment } from './extendAssignment.ts';
import { power } from './lagrangeAtTau.ts';
import { readR1csHeader, SCALAR_FIELD } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';
import { Span } from './Span.ts';

export type ReductionFiles = {
  /** The circuit as the compiler wrote it with --O0 (or --O1). */
  readonly unreduced: string;
  readonly reduced: string;
  /** Which wire of the unreduced each wire of the reduced is, as the core writes it; null: found by the files' labels. */
  readonly wireMap: string | null;
};

export type ReductionReport = Extension & {
  readonly seed: string;
  readonly wiresBefore: number;
  readonly wires: number;
  readonly constraintsBefore: number;
  readonly constraints: number;
  /** Constraints of the unreduced system that hold wherever the eliminated wires have their values: the linear ones. */
  readonly alwaysHold: number;
  /** Different constraints that are left, up to scaling: the same of both systems. */
  readonly distinct: number;
  /** Linear constraints of the reduced circuit. */
  readonly linearLeft: number;
};

/** What a reduction is refused for: `data.check`. */
type ReductionCheck = 'wires' | 'publicSignals' | 'added' | 'dropped';

function differs(
  check: ReductionCheck,
  what: string,
  { reduced, unreduced }: ReductionFiles,
  seed: string,
): SetupError {
  const message = `${reduced} does not state what ${unreduced} states (${check}, seed ${seed}): ${what}. Do not make a key of it.`;
  return new SetupError('SETUP_REDUCTION_DIFFERS', message, { check, reduced, unreduced, seed });
}

/** Numbers below r that depend on the seed alone: 512 bits of AES-256 in counter mode each, reduced modulo r. */
function numbersOf(seed: string): () => bigint {
  const key = createHash('sha256').update(`straddle reduction check ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(64);
  return () => BigInt(`0x${cipher.update(zeros).toString('hex')}`) % SCALAR_FIELD;
}

const LABELS_SECTION = 3;

/** The label of each wire, by which wires of two compilations of one source are the same. */
async function readLabels(path: string, wires: number): Promise<BigUint64Array> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(12);
    await file.read(head, 0, 12, 0);
    let position = 12;
    for (let left = head.readUInt32LE(8); left > 0; left--) {
      await file.read(head, 0, 12, position);
      const bytes = Number(head.readBigUInt64LE(4));
      if (head.readUInt32LE(0) === LABELS_SECTION && bytes === 8 * wires) {
        const labels = new BigUint64Array(wires);
        await file.read(new Uint8Array(labels.buffer), 0, bytes, position + 12);
        return labels;
      }
      position += 12 + bytes;
    }
  } finally {
    await file.close();
  }
  throw new SetupError('SETUP_R1CS_INVALID', `${path} has no labels for its wires. Compile the circuit again.`, {
    path,
  });
}

async function mapOfLabels(
  { reduced, unreduced }: ReductionFiles,
  sizes: readonly [number, number],
): Promise<number[]> {
  const [before, after] = await Promise.all([readLabels(unreduced, sizes[0]), readLabels(reduced, sizes[1])]);
  const wireOf = new Map([...before].map((label, wire) => [label, wire]));
  return [...after].map((label) => wireOf.get(label) ?? -1);
}

async function mapOfFile(path: string): Promise<number[]> {
  const bytes = await readFile(path);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readUInt32LE(4 * i));
}

/** Wire 0 and public signals in their places; every other wire some wire of the unreduced system, no two the same. */
async function readWireMap(files: ReductionFiles, seed: string): Promise<number[]> {
  const [before, after] = await Promise.all([readR1csHeader(files.unreduced), readR1csHeader(files.reduced)]);
  const map = await (files.wireMap === null
    ? mapOfLabels(files, [before.wires, after.wires])
    : mapOfFile(files.wireMap));
  if (before.publicSignals !== after.publicSignals) {
    const what = `it has ${after.publicSignals} public signals instead of ${before.publicSignals}`;
    throw differs('publicSignals', what, files, seed);
  }
  const moved = map.findIndex((old, wire) => wire <= before.publicSignals && old !== wire);
  if (moved >= 0) throw differs('publicSignals', `public signal ${moved} is not in its place`, files, seed);
  const isMap = map.length === after.wires && map.every((old) => old >= 0 && old < before.wires);
  if (!isMap || new Set(map).size !== map.length) {
    throw differs(
      'wires',
      'its wire map does not name one wire of the unreduced circuit for each of its own',
      files,
      seed,
    );
  }
  return map;
}

type Values = (bigint | undefined)[];
type Points = [Values, Values];

/** Whether A or B of some constraint names no wire but 0. */
function hasLinear({ constraints, sumStart, termWire }: ConstraintSystem): boolean {
  const isConstant = (sum: number): boolean => {
    const [start = 0, end = 0] = [sumStart[sum], sumStart[sum + 1]];
    return end === start || (end === start + 1 && termWire[start] === 0);
  };
  for (let constraint = 0; constraint < constraints; constraint++) {
    if (isConstant(3 * constraint) || isConstant(3 * constraint + 1)) return true;
  }
  return false;
}

/** Two random points at which a system's linear constraints hold, if it has any and as far as they can hold. */
function samplePoints(system: ConstraintSystem, random: () => bigint): Points {
  const isBound = hasLinear(system);
  const { wires } = system;
  const points = [0, 1].map(() => Array.from({ length: wires }, () => (isBound ? undefined : random()))) as Points;
  for (const values of points) values[0] = 1n;
  if (isBound) extendAssignment(system, points, random);
  return points;
}

type Residuals = {
  /** A constraint for each ratio of A B - C at the two points: what tells constraints apart up to a factor. */
  readonly byRatio: ReadonlyMap<bigint, number>;
  /** Those that are 0 at both. */
  readonly zero: readonly number[];
};

function residualsOf(system: ConstraintSystem, points: Points): Residuals {
  const [left, right]: [bigint[], bigint[]] = [[], []];
  const [numbers, zero]: [number[], number[]] = [[], []];
  const byRatio = new Map<bigint, number>();
  for (let constraint = 0; constraint < system.constraints; constraint++) {
    const [a, b] = [residualAt(system, constraint, points[0]), residualAt(system, constraint, points[1])];
    if (a === 0n && b === 0n) zero.push(constraint);
    // 0 at one random point alone: a chance of 2^-250. A number that is no ratio, so that it equals nothing.
    else if (a === 0n || b === 0n) byRatio.set(-1n - BigInt(constraint), constraint);
    else {
      left.push(a);
      right.push(b);
      numbers.push(constraint);
    }
  }
  for (const [i, inverse] of invertAll(left).entries()) {
    byRatio.set(((right[i] ?? 0n) * inverse) % SCALAR_FIELD, numbers[i] ?? 0);
  }
  return { byRatio, zero };
}

/** Montgomery's trick: one inversion for all. None may be 0. */
function invertAll(values: readonly bigint[]): bigint[] {
  const prefix: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    prefix.push(product);
    product = (product * value) % SCALAR_FIELD;
  }
  let inverse = power(product, SCALAR_FIELD - 2n);
  const inverses = Array<bigint>(values.length);
  for (let i = values.length - 1; i >= 0; i--) {
    inverses[i] = (inverse * (prefix[i] ?? 0n)) % SCALAR_FIELD;
    inverse = (inverse * (values[i] ?? 0n)) % SCALAR_FIELD;
  }
  return inverses;
}

/**
 * Whether a reduced circuit states what the unreduced one states, seen at random points, independently of whoever
 * reduced it. Its wires get random values; the eliminated wires follow from the unreduced system's linear constraints
 * (extendAssignment.ts). There the values of A B - C of the unreduced constraints, as polynomials in the reduced
 * circuit's wires, must be 0 (the linear constraints, which define the eliminated wires) or equal to a reduced
 * constraint's up to a factor, and the other way round.
 *
 * Why that is enough: each value is a polynomial of small degree in the random ones, and two that are equal up to a factor
 * at two random points of a field of 254 bits are so everywhere, but for a chance of about 2^-250 (Schwartz 1980, Zippel
 * 1979). A witness of the unreduced circuit satisfies the definitions, so restricted to the reduced wires it makes all
 * reduced constraints 0; and whatever makes those 0 extends, by the definitions, to a witness of the unreduced circuit.
 * Constraints that occur twice may be left once; order and scale do not matter.
 *
 * One-sided: what passes is equal; of systems whose linear constraints contradict one another (which no witness satisfies)
 * some are refused though both are unsatisfiable.
 *
 * Linear constraints that the reduction left must hold at the points, and must follow from the unreduced system's
 * (firstUnfounded).
 *
 * @param seed of the random values: print it
 * @throws SetupError SETUP_REDUCTION_DIFFERS (`data.check`), SETUP_R1CS_INVALID, SETUP_R1CS_UNSUPPORTED
 */
export async function checkReduction(files: ReductionFiles, seed: string): Promise<ReductionReport> {
  const map = await readWireMap(files, seed);
  const random = numbersOf(seed);
  const after = await readConstraintSystem(files.reduced);
  const own = samplePoints(after, random);
  const expected = residualsOf(after, own);
  const before = await readConstraintSystem(files.unreduced);
  const points = own.map((values) => spread(values, map, before.wires)) as Points;
  const extension = extendAssignment(before, points, random);
  const found = residualsOf(before, points);
  for (const [ratio, constraint] of found.byRatio) {
    if (expected.byRatio.has(ratio)) continue;
    throw differs('dropped', `nothing in it states constraint ${constraint} of the unreduced circuit`, files, seed);
  }
  const added = (constraint: number): SetupError =>
    differs('added', `its constraint ${constraint} is none of the unreduced circuit`, files, seed);
  for (const [ratio, constraint] of expected.byRatio) if (!found.byRatio.has(ratio)) throw added(constraint);
  const wrong = firstUnfounded(before, after, map, expected.zero, random);
  if (wrong !== undefined) throw added(wrong);
  const sizes = { wiresBefore: before.wires, wires: after.wires };
  const counts = { constraintsBefore: before.constraints, constraints: after.constraints };
  const linearLeft = expected.zero.length;
  return {
    seed,
    ...sizes,
    ...counts,
    ...extension,
    alwaysHold: found.zero.length,
    distinct: found.byRatio.size,
    linearLeft,
  };
}

/** The reduced circuit's values in the places of the unreduced one. */
function spread(values: Values, map: readonly number[], wires: number): Values {
  const all: Values = Array<bigint | undefined>(wires).fill(undefined);
  for (const [wire, old] of map.entries()) all[old] = values[wire];
  return all;
}

/**
 * The first of the reduced circuit's linear constraints that does not follow from the unreduced circuit's.
 *
 * At points where none of them holds, the unreduced system's linear constraints cannot all hold either: what each leaves
 * is a sum of them as linear functions of the reduced wires, as it left nothing where they all held. A linear constraint
 * follows if it lies in what those functions span, of which values at more points than there are linear constraints tell.
 * Where a factor is constant only if they hold, that way sees too little; the other, elimination among all linear
 * constraints, sees all, and is for small circuits.
 */
function firstUnfounded(
  before: ConstraintSystem,
  after: ConstraintSystem,
  map: readonly number[],
  linear: readonly number[],
  random: () => bigint,
): number | undefined {
  if (linear.length === 0) return undefined;
  const own = Array.from({ length: linear.length + 2 }, () => Array.from({ length: after.wires }, random));
  for (const values of own) values[0] = 1n;
  const points = own.map((values) => spread(values, map, before.wires));
  extendAssignment(before, points, random);
  const left = new Span();
  for (let constraint = 0; constraint < before.constraints && left.dimension < linear.length; constraint++) {
    if (!isLinearAt(before, constraint, points)) continue;
    left.add(points.map((values) => residualAt(before, constraint, values)));
  }
  const open = linear.filter((constraint) => !left.has(own.map((values) => residualAt(after, constraint, values))));
  if (open.length === 0) return undefined;
  const bound = samplePoints(before, random).map((values) => map.map((old) => values[old]));
  return open.find((constraint) => bound.some((values) => residualAt(after, constraint, values) !== 0n));
}

/** Whether A or B has one value at all points: a constant as a polynomial, but for a chance of about 2^-250. */
function isLinearAt(system: ConstraintSystem, constraint: number, points: readonly Values[]): boolean {
  return [3 * constraint, 3 * constraint + 1].some((sum) => {
    const first = sumAt(system, sum, points[0] ?? []);
    return points.every((values) => (sumAt(system, sum, values) - first) % SCALAR_FIELD === 0n);
  });
}
