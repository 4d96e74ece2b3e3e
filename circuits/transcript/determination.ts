import type { ConstraintSystem } from './ConstraintSystem.ts';
import { type Gate, gatesOf, splitOn } from './caseSplits.ts';
import type { ChallengeTable } from './challenges.ts';
import type { HashCall } from './hashCalls.ts';
import type { Knowledge } from './Knowledge.ts';
import { CHALLENGES, FREE, KNOWN, LATER, UNKNOWN } from './knownWires.ts';
import { findPrefixSponges } from './prefixSponges.ts';
import { TranscriptError } from './TranscriptError.ts';

/** One challenge; its position in the list is its bit. */
export interface Challenge {
  readonly wire: number;
  readonly stage: 1 | 2;
}

export interface Transcript {
  readonly challenges: readonly Challenge[];
  readonly commitment: number;
  /** What the second sponge absorbs. */
  readonly secondInputs: readonly number[];
  /** Whether the first sponge's output is among it. */
  readonly isChained: boolean;
}

const required = (system: ConstraintSystem, name: string): number => {
  const wire = system.wireNamed(name);
  if (wire === undefined) throw wrongTable(`there is no signal ${name}`);
  return wire;
};

const wrongTable = (why: string): TranscriptError =>
  new TranscriptError('TRANSCRIPT_TABLE_WRONG', `circuits/transcript/challenges.ts does not fit the circuit: ${why}.`);

/** The calls of a sponge from its last to its first: each takes the one before as its first input. */
const chainOf = (system: ConstraintSystem, name: string): HashCall[] => {
  const byOut = new Map(system.calls.map((call) => [call.out, call]));
  const chain: HashCall[] = [];
  for (let call = byOut.get(required(system, `${name}.out`)); call?.name.startsWith(`${name}.`); ) {
    chain.push(call);
    call = byOut.get(call.inputs[0] ?? 0);
  }
  if (chain.length === 0) throw wrongTable(`${name}.out is not a hash`);
  return chain;
};

/** Challenges are the outputs of all calls, outside the sponges, that take a sponge's output. */
export const findTranscript = (knowledge: Knowledge, table: ChallengeTable): Transcript => {
  const { system } = knowledge;
  const chains = table.sponges.map((name) => chainOf(system, name));
  const inSponge = new Set(chains.flat());
  const challenges: Challenge[] = [{ wire: required(system, table.dataPoint), stage: 1 }];
  for (const [i, name] of table.sponges.entries()) {
    const out = required(system, `${name}.out`);
    for (const call of system.calls) {
      if (!call.inputs.includes(out)) continue;
      knowledge.barred.add(call);
      if (!inSponge.has(call)) challenges.push({ wire: call.out, stage: i === 0 ? 1 : 2 });
    }
  }
  for (const call of chains[1] ?? []) knowledge.barred.add(call);
  const found = challenges.map(({ wire }) => wire).sort((a, b) => a - b);
  const named = table.known.map((name) => required(system, name)).sort((a, b) => a - b);
  if (`${found}` !== `${named}`) throw wrongTable(`the challenges are ${found.map((w) => system.name(w)).join(', ')}`);
  for (const [name, wire] of system.signals())
    if (name.startsWith(`${table.sums}[`))
      for (const index of system.constraintsOf(wire)) if (system.at(index).c.size > 1) knowledge.sums.add(index);
  if (knowledge.sums.size === 0) throw wrongTable(`there is no ${table.sums}`);
  knowledge.stageOf = challenges.map(({ stage }) => stage);
  const commitment = required(system, `${table.sponges[0]}.out`);
  const second = chains[1] ?? [];
  return {
    challenges,
    commitment,
    secondInputs: second.flatMap(({ inputs }) => inputs.slice(1)),
    isChained: second.some(({ inputs }) => inputs.includes(commitment)),
  };
};

/** What the commitment fixes, before any challenge: the closure of it and of case distinctions. Answers the gates that left something open. */
export const determineBefore = (knowledge: Knowledge, { commitment, challenges }: Transcript): Gate[] => {
  knowledge.propagate();
  const prefixSponges = findPrefixSponges(knowledge);
  knowledge.give(commitment);
  knowledge.propagate();
  let gates: Gate[] = [];
  for (let progress = true; progress; ) {
    const mark = knowledge.mark;
    for (const { out, inputs } of prefixSponges)
      if (knowledge.level(out) !== UNKNOWN) for (const input of inputs) knowledge.give(input);
    knowledge.propagate();
    gates = gatesOf(knowledge, knowledge.system.constraints.keys())
      .map((wire) => splitOn(knowledge, wire, 1))
      .filter(({ partly }) => partly.size > 0);
    progress = knowledge.since(mark).length > 0;
  }
  const early = challenges.find(({ wire }) => knowledge.level(wire) !== UNKNOWN);
  if (early !== undefined) throw wrongTable(`${knowledge.system.name(early.wire)} is no challenge: constraints fix it`);
  return gates;
};

/** What of the second sponge's inputs neither the commitment fixes nor the table allows. */
export const giveLater = (knowledge: Knowledge, transcript: Transcript, table: ChallengeTable): string[] => {
  const { system } = knowledge;
  const [first, second] = table.sponges;
  const strange = transcript.isChained
    ? []
    : [`${second} does not absorb ${first}.out: its challenges can be known before what they are to fix`];
  const named = new Set<number>();
  for (const [name, wire] of system.signals())
    if (table.later.some((array) => name.startsWith(`${array}[`))) named.add(wire);
  for (const wire of transcript.secondInputs) {
    if (knowledge.level(wire) !== UNKNOWN) continue;
    if (!named.has(wire))
      strange.push(`${system.name(wire)} is absorbed after the first challenges, and the table does not name it`);
    knowledge.give(wire, LATER);
  }
  return strange;
};

/** Constraints with a wire that depends on a challenge and a wire that nothing determines yet. */
const stuckConstraints = (knowledge: Knowledge): number[] => {
  const { system } = knowledge;
  const stuck: number[] = [];
  for (let index = 0; index < system.constraints.length; index++) {
    const { a, b, c } = system.at(index);
    if ((knowledge.maskOf(a, b, c) & CHALLENGES) === 0) continue;
    if ([a, b, c].some((part) => knowledge.unknownIn(part).length > 0)) stuck.push(index);
  }
  return stuck;
};

const unknownOf = (knowledge: Knowledge, constraints: readonly number[]): number[] => {
  const wires = constraints.flatMap((index) => {
    const { a, b, c } = knowledge.system.at(index);
    return [a, b, c].flatMap((part) => knowledge.unknownIn(part));
  });
  return [...new Set(wires)].sort((x, y) => x - y);
};

/** Of stuck fractions with a known den: what is open in their nums. */
const openNumerators = (knowledge: Knowledge, stuck: readonly number[]): number[] =>
  stuck.flatMap((index) => {
    const { a, b, c } = knowledge.system.at(index);
    const isFraction =
      a.size > 0 && [a, b].some((den) => knowledge.unknownIn(den).length === 0 && knowledge.unitOf(den) >= 0);
    return isFraction ? knowledge.unknownIn(c) : [];
  });

/**
 * Follows the challenges into everything computed from them. What then stays open is taken as known and marked FREE: first inputs
 * of the circuit that nothing fixed, then hints, one at a time. So it is seen what depends on it.
 */
export const followChallenges = (knowledge: Knowledge, { challenges }: Transcript, gates: readonly Gate[]): void => {
  for (const [i, { wire }] of challenges.entries()) knowledge.give(wire, 1 << i, i);
  knowledge.propagate();
  for (let progress = true; progress; ) {
    const mark = knowledge.mark;
    const open = new Set(unknownOf(knowledge, stuckConstraints(knowledge)));
    for (const { wire, partly } of gates)
      if (knowledge.level(wire) === KNOWN && [...open].some((one) => partly.has(one))) splitOn(knowledge, wire, 1);
    progress = knowledge.since(mark).length > 0;
  }
  const { system } = knowledge;
  for (let input = system.publicSignals + 1; input <= system.inputs; input++) knowledge.give(input, FREE);
  knowledge.propagate();
  for (;;) {
    const stuck = stuckConstraints(knowledge);
    const [hint] = [...openNumerators(knowledge, stuck), ...unknownOf(knowledge, stuck)];
    if (hint === undefined) return;
    knowledge.give(hint, FREE);
    knowledge.propagate();
  }
};
