import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CompiledContracts, compileContracts, MAX_CODE_BYTES } from '../../contracts/compile.ts';
import { ABI_FILES, abiModule } from '../../contracts/generateAbi.ts';
import { openArtifactStore } from '../../prover/artifacts/artifactStore.ts';

let compiled: CompiledContracts;
beforeAll(async () => {
  compiled = await compileContracts({ store: openArtifactStore() });
});

describe('the generated ABIs', () => {
  it.each(ABI_FILES)('$file is what `node contracts/generateAbi.ts` writes', async ({ file, name, contract }) => {
    const text = await readFile(join(import.meta.dirname, '../../contracts/abi', file), 'utf8');
    expect(text).toBe(abiModule(compiled, name, contract));
  });

  it('the exchange fits into a contract and compiles without a warning', () => {
    const bytes = (compiled.contract('StraddleExchange').deployedBytecode.length - 2) / 2;
    expect(bytes).toBeLessThanOrEqual(MAX_CODE_BYTES);
    expect(compiled.warnings.filter((warning) => !warning.includes('--> @openzeppelin/'))).toEqual([]);
  });
});
