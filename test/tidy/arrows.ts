/**
 * Who may import whom: the whole table. `docs/ARCHITECTURE.md` shows it, `test/imports.test.ts` holds the code to it.
 *
 * A row is a folder with all below it that has no row of its own, or a file; it may import itself, what `imports` names,
 * and `packages`. `node/core` in a row stands for all of core. Type imports count as any other, and every arrow is one
 * that some file draws: what nobody needs goes out of the table.
 *
 * Rows are in the order in which the code builds up, so that arrows point upwards.
 *
 * Tests (see `isTestCode`) may import what `inTests` names as well, and any package.
 */
export interface Row {
  readonly of: string;
  readonly imports: readonly string[];
  readonly inTests?: readonly string[];
  /** By name; `node:` are Node's own modules. */
  readonly packages?: readonly string[];
}

const CORE: readonly Row[] = [
  { of: 'node/core/codedError.ts', imports: [] },
  { of: 'node/core/units', imports: [] },
  { of: 'node/core/protocol', imports: ['node/core/units'] },
  { of: 'node/core/crypto', imports: ['node/core/protocol'], inTests: ['node/crypto'], packages: ['@noble/hashes'] },
  { of: 'node/core/tree', imports: ['node/core/units', 'node/core/crypto'], inTests: ['node/crypto'] },
  {
    of: 'node/core/codec',
    imports: ['node/core/codedError.ts', 'node/core/units', 'node/core/protocol', 'node/core/crypto'],
    inTests: ['node/crypto'],
    packages: ['@noble/hashes'],
  },
  {
    of: 'node/core/risk',
    imports: ['node/core/units', 'node/core/protocol', 'node/core/crypto', 'node/core/codec'],
    inTests: ['node/crypto'],
  },
  { of: 'node/core/pricing', imports: ['node/core/protocol'], inTests: ['test'] },
  {
    of: 'node/core/ledger',
    imports: [
      'node/core/codedError.ts',
      'node/core/units',
      'node/core/protocol',
      'node/core/crypto',
      'node/core/tree',
      'node/core/codec',
      'node/core/risk',
    ],
    inTests: ['node/crypto'],
    packages: ['@noble/hashes'],
  },
  { of: 'node/core/matching', imports: [], inTests: ['test'] },
  {
    of: 'node/core/machine',
    imports: [
      'node/core/codedError.ts',
      'node/core/units',
      'node/core/protocol',
      'node/core/codec',
      'node/core/risk',
      'node/core/ledger',
      'node/core/matching',
    ],
    inTests: ['test'],
    packages: ['@noble/hashes'],
  },
  {
    of: 'node/core/heads',
    imports: ['node/core/units', 'node/core/crypto', 'node/core/codec'],
    inTests: ['node/crypto'],
    packages: ['@noble/curves', '@noble/hashes'],
  },
];

const PROVER: readonly Row[] = [
  { of: 'circuits/instantiate.ts', imports: ['node/core'] },
  { of: 'prover/artifacts', imports: ['node/core'], packages: ['node:', 'zod'] },
  { of: 'prover/native/witness', imports: [], packages: ['node:'] },
  {
    of: 'prover/native',
    imports: ['prover/native/witness'],
    inTests: ['node/core', 'prover/artifacts', 'node/crypto', 'prover/prove', 'prover/setup', 'prover/witness', 'test'],
    packages: ['node:'],
  },
  { of: 'node/crypto', imports: ['node/core', 'prover/native'], packages: ['@noble/curves', 'circomlibjs', 'node:'] },
  { of: 'node/rpc', imports: ['node/core'], packages: ['@noble/hashes', 'fastify', 'node:', 'ws', 'zod'] },
  {
    of: 'prover/prove',
    imports: ['node/core', 'prover/artifacts', 'prover/native/witness', 'prover/native'],
    inTests: ['prover/setup', 'prover/witness'],
    packages: ['commander', 'ffjavascript', 'node:', 'snarkjs', 'zod'],
  },
  {
    of: 'prover/setup',
    imports: [
      'node/core',
      'circuits/instantiate.ts',
      'prover/artifacts',
      'prover/native/witness',
      'prover/native',
      'prover/prove',
    ],
    inTests: ['prover/witness', 'test'],
    packages: ['@noble/curves', '@noble/hashes', 'commander', 'ffjavascript', 'node:', 'snarkjs', 'zod'],
  },
  {
    of: 'prover/witness',
    imports: ['node/core', 'prover/native'],
    inTests: ['prover/artifacts', 'prover/setup'],
    packages: ['node:', 'snarkjs'],
  },
  {
    of: 'prover/queue',
    imports: ['node/core', 'prover/artifacts', 'node/rpc', 'prover/prove', 'prover/witness'],
    inTests: ['node/crypto'],
    packages: ['node:', 'zod'],
  },
  {
    of: 'prover',
    imports: ['node/core', 'node/crypto', 'prover/prove', 'prover/setup', 'prover/witness', 'prover/queue'],
    inTests: ['prover/artifacts'],
    packages: ['commander', 'node:', 'pino'],
  },
  {
    of: 'circuits/transcript',
    imports: ['node/core', 'circuits/instantiate.ts', 'prover/artifacts', 'prover/setup'],
    packages: ['node:'],
  },
  {
    of: 'circuits',
    imports: ['node/core', 'prover/artifacts', 'node/crypto', 'prover/setup', 'circuits/transcript'],
    packages: ['commander'],
  },
  { of: 'contracts/abi', imports: [] },
  {
    of: 'contracts',
    imports: ['node/core', 'prover/artifacts', 'prover/prove', 'prover/setup', 'contracts/abi'],
    packages: ['node:', 'viem'],
  },
];

const NODE: readonly Row[] = [
  { of: 'node/alarms.ts', imports: [] },
  { of: 'node/clock.ts', imports: [] },
  { of: 'node/repeat.ts', imports: ['node/clock.ts'] },
  { of: 'node/storage', imports: ['node/core'], packages: ['level', 'node:'] },
  {
    of: 'node/l1',
    imports: ['node/core', 'prover/prove', 'contracts/abi', 'node/clock.ts', 'node/storage'],
    packages: ['viem', 'zod'],
  },
  {
    of: 'node/log',
    imports: ['node/core', 'node/crypto', 'node/clock.ts', 'node/storage'],
    packages: ['node:'],
  },
  {
    of: 'node/settlement',
    imports: ['node/core', 'prover/setup', 'contracts/abi', 'node/alarms.ts', 'node/clock.ts', 'node/l1'],
    inTests: ['contracts'],
    packages: ['viem'],
  },
  {
    of: 'node/batcher',
    imports: [
      'node/core',
      'node/rpc',
      'prover/prove',
      'node/alarms.ts',
      'node/storage',
      'node/l1',
      'node/log',
      'node/settlement',
    ],
    inTests: ['prover/native', 'node/watcher', 'test'],
    packages: ['prom-client', 'viem', 'zod'],
  },
  {
    of: 'node/oracle',
    imports: ['node/core', 'node/crypto', 'node/rpc', 'node/clock.ts', 'node/l1'],
    inTests: ['contracts/abi'],
    packages: ['commander', 'csv-parse', 'node:', 'viem', 'zod'],
  },
  {
    of: 'node/replica',
    imports: [
      'node/core',
      'node/crypto',
      'node/alarms.ts',
      'node/clock.ts',
      'node/storage',
      'node/log',
      'node/batcher',
      'node/oracle',
    ],
    inTests: ['test'],
    packages: ['node:', 'zod'],
  },
  {
    of: 'node/sequencer',
    imports: [
      'node/core',
      'node/crypto',
      'node/alarms.ts',
      'node/clock.ts',
      'node/repeat.ts',
      'node/l1',
      'node/log',
      'node/settlement',
      'node/batcher',
      'node/oracle',
      'node/replica',
    ],
    inTests: ['node/crypto', 'node/storage', 'test'],
    packages: ['viem'],
  },
  { of: 'node/gateway', imports: ['node/core', 'node/crypto', 'node/rpc', 'node/log', 'node/sequencer'] },
  {
    of: 'node/app',
    imports: [
      'node/core',
      'node/crypto',
      'node/rpc',
      'prover/prove',
      'prover/setup',
      'node/alarms.ts',
      'node/clock.ts',
      'node/repeat.ts',
      'node/storage',
      'node/l1',
      'node/log',
      'node/settlement',
      'node/batcher',
      'node/oracle',
      'node/replica',
      'node/sequencer',
      'node/gateway',
    ],
    inTests: ['contracts', 'node/watcher', 'test'],
    packages: ['commander', 'node:', 'pino', 'prom-client', 'viem', 'zod'],
  },
  {
    of: 'node/watcher',
    imports: [
      'node/core',
      'node/crypto',
      'prover/prove',
      'prover/setup',
      'contracts/abi',
      'node/clock.ts',
      'node/l1',
      'node/oracle',
    ],
    inTests: ['prover/artifacts', 'contracts', 'node/devnet', 'test'],
    packages: ['commander', 'node:', 'viem', 'zod'],
  },
  {
    of: 'node/devnet',
    imports: [
      'node/core',
      'prover/artifacts',
      'prover/native',
      'node/crypto',
      'node/rpc',
      'prover/prove',
      'prover/setup',
      'prover/queue',
      'contracts/abi',
      'contracts',
      'node/l1',
      'node/oracle',
      'node/app',
      'node/watcher',
    ],
    inTests: ['test'],
    packages: ['commander', 'listr2', 'node:', 'viem'],
  },
  { of: 'node/main.ts', imports: ['node/devnet'] },
];

/** `test` holds what spans folders, and may look at all of them; it lives above them, so nothing imports it. */
const TEST: Row = {
  of: 'test',
  imports: ['node', 'prover', 'circuits', 'contracts'],
};

export const ARROWS: readonly Row[] = [...CORE, ...PROVER, ...NODE, TEST];

/** Test code may be anywhere; no other code may import it. */
export const isTestCode = (path: string): boolean =>
  path.startsWith('test/') || /\.(test|fixture)\.ts$|\/(testdata|fuzz)\//.test(path);
