import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Logger, wtns } from 'snarkjs';
import { batchMainSource, PUBLIC_SIGNALS } from '../../circuits/instantiate.ts';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_PRESET, type Shape } from '../../node/core/presets.ts';
import { type ArtifactStore, openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { loadCore } from '../../prover/native/core.ts';
import { compileCircuit } from '../../prover/setup/compile.ts';
import { shapeCircuit } from '../../prover/setup/shapeArtifacts.ts';
import { calculateWitness, type WitnessSource } from '../../prover/witness/calculateWitness.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import { writeLyingSources } from './lyingSources.ts';
import { R1cs } from './R1cs.ts';
import { readWtns, writeWtns } from './wtnsFile.ts';

const CIRCUITS = resolve(import.meta.dirname, '../../circuits');

/** snarkjs insists on one when a witness is refused. */
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** What the R1CS says of a witness. */
export interface Verdict {
  /** snarkjs' judgement. */
  readonly accepted: boolean;
  /** Components that the violated constraints belong to (of each, the deepest signal's), sorted; empty if accepted. */
  readonly violated: readonly string[];
  /** Identities of section 6 that do not hold, by the liar's own values. */
  readonly identities: readonly string[];
}

/** `main.identity[i]` of batch.circom. */
const IDENTITIES = [
  'ledger',
  'balance',
  'premium',
  'authority',
  'keys',
  'slots',
  'poles',
  'values',
  'shortCharges',
] as const;

/** The same circuit compiled at --O0 and reduced by the native core: it must judge as the compiler's --O2 does. */
interface ReducedTwin {
  readonly r1cs: R1cs;
  /** Wire of the reduced circuit to wire of the liar. */
  readonly wireOfLiar: Int32Array;
}

/**
 * A shape's circuit and its liar: the same sources without any constraint at --O0, whose generator computes everything around a
 * lie, challenges included, and never stops. Its signals are mapped by name onto the circuit's witness.
 */
export class CircuitUnderTest {
  /** The .r1cs file: snarkjs leaves files open that it is given by path. */
  readonly #bytes: Uint8Array;
  readonly #wasm: Uint8Array;
  readonly #r1cs: R1cs;
  readonly #liar: WitnessSource;
  /** Wire of the circuit to wire of the liar. */
  readonly #wireOfLiar: Int32Array;
  readonly #names: readonly string[];
  readonly #liarWires: ReadonlyMap<string, number>;
  /** Undefined where there is no native core. */
  readonly #twin: ReducedTwin | undefined;

  private constructor(
    bytes: Uint8Array,
    wasm: Uint8Array,
    liar: WitnessSource,
    symbols: readonly [Symbols, Symbols],
    twin: ReducedTwin | undefined,
  ) {
    const r1cs = new R1cs(bytes);
    this.#bytes = bytes;
    this.#wasm = wasm;
    this.#r1cs = r1cs;
    this.#liar = liar;
    const [real, lying] = symbols;
    this.#liarWires = lying;
    this.#names = namesByWire(real, r1cs.wires);
    this.#wireOfLiar = wiresOf(this.#names, lying);
    this.#twin = twin;
  }

  static async build(shape: Shape): Promise<CircuitUnderTest> {
    const store = openArtifactStore();
    const mainSource = { text: batchMainSource(DEVELOPMENT_PRESET.columns, shape) };
    const real = await shapeCircuit(store, DEVELOPMENT_PRESET, shape);
    const directory = await mkdtemp(join(tmpdir(), 'straddle-liar-'));
    try {
      await writeLyingSources(directory);
      const lying = await compileCircuit({
        store,
        name: `liar-${shape.name}`,
        mainSource,
        includeDirs: [directory],
        optimisation: 'O0',
      });
      const symbols = await Promise.all([readSymbols(real.sym ?? ''), readSymbols(lying.sym ?? '')]);
      const [bytes, wasm] = await Promise.all([real.r1cs, real.wasm].map((path) => readFile(path)));
      if (bytes === undefined || wasm === undefined) throw new Error('a build output is missing');
      return new CircuitUnderTest(bytes, wasm, lying, symbols, await buildTwin(store, shape, symbols[1]));
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  /** The honest way: the circuit's own generator, which stops at the first assertion that fails. */
  async accepts(input: CircuitInput): Promise<boolean> {
    return wtns.check(this.#bytes, await calculateWitness({ wasm: this.#wasm }, input));
  }

  /**
   * The liar's witness for the input, roots, commitment and data value made to agree with it; what the R1CS says of it.
   * `publish` may then tell L1 otherwise.
   */
  async judge(input: CircuitInput, publish?: (input: CircuitInput) => CircuitInput): Promise<Verdict> {
    const first = await this.#lie(input);
    const told = this.#reconcile(input, first);
    // Without more lies only the public signals are new, and nothing but constraints reads those.
    const values = publish === undefined ? first : await this.#lie(publish(told));
    const witnessOn = (wires: Int32Array): bigint[] => {
      const witness = Array.from(wires, (wire) => values[wire] ?? 0n);
      witness[0] = 1n;
      if (publish === undefined)
        for (const [i, name] of PUBLIC_SIGNALS.entries()) witness[i + 1] = numberOf(told[name]);
      return witness;
    };
    const witness = witnessOn(this.#wireOfLiar);
    const violated = this.#r1cs.violations(witness).map(({ wires }) => this.#componentOf(wires));
    const accepted = await wtns.check(this.#bytes, writeWtns(witness), SILENT);
    const twin = this.#twin;
    if (twin !== undefined && (twin.r1cs.violations(witnessOn(twin.wireOfLiar)).length === 0) !== accepted) {
      throw new Error(`the reduced circuit ${accepted ? 'refuses' : 'accepts'} what the compiled one does not`);
    }
    const identities = IDENTITIES.filter((_, i) => this.#value(values, `main.identity[${i}]`) !== 0n);
    return { accepted, violated: [...new Set(violated)].sort(), identities };
  }

  /** What the liar computes for the named signals. */
  async signals(input: CircuitInput, names: readonly string[]): Promise<bigint[]> {
    const values = await this.#lie(input);
    return names.map((name) => this.#value(values, name));
  }

  async #lie(input: CircuitInput): Promise<bigint[]> {
    return readWtns(await calculateWitness(this.#liar, input));
  }

  #value(values: readonly bigint[], name: string): bigint {
    const value = values[this.#liarWires.get(name) ?? -1];
    if (value === undefined) throw new Error(`no signal ${name}`);
    return value;
  }

  /**
   * The root before and the table's hash are L1's: a prover cannot choose them. All else follows the lie. The data point is
   * a challenge that the circuit takes as it comes, so the honest one stays good.
   */
  #reconcile(input: CircuitInput, values: readonly bigint[]): CircuitInput {
    return {
      ...input,
      stateRootAfter: this.#value(values, 'main.rootAfter.out'),
      dataCommit: this.#value(values, 'main.commit.out'),
      dataValue: this.#value(values, 'main.horner.out'),
    };
  }

  #componentOf(wires: readonly number[]): string {
    const names = wires.flatMap((wire) => (wire === 0 ? [] : [this.#names[wire] ?? '']));
    const components = names.map((name) => name.slice(0, name.lastIndexOf('.')));
    return components.reduce((deepest, name) => (depth(name) > depth(deepest) ? name : deepest), 'main');
  }
}

const numberOf = (value: CircuitInput[string] | undefined): bigint => {
  if (typeof value !== 'bigint') throw new Error('a public signal is one number');
  return ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;
};

/** For each name the liar's wire of that signal. */
const wiresOf = (names: readonly string[], lying: Symbols): Int32Array =>
  Int32Array.from(names, (name, wire) => {
    if (wire === 0) return 0;
    const from = lying.get(name);
    if (from === undefined || from < 0) throw new Error(`the lying build has no signal ${name}`);
    return from;
  });

const buildTwin = async (store: ArtifactStore, shape: Shape, lying: Symbols): Promise<ReducedTwin | undefined> => {
  if (loadCore() === undefined) return undefined;
  const name = `${shape.name}-reduced`;
  const { r1cs, wireMap } = await shapeCircuit(store, DEVELOPMENT_PRESET, { ...shape, name, reduction: 'core' });
  const plain = await compileCircuit({
    store,
    name: `${shape.name}-plain`,
    mainSource: { text: batchMainSource(DEVELOPMENT_PRESET.columns, shape) },
    includeDirs: [CIRCUITS],
    optimisation: 'O0',
  });
  const names = namesByWire(await readSymbols(plain.sym ?? ''), plain.header.wires);
  const map = await readFile(wireMap ?? '');
  const kept = Array.from({ length: map.length / 4 }, (_, i) => names[map.readUInt32LE(4 * i)] ?? '');
  return { r1cs: new R1cs(await readFile(r1cs)), wireOfLiar: wiresOf(kept, lying) };
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

/** Several names of one wire: the first, as circom lists outer components first. */
const namesByWire = (symbols: Symbols, wires: number): string[] => {
  const names = Array<string>(wires).fill('');
  for (const [name, wire] of symbols) if (wire > 0 && names[wire] === '') names[wire] = name;
  return names;
};
