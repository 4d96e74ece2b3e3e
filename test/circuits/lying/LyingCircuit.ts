import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { batchMainSource } from '../../../circuits/instantiate.ts';
import { FIELD_PRIME } from '../../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_PRESET } from '../../../node/core/protocol/presets.ts';
import type { Shape } from '../../../node/core/protocol/shape.ts';
import { type ArtifactStore, openArtifactStore } from '../../../prover/artifacts/artifactStore.ts';
import type { NativeCore } from '../../../prover/native/core.ts';
import { loadCore } from '../../../prover/native/core.ts';
import { NativeError } from '../../../prover/native/NativeError.ts';
import { runJob } from '../../../prover/native/runJob.ts';
import { packInputs } from '../../../prover/native/witness/packInputs.ts';
import { TRANSLATOR_VERSION } from '../../../prover/native/witness/translateGenerator.ts';
import type { WitnessProgramHandle } from '../../../prover/native/witnessAddon.ts';
import { circomlibDirs, hashCircuitSources } from '../../../prover/setup/circomSources.ts';
import type { CircuitInput } from '../../../prover/witness/circuitInput.ts';
import { R1cs } from '../R1cs.ts';
import { compileLying } from './compileLying.ts';
import { hintSignals } from './hintSignals.ts';
import { LyingProgram, type SignalOverride } from './LyingProgram.ts';
import { SignalNames } from './SignalNames.ts';
import { Witness } from './Witness.ts';

export const CIRCUITS = resolve(import.meta.dirname, '../../../circuits');
const NODE_MODULES = resolve(import.meta.dirname, '../../../node_modules');
/** Raised when compileLying.ts makes something else of the same sources. */
const FORMAT = '1';
const FILES = ['circuit.r1cs', 'circuit.sym', 'circuit.witprog'];

/** A lie about one signal, which the circuit computes: hint or not. Exactly one of the two. */
export type SignalLie =
  | { readonly name: string; readonly set: bigint }
  /** What is added to the computed value. */
  | { readonly name: string; readonly add: bigint };

/** Public signals that a prover makes agree with its lie, and the signals that compute them. */
const FOLLOWS = {
  stateRootAfter: 'main.rootAfter.out',
  dataCommit: 'main.transcript.commit.out',
  dataValue: 'main.data.value',
} as const;

const inField = (value: bigint): bigint => ((value % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;

/**
 * A circuit at --O0 that can be lied to about any signal: everything after the lie is computed as a prover would compute it,
 * challenges included. Needs the native core.
 */
export class LyingCircuit {
  readonly names: SignalNames;
  readonly system: R1cs;
  /** Hash of constraints and program. */
  readonly fingerprint: string;
  readonly #core: NativeCore;
  readonly #program: LyingProgram;
  readonly #directory = mkdtempSync(join(tmpdir(), 'straddle-lying-'));
  /** Programs without a lie stay loaded. */
  readonly #honest = new Map<string, Promise<WitnessProgramHandle>>();
  #files = 0;
  #templates: ReadonlyMap<string, string> | undefined;

  private constructor(core: NativeCore, names: SignalNames, system: R1cs, program: LyingProgram, fingerprint: string) {
    this.#core = core;
    this.names = names;
    this.system = system;
    this.#program = program;
    this.fingerprint = fingerprint;
  }

  /** Of a folder that compileLying.ts filled. @throws Error if there is no native core */
  static async read(folder: string): Promise<LyingCircuit> {
    const core = loadCore();
    if (core === undefined) throw new Error('lies about signals need the native core: run npm run build:native');
    const [r1cs, program] = await Promise.all(
      ['circuit.r1cs', 'circuit.witprog'].map((name) => readFile(join(folder, name))),
    );
    if (r1cs === undefined || program === undefined) throw new Error('a build output is missing');
    const names = await SignalNames.read(join(folder, 'circuit.sym'));
    const fingerprint = createHash('sha256').update(r1cs).update(program).digest('hex');
    return new LyingCircuit(core, names, new R1cs(r1cs), LyingProgram.read(program), fingerprint);
  }

  /** Of a shape, compiled or from the cache. */
  static async build(shape: Shape, store: ArtifactStore = openArtifactStore()): Promise<LyingCircuit> {
    const main = batchMainSource(DEVELOPMENT_PRESET.columns, shape);
    const sources = await hashCircuitSources({ text: main }, [CIRCUITS, ...circomlibDirs(NODE_MODULES)]);
    const artifact = await store.build({
      step: `lying-${shape.name}`,
      inputs: { sources, translator: TRANSLATOR_VERSION, format: FORMAT },
      expects: FILES,
      run: (directory) => compileLying({ main, circuits: CIRCUITS }, directory),
    });
    return LyingCircuit.read(artifact.directory);
  }

  /** Template of the component, undefined if there is none. */
  templateOf(path: string): string | undefined {
    this.#templates ??= new Map(this.#program.components().map((one) => [one.path, one.template]));
    return this.#templates.get(path);
  }

  /** Signals that `<--` assigns, grouped by `Template.signal`. */
  hints(): ReadonlyMap<string, readonly string[]> {
    return hintSignals(CIRCUITS, this.#program.components(), this.names);
  }

  /**
   * The same, except that `refusal` does not know the assertions of a template's line: what a source without that `===` would
   * refuse, as long as no signal is lied about. Undefined if there are none.
   */
  without(template: string, line: number): LyingCircuit | undefined {
    const program = this.#program.without(template, line);
    return program && new LyingCircuit(this.#core, this.names, this.system, program, `${this.fingerprint} ${line}`);
  }

  /** Frees its files. */
  close(): void {
    this.#honest.clear();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** All values around the lies. */
  async witness(input: CircuitInput, lies: readonly SignalLie[] = []): Promise<Witness> {
    return new Witness(await this.#run(input, lies, false, ''));
  }

  /** Values of the named signals around the lies. */
  async values(input: CircuitInput, lies: readonly SignalLie[], names: readonly string[]): Promise<bigint[]> {
    const map = join(this.#directory, `${this.#files++}.wires`);
    const wires = Buffer.alloc(4 * names.length);
    for (const [i, name] of names.entries()) wires.writeUInt32LE(this.names.number(name), 4 * i);
    await writeFile(map, wires);
    try {
      const witness = new Witness(await this.#run(input, lies, false, map));
      return names.map((_, i) => witness.at(i));
    } finally {
      await rm(map);
    }
  }

  /**
   * The input with public signals that agree with the lies. The root before and the table's hash are L1's: a prover cannot
   * choose them. The data point is a challenge that the circuit takes as it comes, so the honest one stays good.
   */
  async reconciled(input: CircuitInput, lies: readonly SignalLie[] = []): Promise<CircuitInput> {
    const values = await this.values(input, lies, Object.values(FOLLOWS));
    return { ...input, ...Object.fromEntries(Object.keys(FOLLOWS).map((name, i) => [name, values[i] ?? 0n])) };
  }

  /**
   * Where the generator stops, its assertions on: a broken constraint of the circuit, as every `===` is an assertion and `<==`
   * holds by itself unless it is lied about. Undefined if all constraints hold.
   */
  async refusal(input: CircuitInput, lies: readonly SignalLie[] = []): Promise<string | undefined> {
    let witness: Witness;
    try {
      witness = new Witness(await this.#run(input, lies, true, ''));
    } catch (error) {
      if (error instanceof NativeError && error.code === 'WITNESS_REFUSED') return error.message;
      throw error;
    }
    if (lies.length === 0) return undefined;
    const wires = new Set(lies.map(({ name }) => this.names.number(name)));
    const [broken] = this.system.violations(witness, this.system.constraintsOf(wires));
    return broken && `the constraint ${this.namesOf(broken.wires).join(' ')} does not hold`;
  }

  namesOf(wires: readonly number[]): string[] {
    return wires.filter((wire) => wire !== 0).map((wire) => this.names.names[wire] ?? '');
  }

  async #run(input: CircuitInput, lies: readonly SignalLie[], asserts: boolean, wireMap: string): Promise<Uint8Array> {
    const handle = await this.#handle(lies, asserts, wireMap);
    return runJob(() => this.#core.calculateWitness(handle, packInputs(input)));
  }

  #handle(lies: readonly SignalLie[], asserts: boolean, wireMap: string): Promise<WitnessProgramHandle> {
    if (lies.length > 0 || wireMap !== '') return this.#load(lies, asserts, wireMap);
    const key = String(asserts);
    const known = this.#honest.get(key) ?? this.#load([], asserts, '');
    this.#honest.set(key, known);
    return known;
  }

  async #load(lies: readonly SignalLie[], asserts: boolean, wireMap: string): Promise<WitnessProgramHandle> {
    const overrides = lies.map(
      (lie): SignalOverride => ({
        signal: this.names.number(lie.name),
        change: 'set' in lie ? 'set' : 'add',
        value: inField('set' in lie ? lie.set : lie.add),
      }),
    );
    const path = join(this.#directory, `${this.#files++}.witprog`);
    await writeFile(path, this.#program.bytes(overrides, asserts));
    try {
      return await runJob(() => this.#core.loadWitnessProgram(path, wireMap));
    } finally {
      await rm(path);
    }
  }
}
