import type { Hasher } from '../../node/core/crypto/hasher.ts';
import { type Combination, ConstraintSystem, singleWire } from './ConstraintSystem.ts';
import type { Gate } from './caseSplits.ts';
import type { ChallengeTable } from './challenges.ts';
import { readCircuitFile } from './circuitFile.ts';
import { determineBefore, findTranscript, followChallenges, giveLater, type Transcript } from './determination.ts';
import { findGadgets } from './gadgets.ts';
import { findHashCalls } from './hashCalls.ts';
import { type FractionFact, Knowledge } from './Knowledge.ts';
import { CHALLENGES, FREE, UNKNOWN } from './knownWires.ts';
import { findUnclearedRows } from './unusedRows.ts';

/** What the check found; `failures` empty means proven. */
export interface TranscriptReport {
  readonly constraints: number;
  readonly hashCalls: number;
  readonly challenges: readonly string[];
  /** Fractions found by what they constrain, and how many components bear a fraction's signals. */
  readonly fractions: number;
  readonly namedFractions: number;
  /** Signals that the challenges' sums are compared with. */
  readonly checks: readonly string[];
  /** Rows whose contributions are 0 when they are unused. */
  readonly rows: number;
  readonly failures: readonly string[];
}

/** Components with signals num, den and out. */
const namedFractions = (system: ConstraintSystem): { name: string; den: number; out: number }[] => {
  const found: { name: string; den: number; out: number }[] = [];
  for (const [signal] of system.signals()) {
    if (!signal.endsWith('.den')) continue;
    const name = signal.slice(0, -'.den'.length);
    const [num, den, out] = ['num', 'den', 'out'].map((part) => system.wireNamed(`${name}.${part}`));
    if (num !== undefined && den !== undefined && out !== undefined) found.push({ name, den, out });
  }
  return found;
};

/** Constraints with a factor that is a challenge less something, by structure: each must be a fraction's. */
const fractionShaped = (knowledge: Knowledge, { challenges }: Transcript): number[] => {
  const raw = new Set(challenges.map(({ wire }) => wire));
  const isDen = (factor: Combination): boolean => {
    const wire = singleWire(factor);
    return !(wire !== 0 && raw.has(wire)) && knowledge.unitOf(factor) >= 0;
  };
  const found: number[] = [];
  for (const [index, { a, b, c }] of knowledge.system.constraints.entries()) {
    const isProduct = [...c.keys()].some((wire) => knowledge.fact(wire).definers.includes(index));
    if (a.size > 0 && !isProduct && (isDen(a) || isDen(b))) found.push(index);
  }
  return found;
};

/** Wires that nothing fixes and that these combinations depend on. */
const freeBehind = (knowledge: Knowledge, combinations: readonly Combination[]): number[] => {
  const seen = new Set<number>();
  const free: number[] = [];
  const pending = combinations.flatMap((part) => [...part.keys()]);
  for (let wire = pending.pop(); wire !== undefined; wire = pending.pop()) {
    if (seen.has(wire) || (knowledge.mask(wire) & FREE) === 0) continue;
    seen.add(wire);
    const { definers } = knowledge.fact(wire);
    if (definers.length === 0) free.push(wire);
    for (const index of definers) {
      const { a, b, c } = knowledge.system.at(index);
      pending.push(...a.keys(), ...b.keys(), ...c.keys());
    }
  }
  return free.sort((x, y) => x - y);
};

const describeFree = ({ system }: Knowledge, gates: readonly Gate[], wire: number): string => {
  const able = gates.filter(({ partly }) => partly.has(wire));
  const gate = able.find(({ wire: boolean }) => system.name(boolean).endsWith('.live')) ?? able[0];
  if (gate === undefined) return system.name(wire);
  return `${system.name(wire)} (fixed only if ${system.name(gate.wire)} = ${gate.partly.get(wire)})`;
};

const judgeFraction = (knowledge: Knowledge, gates: readonly Gate[], fraction: FractionFact): string | undefined => {
  if (fraction.sound) return undefined;
  const { a, b } = knowledge.system.at(fraction.constraint);
  const out = singleWire(fraction.den === b ? a : b);
  const free = freeBehind(knowledge, [fraction.num, fraction.den]).map((wire) => describeFree(knowledge, gates, wire));
  const why =
    free.length > 0
      ? `depends on ${free.join(', ')}`
      : 'has a num or den that follows the challenge or another fraction';
  return `fraction ${knowledge.system.name(out)} ${why}`;
};

const judgeFractions = (knowledge: Knowledge, transcript: Transcript, gates: readonly Gate[]): string[] => {
  const { fractions, system } = knowledge;
  const failures: string[] = [];
  for (const fraction of fractions.values()) {
    const failure = judgeFraction(knowledge, gates, fraction);
    if (failure !== undefined) failures.push(failure);
  }
  for (const index of fractionShaped(knowledge, transcript)) {
    if (fractions.has(index)) continue;
    const { a, b } = system.at(index);
    const names = [...a.keys(), ...b.keys()].filter((wire) => wire !== 0).map((wire) => system.name(wire));
    failures.push(`constraint ${index} (${names.join(', ')}) divides by a challenge and was not judged as a fraction`);
  }
  const judged = new Set(
    [...fractions.keys()].flatMap((index) => {
      const { a, b } = system.at(index);
      return [`${singleWire(a)}*${singleWire(b)}`, `${singleWire(b)}*${singleWire(a)}`];
    }),
  );
  for (const { name, den, out } of namedFractions(system))
    if (!judged.has(`${out}*${den}`)) failures.push(`${name} is named as a fraction and was not found as one`);
  return failures;
};

/** Constraints over what depends on challenges that compute nothing: there the sums are compared. */
const findChecks = (knowledge: Knowledge): number[] => {
  const { system } = knowledge;
  const defining = new Set<number>();
  for (let wire = 1; wire < system.wires; wire++)
    for (const index of knowledge.fact(wire).definers) defining.add(index);
  const checks: number[] = [];
  for (const [index, { a, b, c }] of system.constraints.entries())
    if (!defining.has(index) && (knowledge.maskOf(a, b, c) & CHALLENGES) !== 0) checks.push(index);
  return checks;
};

const judgeChecks = (knowledge: Knowledge, gates: readonly Gate[], checks: readonly number[]): string[] => {
  const failures: string[] = [];
  for (const index of checks) {
    const { a, b, c } = knowledge.system.at(index);
    if (!knowledge.sums.has(index))
      failures.push(`${checkName(knowledge, index)} is compared with what depends on a challenge`);
    const free = freeBehind(knowledge, [a, b, c]);
    if (free.length === 0) continue;
    const names = free.map((wire) => describeFree(knowledge, gates, wire));
    failures.push(`check ${checkName(knowledge, index)} depends on ${names.join(', ')}`);
  }
  return failures;
};

const checkName = ({ system }: Knowledge, index: number): string => {
  const { a, b, c } = system.at(index);
  return system.name(Math.min(...[...a.keys(), ...b.keys(), ...c.keys()].filter((wire) => wire !== 0)));
};

/** Computed from a challenge and used nowhere: a sum that is compared with nothing, or a hint that a check was bent to. */
const findUnused = (system: ConstraintSystem, challenged: readonly number[], { challenges }: Transcript): string[] =>
  challenged
    .filter((wire) => wire > system.publicSignals && system.constraintsOf(wire).length < 2)
    .filter((wire) => challenges.every((challenge) => challenge.wire !== wire))
    .map((wire) => `${system.name(wire)} depends on a challenge and is used once`);

/** Inputs are chosen, not computed: one that depends on a challenge was bent to meet a constraint. */
const findBent = (system: ConstraintSystem, challenged: readonly number[]): string[] =>
  challenged
    .filter((wire) => wire > system.publicSignals && wire <= system.inputs)
    .map((wire) => `${system.name(wire)} is an input and depends on a challenge`);

export const judgeTranscript = (system: ConstraintSystem, table: ChallengeTable): TranscriptReport => {
  const knowledge = new Knowledge(system, findGadgets(system));
  const transcript = findTranscript(knowledge, table);
  const gates = determineBefore(knowledge, transcript);
  const strange = giveLater(knowledge, transcript, table);
  followChallenges(knowledge, transcript, gates);
  const checks = findChecks(knowledge);
  const challenged: number[] = [];
  for (let wire = 1; wire < system.wires; wire++)
    if (knowledge.level(wire) !== UNKNOWN && (knowledge.mask(wire) & CHALLENGES) !== 0) challenged.push(wire);
  const rows = findUnclearedRows(knowledge, checks);
  return {
    constraints: system.constraints.length,
    hashCalls: system.calls.length,
    challenges: transcript.challenges.map(({ wire }) => system.name(wire)),
    fractions: knowledge.fractions.size,
    namedFractions: namedFractions(system).length,
    checks: checks.map((index) => checkName(knowledge, index)),
    rows: rows.rows,
    failures: [
      ...strange,
      ...judgeFractions(knowledge, transcript, gates),
      ...judgeChecks(knowledge, gates, checks),
      ...findBent(system, challenged),
      ...findUnused(system, challenged, transcript),
      ...rows.failures,
    ],
  };
};

/** Reads a circuit compiled at --O0 and judges it. @throws TranscriptError */
export const checkTranscript = async (
  circuit: { readonly r1cs: string; readonly sym: string },
  table: ChallengeTable,
  hasher: Hasher,
): Promise<TranscriptReport> => {
  const file = await readCircuitFile(circuit.r1cs, circuit.sym);
  return judgeTranscript(new ConstraintSystem(file, findHashCalls(file, hasher)), table);
};
