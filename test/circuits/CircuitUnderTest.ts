import { readFile } from 'node:fs/promises';
import { type Logger, wtns } from 'snarkjs';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_PRESET } from '../../node/core/protocol/presets.ts';
import { PUBLIC_SIGNALS } from '../../node/core/protocol/publicSignals.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import { type ArtifactStore, openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { loadCore } from '../../prover/native/core.ts';
import { shapeCircuit } from '../../prover/setup/shapeArtifacts.ts';
import { calculateWitness } from '../../prover/witness/calculateWitness.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import { LyingCircuit, type SignalLie } from './lying/LyingCircuit.ts';
import { SourceLiar } from './lying/SourceLiar.ts';
import { R1cs, type Values } from './R1cs.ts';
import { writeWtns } from './wtnsFile.ts';

/** snarkjs insists on one when a witness is refused. */
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** What the R1CS says of a witness. */
export interface Verdict {
  /** snarkjs' judgement, asked where no constraint is found violated. */
  readonly accepted: boolean;
  /** Components that the violated constraints belong to (of each, the deepest signal's), sorted; empty if accepted. */
  readonly violated: readonly string[];
  /** Identities of section 6 that do not hold, by the liar's own values. */
  readonly identities: readonly string[];
}

/** `main.identity[i]` of batch.circom. */
export const IDENTITIES = [
  'ledger',
  'balance',
  'premium',
  'authority',
  'keys',
  'slots',
  'poles',
  'values',
  'shortCharges',
  'settlements',
] as const;

/** The same circuit compiled at --O0 and reduced by the native core: it must judge as the compiler's --O2 does. */
interface ReducedTwin {
  readonly r1cs: R1cs;
  /** Wire of the reduced circuit to wire of the liar. */
  readonly wireOfLiar: Int32Array;
}

/** What computes everything around a lie. */
interface Liar {
  readonly names: { number(name: string): number };
  witness(input: CircuitInput, lies: readonly SignalLie[]): Promise<Values>;
}

/**
 * A shape's circuit and its liar: the same circuit at --O0, whose generator computes everything around a lie, challenges
 * included, and never stops. Its signals are mapped by name onto the circuit's witness.
 */
export class CircuitUnderTest {
  /** The .r1cs file: snarkjs leaves files open that it is given by path. */
  readonly #bytes: Uint8Array;
  readonly #wasm: Uint8Array;
  readonly #r1cs: R1cs;
  readonly #liar: Liar;
  /** Wire of the circuit to wire of the liar. */
  readonly #wireOfLiar: Int32Array;
  readonly #names: readonly string[];
  /** Undefined where there is no native core. */
  readonly #twin: ReducedTwin | undefined;

  private constructor(
    bytes: Uint8Array,
    wasm: Uint8Array,
    symbols: Symbols,
    liar: Liar,
    twin: ReducedTwin | undefined,
  ) {
    const r1cs = new R1cs(bytes);
    this.#bytes = bytes;
    this.#wasm = wasm;
    this.#r1cs = r1cs;
    this.#liar = liar;
    this.#names = namesByWire(symbols, r1cs.wires);
    this.#wireOfLiar = Int32Array.from(this.#names, (name, wire) => (wire === 0 ? 0 : liar.names.number(name)));
    this.#twin = twin;
  }

  static async build(shape: Shape): Promise<CircuitUnderTest> {
    const store = openArtifactStore();
    const real = await shapeCircuit(store, DEVELOPMENT_PRESET, shape);
    const [bytes, wasm] = await Promise.all([real.r1cs, real.wasm].map((path) => readFile(path)));
    if (bytes === undefined || wasm === undefined) throw new Error('a build output is missing');
    const symbols = await readSymbols(real.sym ?? '');
    if (loadCore() === undefined) {
      return new CircuitUnderTest(bytes, wasm, symbols, await SourceLiar.build(shape, store), undefined);
    }
    const liar = await LyingCircuit.build(shape, store);
    return new CircuitUnderTest(bytes, wasm, symbols, liar, await buildTwin(store, shape, liar.names.names));
  }

  /** The honest way: the circuit's own generator, which stops at the first assertion that fails. */
  async accepts(input: CircuitInput): Promise<boolean> {
    return wtns.check(this.#bytes, await calculateWitness({ wasm: this.#wasm }, input));
  }

  /**
   * The liar's witness for the input and for what it is told of signals, roots, commitment and data value made to agree with
   * it; what the R1CS says of it. `publish` may then tell L1 otherwise.
   */
  async judge(
    input: CircuitInput,
    publish?: (input: CircuitInput) => CircuitInput,
    lies: readonly SignalLie[] = [],
  ): Promise<Verdict> {
    const first = await this.#liar.witness(input, lies);
    const told = this.#reconcile(input, first);
    // Without more lies only the public signals are new, and nothing but constraints reads those.
    const values = publish === undefined ? first : await this.#liar.witness(publish(told), lies);
    const witnessOn = (wires: Int32Array): bigint[] => {
      const witness = Array.from(wires, (wire) => values.at(wire) ?? 0n);
      witness[0] = 1n;
      if (publish === undefined)
        for (const [i, name] of PUBLIC_SIGNALS.entries()) witness[i + 1] = numberOf(told[name]);
      return witness;
    };
    const witness = witnessOn(this.#wireOfLiar);
    const violated = this.#r1cs.violations(witness).map(({ wires }) => this.#componentOf(wires));
    const accepted = violated.length === 0 && (await wtns.check(this.#bytes, writeWtns(witness), SILENT));
    const twin = this.#twin;
    if (twin !== undefined && twin.r1cs.isSatisfied(witnessOn(twin.wireOfLiar)) !== accepted) {
      throw new Error(`the reduced circuit ${accepted ? 'refuses' : 'accepts'} what the compiled one does not`);
    }
    const identities = IDENTITIES.filter((_, i) => this.#value(values, `main.identity[${i}]`) !== 0n);
    return { accepted, violated: [...new Set(violated)].sort(), identities };
  }

  /** What the liar computes for the named signals. */
  async signals(input: CircuitInput, names: readonly string[]): Promise<bigint[]> {
    const values = await this.#liar.witness(input, []);
    return names.map((name) => this.#value(values, name));
  }

  #value(values: Values, name: string): bigint {
    return values.at(this.#liar.names.number(name)) ?? 0n;
  }

  /**
   * The root before and the table's hash are L1's: a prover cannot choose them. All else follows the lie. The data point is
   * a challenge that the circuit takes as it comes, so the honest one stays good.
   */
  #reconcile(input: CircuitInput, values: Values): CircuitInput {
    return {
      ...input,
      stateRootAfter: this.#value(values, 'main.rootAfter.out'),
      dataCommit: this.#value(values, 'main.transcript.commit.out'),
      dataValue: this.#value(values, 'main.data.value'),
    };
  }

  #componentOf(wires: readonly number[]): string {
    return componentOf(wires.flatMap((wire) => (wire === 0 ? [] : [this.#names[wire] ?? ''])));
  }
}

/** The component that the deepest of the signals belongs to. */
export const componentOf = (signals: readonly string[]): string => {
  const components = signals.map((name) => name.slice(0, name.lastIndexOf('.')));
  return components.reduce((deepest, name) => (depth(name) > depth(deepest) ? name : deepest), 'main');
};

const numberOf = (value: CircuitInput[string] | undefined): bigint => {
  if (typeof value !== 'bigint') throw new Error('a public signal is one number');
  return ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;
};

/** `names`: of the wires at --O0, which are the liar's. */
const buildTwin = async (store: ArtifactStore, shape: Shape, names: readonly string[]): Promise<ReducedTwin> => {
  const name = `${shape.name}-reduced`;
  const { r1cs, wireMap } = await shapeCircuit(store, DEVELOPMENT_PRESET, { ...shape, name, reduction: 'core' });
  const map = await readFile(wireMap ?? '');
  const wireOfLiar = Int32Array.from({ length: map.length / 4 }, (_, i) => map.readUInt32LE(4 * i));
  if (wireOfLiar.some((wire) => wire >= names.length)) throw new Error('the reduced circuit is of another');
  return { r1cs: new R1cs(await readFile(r1cs)), wireOfLiar };
};

const depth = (name: string): number => name.split('.').length;

/** Signal name to wire; -1 for a signal that the compiler substituted away. */
type Symbols = ReadonlyMap<string, number>;

const readSymbols = async (path: string): Promise<Symbols> => {
  const symbols = new Map<string, number>();
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    const [, wire, , name] = line.split(',');
    if (name !== undefined) symbols.set(name, Number(wire));
  }
  return symbols;
};

/** How near to where a value is made: Batch's own signals, those of rows, what rows hand on, what takes it from there. */
const remoteness = (name: string): number => {
  if (depth(name) === 2) return 0;
  return ['Rows.row[', 'Rows.', ''].findIndex((part) => name.includes(part)) + 1;
};

/** Of several names of one wire, the one where its value is made: of equally near ones the first. */
const namesByWire = (symbols: Symbols, wires: number): string[] => {
  const names = Array<string>(wires).fill('');
  for (const [name, wire] of symbols) {
    const known = names[wire] ?? '';
    if (wire > 0 && (known === '' || remoteness(name) < remoteness(known))) names[wire] = name;
  }
  return names;
};
