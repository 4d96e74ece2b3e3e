import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchMainSource } from '../../../circuits/instantiate.ts';
import { BATCH_CHALLENGES } from '../../../circuits/transcript/challenges.ts';
import { checkTranscript } from '../../../circuits/transcript/checkTranscript.ts';
import { plainCircuit } from '../../../circuits/transcript/plainCircuit.ts';
import type { Hasher } from '../../../node/core/crypto/hasher.ts';
import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../../node/core/protocol/presets.ts';
import { createCryptography } from '../../../node/crypto/cryptography.ts';
import { type ArtifactStore, openArtifactStore } from '../../../prover/artifacts/artifactStore.ts';
import { WitnessTranslationError } from '../../../prover/native/witness/WitnessTranslationError.ts';
import { buildFromOpening } from '../../../prover/witness/buildInput.ts';
import type { CircuitInput } from '../../../prover/witness/circuitInput.ts';
import { componentOf, IDENTITIES } from '../CircuitUnderTest.ts';
import { openingOf } from '../fixtures.ts';
import type { Ask, Lie } from '../Lie.ts';
import { CircuitError, compileLying } from '../lying/compileLying.ts';
import { CIRCUITS, LyingCircuit, type SignalLie } from '../lying/LyingCircuit.ts';
import { TINY_SHAPE } from '../tinyShape.ts';
import { equivalenceOf } from './equivalent.ts';
import type { Mutant } from './Mutant.ts';
import { HONEST, MUST_FAIL } from './suite.ts';

/** Components that add to the identities, as in refuse.test.ts. */
const TERMS = /^main$|^main\.(\w+Contributions\b|identity\[)/;
const ADDS_TO_IDENTITIES = /Contributions$|Arguments$|Postings?$|^PositionPoles$|^Dot$|^Fraction$/;
const TAMPERED_SIGNALS = 6;
const FAR = 99;

export type Outcome =
  /** A lie is accepted that must be refused. */
  | { readonly kind: 'accepts a lie'; readonly by: string }
  /** A batch is refused that must be accepted. */
  | { readonly kind: 'refuses honesty'; readonly by: string }
  /** A lie is refused, but not by what its case names. */
  | { readonly kind: 'refuses otherwise'; readonly by: string }
  /** No batch shows it, but a value is no longer fixed before its challenge. */
  | { readonly kind: 'fails the transcript check'; readonly by: string }
  /** The compiler, or its constants, do not take it: no mutant. */
  | { readonly kind: 'does not compile'; readonly by: string }
  | { readonly kind: 'survives'; readonly by: '' };

/** A case in the form that the circuit takes. */
interface Prepared {
  readonly lie: Lie;
  readonly input: CircuitInput;
  readonly publish: (input: CircuitInput) => CircuitInput;
  readonly signals: readonly SignalLie[];
}

const same = (input: CircuitInput): CircuitInput => input;

/** Runs must-fail and accept cases against one mutant after the other. */
export class MutantJudge {
  readonly #hasher: Hasher;
  readonly #original: LyingCircuit;
  readonly #cases: readonly Prepared[];
  readonly #honest: readonly { readonly name: string; readonly input: CircuitInput }[];
  /** Where the original refuses each case: whatever stands there comes first for a mutant of the same template. */
  readonly #refusals: readonly string[];
  /** Whether the case holds, reasons and all, at --O0 of the original: asked only of those that nearly survive. */
  readonly #holds = new Map<Prepared, Promise<boolean>>();

  private constructor(
    hasher: Hasher,
    original: LyingCircuit,
    cases: readonly Prepared[],
    honest: readonly { readonly name: string; readonly input: CircuitInput }[],
    refusals: readonly string[],
  ) {
    this.#hasher = hasher;
    this.#original = original;
    this.#cases = cases;
    this.#honest = honest;
    this.#refusals = refusals;
  }

  /** @throws Error if the circuit as it stands refuses an honest batch or accepts a lie: mend that first */
  static async create(): Promise<MutantJudge> {
    const { hasher } = await createCryptography();
    const original = await LyingCircuit.build(TEST_SHAPE);
    const honest: { readonly name: string; readonly input: CircuitInput }[] = [];
    const ask: Ask = (known, names) => original.values(known, [], names);
    for (const { name, spec, input = same } of HONEST) {
      const told = await original.reconciled(await input(inputOf(hasher, spec), ask));
      const refusal = await original.refusal(told);
      if (refusal !== undefined) throw new Error(`the circuit refuses ${name}: ${refusal}`);
      honest.push({ name, input: told });
    }
    const prepare = async (lie: Lie): Promise<Prepared> => {
      const built = buildFromOpening(hasher, openingOf(hasher, lie.spec), DEVELOPMENT_PRESET.columns, TEST_SHAPE);
      const { input = same, publish } = lie;
      return {
        lie,
        input: await input(built.input, ask),
        publish: publish === undefined ? same : (mine) => publish(mine, built),
        signals: lie.signals ?? [],
      };
    };
    const cases: Prepared[] = [];
    for (const lie of MUST_FAIL) cases.push(await prepare(lie));
    const refusals: string[] = [];
    for (const one of cases) {
      const refusal = await refusalOf(original, one);
      if (refusal === undefined) throw new Error(`the circuit accepts a lie: ${one.lie.name}`);
      refusals.push(refusal);
    }
    return new MutantJudge(hasher, original, cases, honest, refusals);
  }

  async judge(mutant: Mutant): Promise<Outcome> {
    return (await this.#judgeWithoutCompiling(mutant)) ?? this.#judgeCompiled(mutant);
  }

  /** A `===` less changes no value and one line of assertions: whether a lie in inputs is then accepted can be seen at once. */
  async #judgeWithoutCompiling(mutant: Mutant): Promise<Outcome | undefined> {
    if (mutant.operator !== 'equality dropped') return undefined;
    const circuit = this.#original.without(mutant.template, mutant.line);
    if (circuit === undefined) return undefined;
    try {
      return await this.#acceptedBy(
        circuit,
        this.#nearestFirst(mutant.template).filter((i) => this.#cases[i]?.signals.length === 0),
      );
    } finally {
      circuit.close();
    }
  }

  async #judgeTranscript(circuits: string, store: ArtifactStore): Promise<Outcome | undefined> {
    const plain = await plainCircuit(store, DEVELOPMENT_PRESET.columns, TINY_SHAPE, circuits);
    const [by] = (await checkTranscript(plain, BATCH_CHALLENGES, this.#hasher)).failures;
    return by === undefined ? undefined : { kind: 'fails the transcript check', by };
  }

  #nearestFirst(template: string): number[] {
    const distance = this.#cases.map((_, i) => this.#distance(i, template));
    return [...this.#cases.keys()].sort((a, b) => (distance[a] ?? FAR) - (distance[b] ?? FAR));
  }

  /** A lie that the circuit accepts, of those cases. */
  async #acceptedBy(circuit: LyingCircuit, cases: readonly number[]): Promise<Outcome | undefined> {
    for (const i of cases) {
      const one = this.#cases[i];
      if (one !== undefined && (await refusalOf(circuit, one)) === undefined) {
        return { kind: 'accepts a lie', by: one.lie.name };
      }
    }
    return undefined;
  }

  async #judgeCompiled(mutant: Mutant): Promise<Outcome> {
    const directory = await mkdtemp(join(tmpdir(), 'straddle-mutant-'));
    let circuit: LyingCircuit | undefined;
    try {
      const circuits = join(directory, 'circuits');
      await mkdir(circuits);
      await cp(CIRCUITS, circuits, { recursive: true, filter: (name) => !name.endsWith('.ts') });
      await writeFile(join(circuits, mutant.file), mutant.source);
      const out = join(directory, 'out');
      await compileLying({ main: batchMainSource(DEVELOPMENT_PRESET.columns, TEST_SHAPE), circuits }, out);
      circuit = await LyingCircuit.read(out);
      const outcome = await this.#judgeCircuit(mutant, circuit);
      if (outcome.kind !== 'survives' || equivalenceOf(mutant) !== undefined) return outcome;
      return (await this.#judgeTranscript(circuits, openArtifactStore({ root: join(directory, 'store') }))) ?? outcome;
    } catch (error) {
      if (error instanceof CircuitError || error instanceof WitnessTranslationError)
        return { kind: 'does not compile', by: error.message };
      throw error;
    } finally {
      circuit?.close();
      await rm(directory, { recursive: true });
    }
  }

  async #judgeCircuit(mutant: Mutant, circuit: LyingCircuit): Promise<Outcome> {
    if (circuit.fingerprint === this.#original.fingerprint)
      return { kind: 'does not compile', by: 'to the same constraints: no mutant' };
    for (const { name, input } of this.#honest) {
      if ((await circuit.refusal(input)) !== undefined) return { kind: 'refuses honesty', by: name };
    }
    const order = this.#nearestFirst(mutant.template);
    const accepted = await this.#acceptedBy(circuit, order);
    if (accepted !== undefined) return accepted;
    const tampered = mutant.operator === 'constraint dropped' ? await this.#tamper(mutant, circuit) : undefined;
    if (tampered !== undefined) return tampered;
    if (equivalenceOf(mutant) !== undefined) return { kind: 'survives', by: '' };
    // The reasons of cases that the original refuses elsewhere cannot change by it.
    for (const i of order.filter((one) => this.#distance(one, mutant.template) < 2)) {
      const one = this.#cases[i];
      if (one !== undefined && (await this.#holdsHere(one)) && !(await isRefusedAsNamed(circuit, one))) {
        return { kind: 'refuses otherwise', by: one.lie.name };
      }
    }
    return { kind: 'survives', by: '' };
  }

  /** How many components above the one that refuses the case first are of that template. */
  #distance(i: number, template: string): number {
    if ((this.#cases[i]?.lie.identities?.length ?? 0) > 0 && ADDS_TO_IDENTITIES.test(template)) return 0;
    let path = this.#refusals[i]?.match(/\((main[^,)]*)/)?.[1] ?? '';
    for (let up = 0; path !== ''; up++) {
      if (this.#original.templateOf(path) === template) return up;
      path = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    }
    return FAR;
  }

  #holdsHere(one: Prepared): Promise<boolean> {
    const known = this.#holds.get(one) ?? isRefusedAsNamed(this.#original, one);
    this.#holds.set(one, known);
    return known;
  }

  /**
   * A signal that is not pinned where it is assigned: in the original, who says otherwise breaks a constraint of that signal. In
   * the mutant it may be believed, or nothing but what comes after it objects.
   */
  async #tamper(mutant: Mutant, circuit: LyingCircuit): Promise<Outcome | undefined> {
    const target = targetOf(mutant);
    const wires = missingIn(circuit, this.#original).filter((wire) => target.test(circuit.names.names[wire] ?? ''));
    let otherwise: Outcome | undefined;
    for (const wire of spread(wires, TAMPERED_SIGNALS)) {
      const name = circuit.names.names[wire] ?? '';
      for (const { name: batch, input } of this.#honest) {
        const lie = { name, add: 1n };
        const told = await circuit.reconciled(input, [lie]);
        const by = `${name} one more than computed, in ${batch}`;
        if ((await circuit.refusal(told, [lie])) === undefined) return { kind: 'accepts a lie', by };
        otherwise ??= { kind: 'refuses otherwise', by };
      }
    }
    return otherwise;
  }
}

const inputOf = (hasher: Hasher, spec: Lie['spec']): CircuitInput =>
  buildFromOpening(hasher, openingOf(hasher, spec), DEVELOPMENT_PRESET.columns, TEST_SHAPE).input;

const told = async (circuit: LyingCircuit, { input, publish, signals }: Prepared): Promise<CircuitInput> =>
  publish(await circuit.reconciled(input, signals));

const refusalOf = async (circuit: LyingCircuit, one: Prepared): Promise<string | undefined> =>
  circuit.refusal(await told(circuit, one), one.signals);

/** As refuse.test.ts asks it, of the unreduced constraints. */
const isRefusedAsNamed = async (circuit: LyingCircuit, one: Prepared): Promise<boolean> => {
  const { identities = [], at = [] } = one.lie;
  const witness = await circuit.witness(await told(circuit, one), one.signals);
  const components = circuit.system.violations(witness).map(({ wires }) => componentOf(circuit.namesOf(wires)));
  const broken = IDENTITIES.filter((_, i) => witness.at(circuit.names.number(`main.identity[${i}]`)) !== 0n);
  if ([...broken].sort().join() !== [...identities].sort().join()) return false;
  if (!at.every((pattern) => components.some((name) => pattern.test(name)))) return false;
  return components.every(
    (name) => at.some((pattern) => pattern.test(name)) || (identities.length > 0 && TERMS.test(name)),
  );
};

/** What the changed line assigns: the end of its signals' names, whatever their indices. */
const targetOf = ({ before }: Mutant): RegExp => {
  const [target = ''] = (before.split('<==')[0] ?? '').trim().split(/\s+/).slice(-1);
  const full = before.includes('] <==')
    ? (before.match(/([\w.]+(?:\[[^=]*\])?(?:\.\w+(?:\[[^=]*\])?)*) <==/)?.[1] ?? target)
    : target;
  const pattern = full
    .replace(/\[[^\]]*\]/g, '[]')
    .replace(/[.[\]]/g, '\\$&')
    .replaceAll('\\[\\]', '\\[\\d+\\]');
  // An array may be assigned whole.
  return new RegExp(`\\.${pattern}(?:\\[\\d+\\])*$`);
};

/** Wires of the constraints that the original has and the other lacks: both have the same signals in the same order. */
const missingIn = (circuit: LyingCircuit, original: LyingCircuit): number[] => {
  const wires = new Set<number>();
  let at = 0;
  for (let index = 0; index < original.system.constraints; index++) {
    if (at < circuit.system.constraints && circuit.system.isSame(at, original.system, index)) at++;
    else for (const wire of original.system.wiresOf(index)) wires.add(wire);
  }
  return [...wires];
};

const spread = (items: readonly number[], count: number): number[] =>
  items.filter((_, i) => i % Math.ceil(items.length / count) === 0);
