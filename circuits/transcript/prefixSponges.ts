import type { Combination, ConstraintSystem } from './ConstraintSystem.ts';
import { modulo, singleWire } from './ConstraintSystem.ts';
import type { HashCall } from './hashCalls.ts';
import type { Knowledge } from './Knowledge.ts';

/** A sponge over the first elements of a list, `live` of them (gadgets/sponge.circom, PrefixSponge), form and duties checked. */
export interface PrefixSponge {
  readonly out: number;
  readonly inputs: readonly number[];
}

const wiresNamed = (system: ConstraintSystem, array: string): number[] => {
  const wires: number[] = [];
  for (let wire = system.wireNamed(`${array}[0]`); wire !== undefined; ) {
    wires.push(wire);
    wire = system.wireNamed(`${array}[${wires.length}]`);
  }
  return wires;
};

const equals = (combination: Combination, terms: readonly (readonly [number, bigint])[], scale: bigint): boolean =>
  combination.size === terms.length && terms.every(([wire, k]) => combination.get(wire) === modulo(scale * k));

/** to = from + live * (hash - from). */
const isStep = (system: ConstraintSystem, live: number, from: number, hash: number, to: number): boolean =>
  [...system.constraintsOf(to)].some((index) => {
    const { a, b, c } = system.at(index);
    const gate = singleWire(a) === live ? a : b;
    const [difference, k] = [gate === a ? b : a, gate.get(live)];
    if (singleWire(gate) !== live || k === undefined) return false;
    return [1n, -1n].some((sign) => {
      const isDifference = equals(
        difference,
        [
          [hash, 1n],
          [from, -1n],
        ],
        sign,
      );
      return (
        isDifference &&
        equals(
          c,
          [
            [to, 1n],
            [from, -1n],
          ],
          sign * k,
        )
      );
    });
  });

const isSum = (system: ConstraintSystem, total: number, parts: readonly number[]): boolean => {
  const terms = [[total, -1n] as const, ...parts.map((part) => [part, 1n] as const)];
  return [...system.constraintsOf(total)].some((index) => {
    const { a, c } = system.at(index);
    return a.size === 0 && (equals(c, terms, 1n) || equals(c, terms, -1n));
  });
};

/** `product` is `gate` times something: 0 where the gate is. */
const isGated = (system: ConstraintSystem, product: number, gate: number): boolean =>
  [...system.constraintsOf(product)].some((index) => {
    const { a, b, c } = system.at(index);
    return singleWire(c) === product && (singleWire(a) === gate || singleWire(b) === gate);
  });

const blocksOf = (system: ConstraintSystem, name: string): HashCall[] => {
  const byName = new Map(system.calls.map((call) => [call.name, call]));
  const blocks: HashCall[] = [];
  for (let call = byName.get(`${name}.hash[0]`); call !== undefined; ) {
    blocks.push(call);
    call = byName.get(`${name}.hash[${blocks.length}]`);
  }
  return blocks;
};

/**
 * Whether the component is a PrefixSponge and its caller keeps its duties: `live` are booleans, ones first (no two neighbours can
 * be 0, 1: refuted), and an element that is not live is 0.
 */
const isPrefixSponge = (knowledge: Knowledge, name: string): boolean => {
  const { system, gadgets } = knowledge;
  const [inputs, live, state] = ['in', 'live', 'state'].map((array) => wiresNamed(system, `${name}.${array}`));
  const blocks = blocksOf(system, name);
  if (inputs === undefined || live === undefined || state === undefined || inputs.length !== live.length) return false;
  if (blocks.length !== Math.ceil(inputs.length / 15) || state.length !== blocks.length + 1) return false;
  if (state[blocks.length] !== system.wireNamed(`${name}.out`)) return false;
  if (!isSum(system, state[0] ?? 0, live)) return false;
  const stepsHold = blocks.every((block, b) => {
    const elements = block.inputs.slice(1);
    const given = elements.every((wire, i) => {
      const input = inputs[15 * b + i];
      return input === undefined ? knowledge.isConstant(wire) && knowledge.value(wire) === 0n : wire === input;
    });
    const [from, to] = [state[b] ?? 0, state[b + 1] ?? 0];
    return given && block.inputs[0] === from && isStep(system, live[15 * b] ?? 0, from, block.out, to);
  });
  const elementsGated = inputs.every((wire, i) => isGated(system, wire, live[i] ?? 0));
  if (!stepsHold || !elementsGated || !live.every((wire) => gadgets.limit.get(wire) === 1n)) return false;
  return live.every((wire, i) => i === 0 || cannotFollow(knowledge, live[i - 1] ?? 0, wire));
};

const cannotFollow = (knowledge: Knowledge, before: number, after: number): boolean => {
  const mark = knowledge.mark;
  knowledge.assuming = true;
  knowledge.refuting = true;
  knowledge.giveValue(before, 0n);
  knowledge.giveValue(after, 1n);
  knowledge.propagate();
  const refuted = knowledge.contradiction;
  knowledge.undo(mark);
  knowledge.assuming = false;
  knowledge.refuting = false;
  return refuted;
};

/** Components with the signals of a PrefixSponge that are one. Knowledge must be at rest, nothing given. */
export const findPrefixSponges = (knowledge: Knowledge): PrefixSponge[] => {
  const { system } = knowledge;
  const found: PrefixSponge[] = [];
  for (const { name } of system.calls) {
    if (!name.endsWith('.hash[0]')) continue;
    const component = name.slice(0, -'.hash[0]'.length);
    const out = system.wireNamed(`${component}.out`);
    if (out === undefined || system.wireNamed(`${component}.state[0]`) === undefined) continue;
    if (isPrefixSponge(knowledge, component)) found.push({ out, inputs: wiresNamed(system, `${component}.in`) });
  }
  return found;
};
