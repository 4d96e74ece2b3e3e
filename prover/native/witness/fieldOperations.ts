/** The scalar field of BN254. */
export const FIELD = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

const HALF = FIELD >> 1n;
const BITS = 254n;
const MASK = (1n << BITS) - 1n;

/** What circom's expressions are made of, as its generators name them (`Fr_add`, ...). */
export const OPERATIONS = [
  'add',
  'sub',
  'mul',
  'div',
  'idiv',
  'mod',
  'pow',
  'neg',
  'shl',
  'shr',
  'band',
  'bor',
  'bxor',
  'bnot',
  'lt',
  'gt',
  'leq',
  'geq',
  'eq',
  'neq',
  'land',
  'lor',
  'lnot',
] as const;

export type Operation = (typeof OPERATIONS)[number];

const reduce = (value: bigint): bigint => ((value % FIELD) + FIELD) % FIELD;
const truth = (value: boolean): bigint => (value ? 1n : 0n);
/** Values above half the field are negative to comparisons. */
const signed = (value: bigint): bigint => (value > HALF ? value - FIELD : value);

/** base^exponent mod the field. */
const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD;
    square = (square * square) % FIELD;
  }
  return result;
};

/** 0 for 0, as circom's generators have it. */
export const inverse = (value: bigint): bigint => power(value, FIELD - 2n);

/** A shift by more than half the field is one the other way, by the negative. */
const shiftLeft = (value: bigint, by: bigint): bigint => {
  if (by > HALF) return shiftRight(value, FIELD - by);
  return by >= BITS ? 0n : reduce((value << by) & MASK);
};
const shiftRight = (value: bigint, by: bigint): bigint => {
  if (by > HALF) return shiftLeft(value, FIELD - by);
  return by >= BITS ? 0n : value >> by;
};

/**
 * Each operation on values in [0, FIELD); those of one operand ignore the second. a / 0 is 0; idiv and mod by 0, which stop
 * a generator, must be kept away.
 */
export const evaluate: Readonly<Record<Operation, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => (a + b) % FIELD,
  sub: (a, b) => (a - b + FIELD) % FIELD,
  mul: (a, b) => (a * b) % FIELD,
  div: (a, b) => (a * inverse(b)) % FIELD,
  idiv: (a, b) => a / b,
  mod: (a, b) => a % b,
  pow: (a, b) => power(a, b),
  neg: (a) => (FIELD - a) % FIELD,
  shl: shiftLeft,
  shr: shiftRight,
  band: (a, b) => reduce(a & b),
  bor: (a, b) => reduce(a | b),
  bxor: (a, b) => reduce(a ^ b),
  bnot: (a) => reduce(a ^ MASK),
  lt: (a, b) => truth(signed(a) < signed(b)),
  gt: (a, b) => truth(signed(a) > signed(b)),
  leq: (a, b) => truth(signed(a) <= signed(b)),
  geq: (a, b) => truth(signed(a) >= signed(b)),
  eq: (a, b) => truth(a === b),
  neq: (a, b) => truth(a !== b),
  land: (a, b) => truth(a !== 0n && b !== 0n),
  lor: (a, b) => truth(a !== 0n || b !== 0n),
  lnot: (a) => truth(a === 0n),
};
