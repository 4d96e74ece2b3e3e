import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { compileContracts } from './compile.ts';

/** Where the Solidity tests read the code that they deploy (contracts/test/ShippedCode.sol). */
const FOLDER = join(import.meta.dirname, 'shipped');
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
  for (const folder of SOURCES) {
    const { contracts } = await compileContracts({ store, folder });
    for (const { name, bytecode } of contracts.values()) {
      if (bytecode === '0x') continue;
      await writeFile(join(FOLDER, `${name}.json`), JSON.stringify({ bytecode: { object: bytecode } }));
    }
  }
}
