import type { Address, Reference, Statement } from './generatorAst.ts';

/** The least value of an address, whatever its elements hold: indexes are not negative. */
export const lowest = (address: Address): number => {
  if (address.kind === 'number') return address.value;
  if (address.kind === 'sum') return lowest(address.left) + lowest(address.right);
  if (address.kind === 'product') return lowest(address.left) * lowest(address.right);
  return 0;
};

/** A number if the address reads no element and no integer variable. */
const fixed = (address: Address): number | undefined => {
  if (address.kind === 'number') return address.value;
  if (address.kind !== 'sum' && address.kind !== 'product') return undefined;
  const left = fixed(address.left);
  const right = fixed(address.right);
  if (left === undefined || right === undefined) return undefined;
  return address.kind === 'sum' ? left + right : left * right;
};

/** Variables and scratch elements that a statement may touch. */
export interface Accessed {
  readonly read: Set<number>;
  readonly written: Set<number>;
  readonly scratch: Set<number>;
}

/** Of a statement and all within it, for a frame of `size` variables: where the place is not fixed, all from the lowest on. */
export const accessedVariables = (statement: Statement, size: number): Accessed => {
  const accessed: Accessed = { read: new Set(), written: new Set(), scratch: new Set() };

  const touch = (into: Set<number>, at: Address, count: number): void => {
    const place = fixed(at);
    const first = place ?? lowest(at);
    const end = place === undefined ? size : place + count;
    for (let i = first; i < end; i++) into.add(i);
    address(at);
  };
  const address = (at: Address): void => {
    if (at.kind === 'sum' || at.kind === 'product') {
      address(at.left);
      address(at.right);
    } else if (at.kind === 'toInt') reference(at.of, 1, accessed.read);
  };
  const reference = (of: Reference, count: number, into: Set<number>): void => {
    if (of.space === 'scratch') for (let i = 0; i < count; i++) accessed.scratch.add(of.at + i);
    else if (of.space === 'variable') touch(into, of.at, count);
    else if (of.space === 'signal') address(of.at);
  };

  const destinations = new Map<number, Reference>();
  const visit = (one: Statement): void => {
    switch (one.kind) {
      case 'constants':
        for (const at of one.to) accessed.written.add(at);
        return;
      case 'destination':
        destinations.set(one.id, one.reference);
        reference(one.reference, 1, accessed.written);
        return;
      case 'store': {
        const to = destinations.get(one.id);
        if (to !== undefined) reference(to, one.count, accessed.written);
        reference(one.from, one.count, accessed.read);
        return;
      }
      case 'operation':
        reference(one.to, 1, accessed.written);
        reference(one.a, 1, accessed.read);
        if (one.b !== undefined) reference(one.b, 1, accessed.read);
        return;
      case 'equalArrays':
        reference(one.to, 1, accessed.written);
        reference(one.a, one.count, accessed.read);
        reference(one.b, one.count, accessed.read);
        return;
      case 'set':
        address(one.value);
        return;
      case 'argument':
        reference(one.from, one.count, accessed.read);
        return;
      case 'invoke':
        reference(one.to, one.count, accessed.written);
        return;
      case 'return':
        reference(one.from, one.count, accessed.read);
        return;
      case 'assert':
        reference(one.of, 1, accessed.read);
        return;
      case 'if':
        reference(one.condition, 1, accessed.read);
        for (const inner of [...one.whenTrue, ...one.whenFalse]) visit(inner);
        return;
      case 'while':
        reference(one.condition, 1, accessed.read);
        for (const inner of one.body) visit(inner);
        return;
      default:
    }
  };
  visit(statement);
  return accessed;
};
