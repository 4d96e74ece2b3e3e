import type { CircuitInput, InputValue } from '../../../prover/witness/circuitInput.ts';
import type { Prng } from '../../property/prng.ts';
import type { SignalLie } from '../lying/LyingCircuit.ts';

/** L1's, or made to agree with every lie. */
const FIXED: ReadonlySet<string> = new Set([
  'stateRootBefore',
  'riskTableHash',
  'stateRootAfter',
  'dataCommit',
  'dataValue',
  'dataPoint',
]);

/** One lie told of an input. */
interface InputLie {
  readonly name: string;
  readonly path: readonly number[];
  readonly change: (old: bigint) => bigint;
  readonly what: string;
}

export interface Lies {
  readonly input: CircuitInput;
  readonly signals: readonly SignalLie[];
  /** What was said, for the report. */
  readonly told: readonly string[];
}

const changeOf = (prng: Prng): { readonly what: string; readonly change: (old: bigint) => bigint } => {
  const by = BigInt(prng.pick([1, 2, 7, 100, 65_536])) * BigInt(prng.pick([1, -1]));
  const wide = 1n << BigInt(prng.pick([8, 16, 20, 24, 31, 32, 40, 47, 56, 63, 64, 80, 128, 252]));
  return prng.pick([
    { what: `+ ${by}`, change: (old: bigint) => old + by },
    { what: `+ ${wide}`, change: (old: bigint) => old + wide },
    { what: '= 0', change: () => 0n },
    { what: '= 1', change: () => 1n },
    { what: '= 1 - it', change: (old: bigint) => 1n - old },
    { what: 'negated', change: (old: bigint) => -old },
    { what: `= ${by}`, change: () => by },
  ]);
};

const pathIn = (prng: Prng, value: InputValue): number[] =>
  typeof value === 'bigint'
    ? []
    : (() => {
        const at = prng.below(value.length);
        return [at, ...pathIn(prng, value[at] ?? 0n)];
      })();

const inputLie = (prng: Prng, input: CircuitInput, name: string): InputLie => {
  const path = pathIn(prng, input[name] ?? 0n);
  const { what, change } = changeOf(prng);
  return { name, path, change, what: `${name}${path.map((at) => `[${at}]`).join('')} ${what}` };
};

const apply = (value: InputValue, path: readonly number[], change: (old: bigint) => bigint): InputValue => {
  const [at, ...rest] = path;
  if (typeof value === 'bigint') return change(value);
  return value.map((item, i) => (i === at ? apply(item, rest, change) : item));
};

const told = (input: CircuitInput, { name, path, change }: InputLie): CircuitInput => ({
  ...input,
  [name]: apply(input[name] ?? 0n, path, change),
});

/** Another place of the same input, moved the other way: what one account gains another may lose. */
const opposite = (prng: Prng, input: CircuitInput, { name }: InputLie): readonly [InputLie, InputLie] => {
  const by = BigInt(prng.pick([1, 5, 1000]));
  const [first, second] = [pathIn(prng, input[name] ?? 0n), pathIn(prng, input[name] ?? 0n)];
  const lie = (path: readonly number[], amount: bigint): InputLie => ({
    name,
    path,
    change: (old) => old + amount,
    what: `${name}${path.map((at) => `[${at}]`).join('')} + ${amount}`,
  });
  return [lie(first, by), lie(second, -by)];
};

/** Pairs of inputs that one fact shows in: a lie about both is one that holds together. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['accountBefore', 'accountAfter'],
  ['lotsBefore', 'lotsAfter'],
  ['instrumentBefore', 'instrumentAfter'],
  ['valuesBefore', 'valuesAfter'],
  ['shortBefore', 'shortAfter'],
  ['selectBefore', 'selectAfter'],
];

/** A random lie or two about inputs, hints, or one of each. `hints`: by the template and name, the signals that are hints. */
export const randomLies = (prng: Prng, input: CircuitInput, hints: readonly (readonly string[])[]): Lies => {
  const names = Object.keys(input).filter((name) => !FIXED.has(name));
  const lies: InputLie[] = [];
  const signals: SignalLie[] = [];
  const kind = prng.below(10);
  const first = inputLie(prng, input, prng.pick(names));
  if (kind < 4) lies.push(first);
  else if (kind === 4) lies.push(...opposite(prng, input, first));
  else if (kind === 5) {
    const [a, b] = prng.pick(PAIRS);
    const lie = inputLie(prng, input, a);
    lies.push(lie, { ...lie, name: b, what: `${b} likewise` });
  } else if (kind === 6) lies.push(first, inputLie(prng, input, prng.pick(names)));
  else {
    signals.push(hintLie(prng, hints));
    if (kind === 8) signals.push(hintLie(prng, hints));
    if (kind === 9) lies.push(first);
  }
  const distinct = signals.filter(({ name }, i) => signals.findIndex((other) => other.name === name) === i);
  return {
    input: lies.reduce(told, input),
    signals: distinct,
    told: [
      ...lies.map(({ what }) => what),
      ...distinct.map((lie) => `${lie.name} ${'set' in lie ? '=' : '+'} ${'set' in lie ? lie.set : lie.add}`),
    ],
  };
};

const hintLie = (prng: Prng, hints: readonly (readonly string[])[]): SignalLie => {
  const name = prng.pick(prng.pick(hints));
  if (prng.chance(60)) return { name, add: BigInt(prng.pick([1, -1, 2, 65_536])) };
  return { name, set: BigInt(prng.pick([0, 1, 2, 5])) };
};
