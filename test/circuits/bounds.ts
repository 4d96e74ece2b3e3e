import type { Bound } from './Bound.ts';
import type { Lie } from './Lie.ts';
import { RULE_BOUNDS } from './ruleBounds.ts';
import { WIDTH_BOUNDS } from './widthBounds.ts';

/** Every exact bound of the circuit: the batch on it must be accepted, the one beyond it refused. */
export const BOUNDS: readonly Bound[] = [...RULE_BOUNDS, ...WIDTH_BOUNDS];

export const BEYOND: readonly Lie[] = BOUNDS.map(({ name, beyond }) => ({ name: `beyond: ${name}`, ...beyond }));
