import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { hashBytes } from '../prover/artifacts/contentHash.ts';
import { ContractError } from './ContractError.ts';
import { readSoliditySources, type SoliditySources } from './soliditySources.ts';

const require = createRequire(import.meta.url);
const WRAPPER = join(import.meta.dirname, 'solc-wrapper.cjs');
/** EIP-170: the most bytes of code a contract may have. */
export const MAX_CODE_BYTES = 24_576;

/** What the shipped contracts are compiled with. foundry.toml compiles tests alone, which deploy what this makes. */
export const SOLC_SETTINGS = {
  optimizer: { enabled: true, runs: 200 },
  // Without it the exchange does not fit into MAX_CODE_BYTES.
  viaIR: true,
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none', appendCBOR: false },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
} as const;

export type CompileContractsOptions = {
  readonly store: ArtifactStore;
  /** Directory whose `folder` holds the sources; default: this one. */
  readonly root?: string;
  readonly folder?: string;
  readonly viaIR?: boolean;
  readonly signal?: AbortSignal;
};

/**
 * One compiled contract. `bytecode` is empty ('0x') for interfaces and abstract contracts, and of no use before it is
 * linked (linkedCode.ts) if the contract calls into libraries.
 */
export type CompiledContract = {
  readonly name: string;
  /** File and contract, as in `src/Exchange.sol:Exchange`. */
  readonly source: string;
  readonly abi: readonly unknown[];
  readonly bytecode: `0x${string}`;
  readonly deployedBytecode: `0x${string}`;
};

export type CompiledContracts = {
  /** By contract name; names are unique, or compiling fails. */
  readonly contracts: ReadonlyMap<string, CompiledContract>;
  /** One contract; CONTRACT_UNKNOWN if there is no such. */
  readonly contract: (name: string) => CompiledContract;
  /** The compiler's warnings, formatted; empty when it had none. */
  readonly warnings: readonly string[];
  readonly cached: boolean;
};

type Diagnostic = { readonly severity: string; readonly formattedMessage?: string; readonly message: string };
type Unit = {
  readonly abi: readonly unknown[];
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: { readonly object: string };
  };
};
type SolcOutput = {
  readonly errors?: readonly Diagnostic[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, Unit>>>>;
};
type Compiled = { readonly contracts: readonly CompiledContract[]; readonly warnings: readonly string[] };

async function findCompiler(): Promise<{ readonly version: string; readonly nodeModules: string }> {
  try {
    const packageFile = require.resolve('solc/package.json');
    const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { readonly version: string };
    return { version, nodeModules: dirname(dirname(packageFile)) };
  } catch (cause) {
    const message = 'The Solidity compiler (npm package solc) is not installed. Run npm install.';
    throw new ContractError('CONTRACT_COMPILER_MISSING', message, {}, cause);
  }
}

function runSolc(input: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRAPPER, '--standard-json'], { signal });
    const output: Buffer[] = [];
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-4000);
    });
    child.on('error', reject);
    child.stdin.on('error', () => undefined);
    child.on('close', (exitCode) => {
      if (exitCode === 0) return resolve(Buffer.concat(output).toString('utf8'));
      const message = `The Solidity compiler failed (exit code ${exitCode}). Run npm install, then retry.\n${complaint}`;
      return reject(new ContractError('CONTRACT_COMPILER_CRASHED', message, { exitCode: exitCode ?? -1 }));
    });
    child.stdin.end(input);
  });
}

function formatted(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((item) => (item.formattedMessage ?? item.message).trim());
}

function requireFits(contract: CompiledContract): void {
  const bytes = (contract.deployedBytecode.length - 2) / 2;
  if (bytes <= MAX_CODE_BYTES) return;
  const message = `${contract.source} has ${bytes} bytes of code, ${bytes - MAX_CODE_BYTES} more than a contract may have.`;
  const data = { contract: contract.name, bytes, limit: MAX_CODE_BYTES };
  throw new ContractError('CONTRACT_TOO_LARGE', `${message} Move code into a library, or shorten it.`, data);
}

/** The contracts of our own sources; imported packages are compiled with them but not kept. */
function collect(output: SolcOutput, folder: string): Compiled {
  const errors = (output.errors ?? []).filter((item) => item.severity === 'error');
  if (errors.length > 0) {
    const text = formatted(errors).join('\n\n');
    throw new ContractError('CONTRACT_INVALID', `The contracts do not compile:\n\n${text}`, { errors: errors.length });
  }
  const contracts = new Map<string, CompiledContract>();
  for (const [file, units] of Object.entries(output.contracts ?? {})) {
    if (!file.startsWith(`${folder}/`)) continue;
    for (const [name, { abi, evm }] of Object.entries(units)) {
      const source = `${file}:${name}`;
      const other = contracts.get(name);
      if (other !== undefined) {
        const message = `${source} and ${other.source} have the same name. Rename one of them.`;
        throw new ContractError('CONTRACT_INVALID', message, { name });
      }
      const [bytecode, deployedBytecode] = [`0x${evm.bytecode.object}`, `0x${evm.deployedBytecode.object}`] as const;
      const contract: CompiledContract = { name, source, abi, bytecode, deployedBytecode };
      requireFits(contract);
      contracts.set(name, contract);
    }
  }
  return {
    contracts: [...contracts.values()],
    warnings: formatted((output.errors ?? []).filter((e) => e.severity !== 'error')),
  };
}

async function compileSources(
  sources: SoliditySources,
  folder: string,
  viaIR: boolean,
  signal: AbortSignal | undefined,
): Promise<Compiled> {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: { ...SOLC_SETTINGS, viaIR },
  };
  const text = await runSolc(JSON.stringify(input), signal);
  let output: SolcOutput;
  try {
    output = JSON.parse(text) as SolcOutput;
  } catch (cause) {
    const message = 'The Solidity compiler gave no JSON. Run npm install, then retry.';
    throw new ContractError('CONTRACT_COMPILER_CRASHED', message, { output: text.slice(0, 500) }, cause);
  }
  return collect(output, folder);
}

/**
 * Compiles every .sol below `contracts/src` with npm's solc, or finds the result in the cache. The sources are read
 * once: what is hashed is what is compiled.
 *
 * @throws ContractError CONTRACT_INVALID (with the compiler's messages), CONTRACT_TOO_LARGE, CONTRACT_SOURCE_MISSING,
 * CONTRACT_COMPILER_MISSING, CONTRACT_COMPILER_CRASHED; ArtifactError
 */
export async function compileContracts(options: CompileContractsOptions): Promise<CompiledContracts> {
  const { store, root = import.meta.dirname, folder = 'src', viaIR = SOLC_SETTINGS.viaIR } = options;
  const { version, nodeModules } = await findCompiler();
  const sources = await readSoliditySources(root, folder, nodeModules);
  const artifact = await store.build({
    step: 'contracts',
    inputs: {
      sources: hashBytes(JSON.stringify(sources)),
      compiler: `solc ${version}`,
      settings: JSON.stringify({ ...SOLC_SETTINGS, viaIR, folder }),
    },
    expects: ['compiled.json'],
    signal: options.signal,
    run: async (directory, onProgress) => {
      onProgress({ step: 'compiling contracts' });
      const compiled = await compileSources(sources, folder, viaIR, options.signal);
      await writeFile(join(directory, 'compiled.json'), JSON.stringify(compiled));
    },
  });
  const compiled = JSON.parse(await readFile(artifact.path('compiled.json'), 'utf8')) as Compiled;
  const contracts = new Map(compiled.contracts.map((contract) => [contract.name, contract]));
  const contract = (name: string): CompiledContract => {
    const found = contracts.get(name);
    if (found !== undefined) return found;
    const message = `There is no contract ${name} below ${join(root, folder)}. Check the name.`;
    throw new ContractError('CONTRACT_UNKNOWN', message, { name });
  };
  return { contracts, contract, warnings: compiled.warnings, cached: artifact.cached };
}
