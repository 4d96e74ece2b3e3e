import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileContracts } from '../../contracts/compile.ts';
import { importsOf } from '../../contracts/soliditySources.ts';
import { type ArtifactStore, openArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { type Damage, installWith } from '../installation.ts';

let root: string;
let store: ArtifactStore;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'straddle-contracts-'));
  store = openArtifactStore({ root: join(root, 'cache') });
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(join(root, 'src'), { recursive: true, force: true });
  await mkdir(join(root, 'src/deep'), { recursive: true });
});

const HEAD = '// SPDX-License-Identifier: GPL-3.0\npragma solidity ^0.8.28;\n';
const put = (name: string, body: string): Promise<void> => writeFile(join(root, 'src', name), HEAD + body);

describe('compileContracts', () => {
  it('compiles relative and OpenZeppelin imports, keeps only our own, and caches', async () => {
    await put('deep/Base.sol', 'abstract contract Base { function one() public pure returns (uint256) { return 1; } }');
    await put(
      'Token.sol',
      'import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";\nimport "./deep/Base.sol";\n' +
        'contract Token is ERC20("T", "T"), Base {}',
    );
    const first = await compileContracts({ store, root });
    const second = await compileContracts({ store, root });
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect([...second.contracts.keys()].sort()).toEqual(['Base', 'Token']);
    expect(second.contract('Base').bytecode).toBe('0x');
    expect(second.contract('Token').source).toBe('src/Token.sol:Token');
    expect(second.contract('Token').abi).toContainEqual(
      expect.objectContaining({ name: 'transfer', type: 'function' }),
    );
    expect(second.contract('Token').deployedBytecode).toMatch(/^0x60[0-9a-f]{200,}$/);
    expect(second.warnings).toEqual([]);
    expect(() => second.contract('Nope')).toThrowError(expect.objectContaining({ code: 'CONTRACT_UNKNOWN' }));
  });

  it('gives the message and the place of an error', async () => {
    await put('Bad.sol', 'contract Bad { function f() public { missing(); } }');
    const error = await compileContracts({ store, root }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CONTRACT_INVALID', data: { errors: 1 } });
    expect(String(error)).toContain('src/Bad.sol:3');
  });

  it('refuses a contract above 24,576 bytes', async () => {
    const text = 'x'.repeat(25_000);
    await put('Big.sol', `contract Big { function f() public pure returns (string memory) { return "${text}"; } }`);
    // Through the IR the compiler builds such a string in less code.
    await expect(compileContracts({ store, root, viaIR: false })).rejects.toMatchObject({
      code: 'CONTRACT_TOO_LARGE',
      data: { contract: 'Big', limit: 24_576 },
    });
  });

  it('names a missing import, an empty folder and two contracts of one name', async () => {
    await expect(compileContracts({ store, root })).rejects.toMatchObject({ code: 'CONTRACT_SOURCE_MISSING' });
    await put('A.sol', 'import "./None.sol";');
    await expect(compileContracts({ store, root })).rejects.toMatchObject({
      code: 'CONTRACT_SOURCE_MISSING',
      data: { name: 'src/None.sol', from: 'src/A.sol' },
    });
    await put('A.sol', 'contract Same {}');
    await put('B.sol', 'contract Same {}');
    await expect(compileContracts({ store, root })).rejects.toMatchObject({ code: 'CONTRACT_INVALID' });
  });
});

describe('a compiler that is not as it was published', () => {
  /** What compiling says in an installation whose solc is damaged so. */
  const saidWith = (solc: Damage): string => {
    const copy = installWith({ solc });
    try {
      return copy.run(`
        import { compileContracts } from './contracts/compile.ts';
        import { openArtifactStore } from './prover/artifacts/artifactStore.ts';
        const options = { store: openArtifactStore(), root: ${JSON.stringify(root)} };
        await compileContracts(options).catch((error) => console.log(error.code, error.message));`);
    } finally {
      copy.remove();
    }
  };
  beforeEach(() => put('One.sol', 'contract One {}'));

  it('compiles where nothing is damaged', () => {
    expect(saidWith({})).toBe('');
  });

  it('is missing', () => {
    expect(saidWith('missing')).toMatch(/^CONTRACT_COMPILER_MISSING .*npm install/);
  });

  it('ends early, with its last words', () => {
    const said = saidWith({ 'index.js': 'throw new Error("torn")' });
    expect(said).toMatch(/^CONTRACT_COMPILER_CRASHED .*exit code 3/);
    expect(said).toContain('is not installed');
    const later = saidWith({ 'index.js': 'exports.compile = () => { throw new Error("no memory left"); }' });
    expect(later).toMatch(/^CONTRACT_COMPILER_CRASHED .*exit code 1/);
    expect(later).toContain('no memory left');
  });

  it('answers with what is no JSON', () => {
    expect(saidWith({ 'index.js': 'exports.compile = () => "{"' })).toMatch(/^CONTRACT_COMPILER_CRASHED .*no JSON/);
  });
});

describe('importsOf', () => {
  it('sees every form of import, and no comment', () => {
    const source = `import "./a.sol"; import {B, C as D} from './b.sol'; import * as E from "@c/c.sol";
      // import "./no.sol";
      import {F}
        from "./f.sol";`;
    expect(importsOf(source)).toEqual(['./a.sol', './b.sol', '@c/c.sol', './f.sol']);
  });
});
