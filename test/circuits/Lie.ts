import type { AccountRecord } from '../../node/core/protocol/account.ts';
import type { CircuitInput, InputValue } from '../../prover/witness/circuitInput.ts';
import { type BatchSpec, slotValue, type TradeSpec } from './fixtures.ts';
import type { SignalLie } from './lying/LyingCircuit.ts';

/**
 * Every case starts from a batch that `accept.test.ts` sees accepted, tells one lie, and names what must refuse it: identities of
 * the protocol's section 6, and components whose constraints fail. `spec` lies in the batch before it is signed and
 * committed, `input` in the witness after; either way the liar recomputes everything around the lie. `publish` lies to L1.
 */
export interface Lie {
  readonly name: string;
  readonly spec: BatchSpec;
  readonly input?: (input: CircuitInput, ask: Ask) => CircuitInput | Promise<CircuitInput>;
  /** What the prover says of signals that the circuit computes; everything after them follows. Needs the native core. */
  readonly signals?: readonly SignalLie[];
  readonly publish?: (input: CircuitInput, truth: Truth) => CircuitInput;
  /** Exactly these identities fail. */
  readonly identities?: readonly string[];
  /** Each pattern meets a violated component; with no broken identity, all violated components meet one. */
  readonly at?: readonly RegExp[];
}

/** What the liar computes for signals, by name: for lies that have to hold together with what follows from them. */
export type Ask = (input: CircuitInput, names: readonly string[]) => Promise<readonly bigint[]>;

export interface Truth {
  readonly words: readonly bigint[];
  readonly accountsRootAfter: bigint;
}

const changed = (
  value: InputValue | undefined,
  path: readonly number[],
  change: (old: bigint) => bigint,
): InputValue => {
  const [at, ...rest] = path;
  if (value === undefined) throw new Error('no such input');
  if (at === undefined) {
    if (typeof value !== 'bigint') throw new Error('the path ends above the numbers');
    return change(value);
  }
  if (typeof value === 'bigint') throw new Error('the path goes below the numbers');
  return value.map((one, i) => (i === at ? changed(one, rest, change) : one));
};

/** Sets one number of one input. */
export const set =
  (name: string, path: readonly number[], change: (old: bigint) => bigint) =>
  (input: CircuitInput): CircuitInput => ({ ...input, [name]: changed(input[name], path, change) });

export const number = (input: CircuitInput, name: string, path: readonly number[] = []): bigint => {
  const found = path.reduce<InputValue | undefined>(
    (value, at) => (typeof value === 'object' ? value[at] : undefined),
    input[name],
  );
  if (typeof found !== 'bigint') throw new Error(`no number ${name}`);
  return found;
};

export const both =
  (...changes: readonly ((input: CircuitInput) => CircuitInput)[]) =>
  (input: CircuitInput): CircuitInput =>
    changes.reduce((sum, change) => change(sum), input);

export const withTrade = (spec: BatchSpec, at: number, change: Partial<TradeSpec>): BatchSpec => ({
  ...spec,
  trades: spec.trades.map((trade, i) => (i === at ? { ...trade, ...change } : trade)),
});

export type Sides = { readonly before?: Partial<AccountRecord>; readonly after?: Partial<AccountRecord> };

export const withAccount = (spec: BatchSpec, at: number, change: Sides): BatchSpec => ({
  ...spec,
  accounts: spec.accounts.map((move, i) =>
    i === at
      ? {
          ...move,
          before: move.before === null ? null : { ...move.before, ...change.before },
          after: { ...move.after, ...change.after },
        }
      : move,
  ),
});

export const slots = (slot: number, nonce: number, filled: number): Partial<AccountRecord> => ({
  slots: new Map([[slot, slotValue(nonce, filled)]]),
});

export const lots = (...positions: readonly [number, number][]): Partial<AccountRecord> => ({
  positions: positions.map(([id, count]) => ({ instrument: id, lots: count })),
});
