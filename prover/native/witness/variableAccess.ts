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
  const walk = new AccessWalk(size);
  walk.statement(statement);
  return walk.accessed;
};

/** Goes through statements and gathers what they touch. */
class AccessWalk {
  readonly accessed: Accessed = { read: new Set(), written: new Set(), scratch: new Set() };
  /** What the stores that follow write to. */
  private readonly destinations = new Map<number, Reference>();
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  statement(one: Statement): void {
    switch (one.kind) {
      case 'constants':
        for (const at of one.to) this.accessed.written.add(at);
        return;
      case 'destination':
        this.destinations.set(one.id, one.reference);
        this.write(one.reference);
        return;
      case 'store': {
        const to = this.destinations.get(one.id);
        if (to !== undefined) this.write(to, one.count);
        this.read(one.from, one.count);
        return;
      }
      case 'operation':
        this.write(one.to);
        this.read(one.a);
        if (one.b !== undefined) this.read(one.b);
        return;
      case 'equalArrays':
        this.write(one.to);
        this.read(one.a, one.count);
        this.read(one.b, one.count);
        return;
      case 'set':
        this.address(one.value);
        return;
      case 'argument':
      case 'return':
        this.read(one.from, one.count);
        return;
      case 'invoke':
        this.write(one.to, one.count);
        return;
      case 'assert':
        this.read(one.of);
        return;
      case 'if':
        this.read(one.condition);
        for (const inner of [...one.whenTrue, ...one.whenFalse]) this.statement(inner);
        return;
      case 'while':
        this.read(one.condition);
        for (const inner of one.body) this.statement(inner);
        return;
      default:
    }
  }

  private read(of: Reference, count = 1): void {
    this.reference(of, count, this.accessed.read);
  }

  private write(to: Reference, count = 1): void {
    this.reference(to, count, this.accessed.written);
  }

  private reference(of: Reference, count: number, into: Set<number>): void {
    if (of.space === 'scratch') for (let i = 0; i < count; i++) this.accessed.scratch.add(of.at + i);
    else if (of.space === 'variable') this.touch(into, of.at, count);
    else if (of.space === 'signal') this.address(of.at);
  }

  private touch(into: Set<number>, at: Address, count: number): void {
    const place = fixed(at);
    const first = place ?? lowest(at);
    const end = place === undefined ? this.size : place + count;
    for (let i = first; i < end; i++) into.add(i);
    this.address(at);
  }

  private address(at: Address): void {
    if (at.kind === 'sum' || at.kind === 'product') {
      this.address(at.left);
      this.address(at.right);
    } else if (at.kind === 'toInt') this.read(at.of);
  }
}
