import { DEVELOPMENT_PRESET, TEST_SHAPE } from '../../../node/core/protocol/presets.ts';
import { type Cryptography, createCryptography } from '../../../node/crypto/cryptography.ts';
import { buildFromOpening } from '../../../prover/witness/buildInput.ts';
import type { CircuitInput } from '../../../prover/witness/circuitInput.ts';
import { Prng } from '../../property/prng.ts';
import { openingOf } from '../fixtures.ts';
import { LyingCircuit } from '../lying/LyingCircuit.ts';
import { changeDraft } from './changeDraft.ts';
import { falseClaim } from './claimOf.ts';
import { randomBatch } from './randomBatch.ts';
import { type Lies, randomLies } from './randomLies.ts';
import { type JudgedBatch, settleDraft } from './settleDraft.ts';

/** Lies told of one batch before the next is made. */
const LIES_PER_BATCH = 10;
const TRIES = 50;

/** How often each thing was seen. */
export interface FuzzTally {
  honest: number;
  /** Batches that break a rule, or whose row was changed: core and circuit agree on each. */
  refusedByBoth: number;
  acceptedByBoth: number;
  liesRefused: number;
  /** Lies that change nothing that matters: core says what the public signals say. */
  liesHarmless: number;
}

/** Core and circuit disagree. */
class Disagreement extends Error {}

interface Batch extends JudgedBatch {
  readonly input: CircuitInput;
}

/**
 * Random batches and random lies about them, from one seed: nothing may be accepted by the constraints that core's transition
 * refuses, and nothing refused that it accepts.
 */
export class LyingFuzzer {
  readonly tally: FuzzTally = { honest: 0, refusedByBoth: 0, acceptedByBoth: 0, liesRefused: 0, liesHarmless: 0 };
  readonly #cryptography: Cryptography;
  readonly #circuit: LyingCircuit;
  readonly #hints: readonly (readonly string[])[];
  readonly #prng: Prng;
  #batch: Batch | undefined;
  #left = 0;

  private constructor(cryptography: Cryptography, circuit: LyingCircuit, seed: number) {
    this.#cryptography = cryptography;
    this.#circuit = circuit;
    this.#hints = [...circuit.hints().values()];
    this.#prng = new Prng(seed);
  }

  static async create(seed: number): Promise<LyingFuzzer> {
    return new LyingFuzzer(await createCryptography(), await LyingCircuit.build(TEST_SHAPE), seed);
  }

  close(): void {
    this.#circuit.close();
  }

  /** One run: a lie, or a batch with a row changed. @throws Disagreement */
  async run(): Promise<void> {
    const batch = await this.#honestBatch();
    if (this.#prng.chance(30)) await this.#judgeChanged();
    else await this.#judgeLies(batch);
  }

  async #honestBatch(): Promise<Batch> {
    if (this.#batch !== undefined && this.#left-- > 0) return this.#batch;
    for (let i = 0; i < TRIES; i++) {
      const batch = this.#built(settleDraft(this.#cryptography, randomBatch(this.#prng)));
      if (batch === undefined) continue;
      await this.#compare(batch);
      if (batch.refusal !== undefined) continue;
      this.tally.honest++;
      this.#batch = batch;
      this.#left = LIES_PER_BATCH;
      return batch;
    }
    throw new Error(`core refused ${TRIES} random batches one after the other`);
  }

  /** Undefined for what has no witness at all: a number that does not fit its word, an account too wide. */
  #built(judged: JudgedBatch | undefined): Batch | undefined {
    if (judged === undefined) return undefined;
    try {
      const opening = openingOf(this.#cryptography.hasher, judged.spec);
      const { input } = buildFromOpening(this.#cryptography.hasher, opening, DEVELOPMENT_PRESET.columns, TEST_SHAPE);
      return { ...judged, input };
    } catch (error) {
      if (judged.refusal !== undefined) return undefined;
      throw new Disagreement(`core accepts a batch that has no witness: ${error}\n${describe(judged)}`);
    }
  }

  async #judgeChanged(): Promise<void> {
    const batch = this.#built(settleDraft(this.#cryptography, changeDraft(this.#prng, randomBatch(this.#prng))));
    if (batch !== undefined) await this.#compare(batch);
  }

  async #compare(batch: Batch): Promise<void> {
    const told = await this.#circuit.reconciled(batch.input);
    const refusal = await this.#circuit.refusal(told);
    if ((refusal === undefined) !== (batch.refusal === undefined)) {
      const said = `core: ${batch.refusal ?? 'accepted'}; circuit: ${refusal ?? 'accepted'}`;
      throw new Disagreement(`${said}\n${describe(batch)}`);
    }
    if (refusal === undefined) this.tally.acceptedByBoth++;
    else this.tally.refusedByBoth++;
  }

  async #judgeLies(batch: Batch): Promise<void> {
    const lies = randomLies(this.#prng, batch.input, this.#hints);
    const told = await this.#circuit.reconciled(lies.input, lies.signals);
    if ((await this.#circuit.refusal(told, lies.signals)) !== undefined) {
      this.tally.liesRefused++;
      return;
    }
    await this.#judgeAccepted(batch, lies, told);
  }

  async #judgeAccepted(batch: Batch, lies: Lies, told: CircuitInput): Promise<void> {
    const values = await this.#circuit.witness(told, lies.signals);
    // The generator's assertions said so; now the constraints themselves.
    const [broken] = this.#circuit.system.violations(values);
    const claim = await falseClaim(this.#cryptography, this.#circuit, batch.spec, told, values);
    if (broken !== undefined || !isOfL1(told, batch.input)) {
      this.tally.liesRefused++;
      return;
    }
    if (claim !== undefined) throw new Disagreement(`accepted: ${lies.told.join(', ')}; ${claim}\n${describe(batch)}`);
    this.tally.liesHarmless++;
  }
}

/** What the contract holds against its queue: all of an op's words but what a forced withdrawal was paid. */
const QUEUED = ['opKind', 'opAccount', 'opAmount', 'opOwner', 'opKeyX', 'opKeyY'] as const;

/** The contract takes the ops of its queue, in order, and a time of 40 bits that is not before the last batch's. */
const isOfL1 = (told: CircuitInput, honest: CircuitInput): boolean => {
  const { time, lastTime } = told;
  const isTime = typeof time === 'bigint' && typeof lastTime === 'bigint' && time >= lastTime && time < 1n << 40n;
  return isTime && QUEUED.every((name) => String(told[name]) === String(honest[name]));
};

const describe = ({ spec }: JudgedBatch): string =>
  JSON.stringify(spec, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}`;
    return value instanceof Map ? [...value] : value;
  });
