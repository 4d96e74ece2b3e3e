import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SOLC_SETTINGS } from '../../../contracts/compile.ts';
import { LIBRARIES } from '../../../contracts/shippedCode.ts';
import { readSoliditySources, type SoliditySources } from '../../../contracts/soliditySources.ts';
import type { ContractMutant } from './ContractMutant.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CONTRACTS = join(ROOT, 'contracts');
const NODE_MODULES = join(ROOT, 'node_modules');
const SOURCES = ['src', 'test/harness'];
const LIBRARY_SOURCES = Object.entries(LIBRARIES).map(
  ([name, address]) => [`src/libraries/${name}.sol`, { [name]: address }] as const,
);
/** As compile.ts has them but for the IR, which takes five times as long; the code is then too large for L1. */
const SETTINGS = {
  ...SOLC_SETTINGS,
  viaIR: false,
  libraries: Object.fromEntries(LIBRARY_SOURCES),
  outputSelection: Object.fromEntries(
    ['src/StraddleExchange.sol', 'src/StraddleGovernance.sol', 'test/harness/VerifierHarness.sol']
      .concat(LIBRARY_SOURCES.map(([name]) => name))
      .map((name) => [name, { '*': ['evm.bytecode.object', 'evm.deployedBytecode.object'] }]),
  ),
};
const CODE_SIZE_LIMIT = '100000';
/** A mutant whose loop does not end is caught. */
const TIMEOUT_MS = 240_000;

/** Gas is judged of the shipped code. */
const LEFT_OUT = '^GasTest$';
/** Quick tests first; both stop at the first that fails. */
const SLOW = '^(InvariantsTest|Groth16BatchTest|OraclePriceBoundTest)$';
const FUZZ_RUNS = '48';

export type Outcome = {
  readonly kind: 'caught' | 'survives' | 'does not compile';
  /** The test that fails. */
  readonly by: string;
};

type Diagnostic = { readonly severity: string; readonly message: string };
type Unit = { readonly evm: Readonly<Record<'bytecode' | 'deployedBytecode', { readonly object: string }>> };
type Output = {
  readonly errors?: readonly Diagnostic[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Unit>>>>;
};
type Compiler = { readonly compile: (input: string) => string };

class MutantInvalid extends Error {}

/** Runs the Solidity tests against one mutant after the other, in a copy of contracts/ of its own. */
export class MutantJudge {
  readonly #directory: string;
  readonly #sources: SoliditySources;
  readonly #compiler: Compiler;

  private constructor(directory: string, sources: SoliditySources, compiler: Compiler) {
    this.#directory = directory;
    this.#sources = sources;
    this.#compiler = compiler;
  }

  /**
   * Only the code that the tests deploy is changed: what they import of the sources stays, so a changed constant is not
   * expected too, and forge compiles once.
   *
   * @throws Error if a test fails on the contracts as they stand: mend that first
   */
  static async create(): Promise<MutantJudge> {
    const directory = await mkdtemp(join(tmpdir(), 'straddle-contract-mutants-'));
    const copy = join(directory, 'contracts');
    await mkdir(join(copy, 'shipped'), { recursive: true });
    for (const name of ['src', 'test', 'contracts', 'solc-wrapper.cjs', 'foundry.toml']) {
      await cp(join(CONTRACTS, name), join(copy, name), { recursive: true });
    }
    await symlink(NODE_MODULES, join(directory, 'node_modules'));
    const sources: Record<string, string> = {};
    for (const folder of SOURCES) Object.assign(sources, await readSoliditySources(CONTRACTS, folder, NODE_MODULES));
    const compiler = createRequire(import.meta.url)('solc') as Compiler;
    const judge = new MutantJudge(directory, sources, compiler);
    const outcome = await judge.#judgeSources(sources);
    if (outcome.kind === 'survives') return judge;
    await judge.close();
    throw new Error(`the contracts as they stand fail: ${outcome.by}`);
  }

  judge(mutant: ContractMutant): Promise<Outcome> {
    return this.#judgeSources({ ...this.#sources, [`src/${mutant.file}`]: mutant.source });
  }

  async close(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #judgeSources(sources: SoliditySources): Promise<Outcome> {
    try {
      await this.#ship(sources);
    } catch (error) {
      if (error instanceof MutantInvalid) return { kind: 'does not compile', by: error.message };
      throw error;
    }
    const by =
      (await this.#failure(['--no-match-contract', `${LEFT_OUT}|${SLOW}`])) ??
      (await this.#failure(['--match-contract', SLOW]));
    return by === undefined ? { kind: 'survives', by: '' } : { kind: 'caught', by };
  }

  /** @throws MutantInvalid */
  async #ship(sources: SoliditySources): Promise<void> {
    const input = {
      language: 'Solidity',
      sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
      settings: SETTINGS,
    };
    const { errors = [], contracts = {} } = JSON.parse(this.#compiler.compile(JSON.stringify(input))) as Output;
    const error = errors.find(({ severity }) => severity === 'error');
    if (error !== undefined) throw new MutantInvalid(error.message);
    for (const [name, { evm }] of Object.values(contracts).flatMap((units) => Object.entries(units))) {
      const object = (name in LIBRARIES ? evm.deployedBytecode : evm.bytecode).object;
      const file = join(this.#directory, 'contracts', 'shipped', `${name}.json`);
      await writeFile(file, JSON.stringify({ bytecode: { object: `0x${object}` } }));
    }
  }

  /** The first test that fails, if any does. */
  async #failure(which: readonly string[]): Promise<string | undefined> {
    // A counterexample of one mutant would be tried on the next one first.
    for (const name of ['fuzz', 'invariant', 'test-failures']) {
      await rm(join(this.#directory, 'contracts', 'cache', name), { recursive: true, force: true });
    }
    const options = ['--fail-fast', '--threads', '1', '--fuzz-runs', FUZZ_RUNS, '--code-size-limit', CODE_SIZE_LIMIT];
    const child = spawn(
      join(NODE_MODULES, '.bin', 'forge'),
      ['test', '--root', 'contracts', '--color', 'never', ...options, ...which],
      { cwd: this.#directory, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    }
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    // forge ends with 0 when it cannot even begin.
    if (status === 0 && /[1-9]\d* tests passed, 0 failed/.test(output)) return undefined;
    if (status === null) return `no end after ${TIMEOUT_MS / 1000} s`;
    const failed = output.match(/^\[FAIL[^\n]*\)?\s(\w+\([^)\n]*\))/m)?.[1] ?? output.match(/^\[FAIL[^\n]*/m)?.[0];
    if (failed === undefined) throw new Error(`forge failed without a failing test:\n${output.slice(-3000)}`);
    return failed;
  }
}
