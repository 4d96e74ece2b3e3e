import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { compileContracts } from './compile.ts';
import { linkedCode } from './linkedCode.ts';

/** Where the Solidity tests read the code that they deploy (contracts/test/ShippedCode.sol). */
const FOLDER = join(import.meta.dirname, 'shipped');
/** Where ShippedCode.sol puts the libraries' code. */
export const LIBRARIES = {
  L1Ops: '0x00000000000000000000000000000000000b0b01',
  PriceBound: '0x00000000000000000000000000000000000b0b02',
} as const;
/** Contracts proper, and what the tests put around libraries to reach them; both through the same compiler settings. */
const SOURCES = ['src', 'test/harness'];

/**
 * Writes the creation code of every contract, as compile.ts ships it, to contracts/shipped/<name>.json. forge deploys
 * these, so that tests and gas are of the bytecode that is deployed, and so that forge compiles nothing but tests.
 *
 * @throws ContractError, ArtifactError
 */
export async function writeShippedCode(store: ArtifactStore): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const write = (name: string, object: string) =>
    writeFile(join(FOLDER, `${name}.json`), JSON.stringify({ bytecode: { object } }));
  for (const folder of SOURCES) {
    const compiled = await compileContracts({ store, folder });
    for (const { name, bytecode, deployedBytecode } of compiled.contracts.values()) {
      if (bytecode === '0x') continue;
      const isLibrary = name in LIBRARIES;
      await write(name, isLibrary ? deployedBytecode : linkedCode(compiled, name, LIBRARIES));
    }
  }
}
