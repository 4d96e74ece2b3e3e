import { POSITIONS_PER_CHUNK } from './limits.ts';
import type { RiskPreset } from './riskPreset.ts';
import type { Shape } from './shape.ts';

/** What a deployment fixes for its life: its risk rule, and the shapes it has circuits for, cheapest first. */
export interface Deployment {
  readonly name: string;
  /** Columns of the risk table, as many as the risk rule makes. Column 0 is the mark. */
  readonly columns: 15 | 30;
  readonly risk: RiskPreset;
  readonly shapes: readonly [Shape, ...Shape[]];
}

/** The largest shape: what every batch is filled against; the batcher proves it with the cheapest that fits. */
export const largestShape = ({ shapes }: Deployment): Shape => shapes[shapes.length - 1] ?? shapes[0];

/** Most positions an account may hold: those of the widest row among the deployment's shapes. */
export const positionLimit = ({ shapes }: Deployment): number =>
  Math.max(...shapes.flatMap((shape) => shape.accountChunks)) * POSITIONS_PER_CHUNK;

/** Most instruments that may be listed at a time: the rows that the largest shape's risk table has. */
export const instrumentLimit = (deployment: Deployment): number => largestShape(deployment).instruments;
