import type { Operation } from './fieldOperations.ts';

/** Integer arithmetic of a generator's addresses. `variable` is an identity of the parser's: one per declaration in scope. */
export type Address =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'sum' | 'product'; readonly left: Address; readonly right: Address }
  | { readonly kind: 'variable'; readonly id: number }
  | { readonly kind: 'element'; readonly variable: number; readonly index: Address }
  | { readonly kind: 'toInt'; readonly of: Reference }
  /** Of the component in slot `component`: where its signals start; a property of its input or output `signal`. */
  | { readonly kind: 'start'; readonly component: Address }
  | {
      readonly kind: 'io';
      readonly component: Address;
      readonly signal: number;
      /** A number: the length of the dimension after that one. */
      readonly property: 'offset' | 'size' | number;
    };

/** Where a field element lies: signals are counted from the first of the component that runs. */
export type Reference =
  | { readonly space: 'signal'; readonly at: Address }
  | { readonly space: 'variable'; readonly at: Address }
  | { readonly space: 'scratch'; readonly at: number; readonly plus?: Address }
  | { readonly space: 'constant'; readonly at: number; readonly plus?: Address }
  | { readonly space: 'argument'; readonly call: number; readonly at: number };

/** Components of an array, created one after the other: names and places of all that exist. */
export interface Creation {
  readonly template: string;
  /** Slots among the parent's subcomponents. */
  readonly slots: readonly number[];
  readonly names: readonly string[];
  /** First signals, from the parent's first. */
  readonly starts: readonly number[];
}

export type Statement =
  | { readonly kind: 'constants'; readonly to: readonly number[]; readonly from: readonly number[] }
  | { readonly kind: 'destination'; readonly id: number; readonly reference: Reference }
  | { readonly kind: 'store'; readonly id: number; readonly from: Reference; readonly count: number }
  | {
      readonly kind: 'operation';
      readonly operation: Operation;
      readonly to: Reference;
      readonly a: Reference;
      readonly b: Reference | undefined;
      readonly line: number;
    }
  | { readonly kind: 'set'; readonly id: number; readonly index: Address | undefined; readonly value: Address }
  | { readonly kind: 'create'; readonly creation: Creation }
  /** `count` inputs of a component were set; it runs with the last. */
  | { readonly kind: 'supplied'; readonly component: Address; readonly count: number; readonly line: number }
  | { readonly kind: 'call'; readonly id: number; readonly arena: number }
  | {
      readonly kind: 'argument';
      readonly call: number;
      readonly at: number;
      readonly from: Reference;
      readonly count: number;
    }
  | {
      readonly kind: 'invoke';
      readonly call: number;
      readonly function: string;
      readonly to: Reference;
      readonly count: number;
    }
  | { readonly kind: 'return'; readonly from: Reference; readonly count: number }
  | { readonly kind: 'assert'; readonly of: Reference; readonly line: number }
  | {
      readonly kind: 'if';
      readonly condition: Reference;
      readonly whenTrue: Statement[];
      readonly whenFalse: Statement[];
    }
  | { readonly kind: 'while'; readonly condition: Reference; readonly body: Statement[] }
  /** [a, a + count) = [b, b + count), element by element, into `to`. */
  | {
      readonly kind: 'equalArrays';
      readonly to: Reference;
      readonly a: Reference;
      readonly b: Reference;
      readonly count: number;
    };

export interface Template {
  /** As in the source; `id` counts instances. */
  readonly name: string;
  readonly id: number;
  readonly inputs: number;
  readonly variables: number;
  readonly body: readonly Statement[];
}

export interface GeneratorFunction {
  readonly name: string;
  readonly body: readonly Statement[];
}

export interface Generator {
  /** By the unique name that calls use, e.g. `Num2Bits_3`. */
  readonly templates: ReadonlyMap<string, Template>;
  readonly functions: ReadonlyMap<string, GeneratorFunction>;
  readonly main: string;
  readonly sizes: GeneratorSizes;
}

/** The counts that the .dat file's layout follows from. */
export interface GeneratorSizes {
  readonly inputStart: number;
  readonly inputs: number;
  readonly signals: number;
  readonly hashes: number;
  readonly witness: number;
  readonly constants: number;
  readonly ioMap: number;
  readonly busMap: number;
}
