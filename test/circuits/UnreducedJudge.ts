import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { type Cryptography, createCryptography } from '../../node/crypto/cryptography.ts';
import { buildFromOpening } from '../../prover/witness/buildInput.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import { componentOf, IDENTITIES } from './CircuitUnderTest.ts';
import { openingOf } from './fixtures.ts';
import type { Ask, Lie } from './Lie.ts';
import { LyingCircuit } from './lying/LyingCircuit.ts';

/** Components that add to an identity, or hold it. */
const TERMS = /^main$|^main\.\w+Contributions\b/;

/**
 * Judges by the constraints as they are written, before any compiler merges them: which one refuses a lie can then be told
 * exactly. Needs the native core.
 */
export class UnreducedJudge {
  readonly circuit: LyingCircuit;
  readonly #hasher: Cryptography['hasher'];

  private constructor(circuit: LyingCircuit, hasher: Cryptography['hasher']) {
    this.circuit = circuit;
    this.#hasher = hasher;
  }

  static async create(): Promise<UnreducedJudge> {
    const { hasher } = await createCryptography();
    return new UnreducedJudge(await LyingCircuit.build(TEST_SHAPE), hasher);
  }

  /** Undefined if all constraints hold, otherwise the first that does not. */
  async refusal(lie: Pick<Lie, 'spec' | 'input' | 'signals'>): Promise<string | undefined> {
    return this.circuit.refusal(await this.#inputOf(lie), lie.signals);
  }

  /** What is wrong with how the lie is refused: nothing, if what its case names refuses it and nothing else does. */
  async complaints(lie: Lie): Promise<string[]> {
    const { identities = [], at = [], signals } = lie;
    const witness = await this.circuit.witness(await this.#inputOf(lie), signals);
    const violated = this.circuit.system
      .violations(witness)
      .map(({ wires }) => componentOf(this.circuit.namesOf(wires)));
    const broken = IDENTITIES.filter((_, i) => witness.at(this.circuit.names.number(`main.identity[${i}]`)) !== 0n);
    const isNamed = (name: string): boolean =>
      at.some((pattern) => pattern.test(name)) || (identities.length > 0 && TERMS.test(name));
    return [
      ...(violated.length === 0 ? ['it is accepted'] : []),
      ...broken.filter((name) => !identities.includes(name)).map((name) => `identity ${name} does not hold`),
      ...identities.filter((name) => !broken.some((one) => one === name)).map((name) => `identity ${name} holds`),
      ...at.filter((one) => !violated.some((name) => one.test(name))).map((one) => `nothing is violated at ${one}`),
      ...[...new Set(violated.filter((name) => !isNamed(name)))].map((name) => `${name} is violated too`),
    ];
  }

  /** The witness as a prover would make it, public signals in agreement, unless L1 is told otherwise. */
  async #inputOf({
    spec,
    input = (same) => same,
    signals,
    publish,
  }: Pick<Lie, 'spec' | 'input' | 'signals' | 'publish'>): Promise<CircuitInput> {
    const built = buildFromOpening(this.#hasher, openingOf(this.#hasher, spec), DEVELOPMENT_PRESET.columns, TEST_SHAPE);
    const ask: Ask = (known, names) => this.circuit.values(known, [], names);
    const told = await this.circuit.reconciled(await input(built.input, ask), signals);
    return publish === undefined ? told : publish(told, built);
  }
}
