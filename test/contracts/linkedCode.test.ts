import { keccak256, toHex } from 'viem';
import { expect, it } from 'vitest';
import type { CompiledContracts } from '../../contracts/compile.ts';
import { linkedCode } from '../../contracts/linkedCode.ts';

const LIBRARIES = { L1Ops: `0x${'aA'.repeat(20)}`, PriceBound: `0x${'bb'.repeat(20)}` } as const;
const sourceOf = (name: string): string => `src/libraries/${name}.sol:${name}`;
const placeholder = (name: string): string => `__$${keccak256(toHex(sourceOf(name))).slice(2, 36)}$__`;

const artifacts = (bytecode: string): CompiledContracts => ({
  contracts: new Map(),
  contract: (name) => ({
    name,
    source: sourceOf(name),
    abi: [],
    bytecode: `0x${name === 'Exchange' ? bytecode : '00'}`,
    deployedBytecode: '0x',
  }),
  warnings: [],
  cached: true,
});

it("puts every library's address where the compiler left room, and leaves other code alone", () => {
  const code = `60${placeholder('L1Ops')}61${placeholder('PriceBound')}62${placeholder('L1Ops')}`;
  const linked = `0x60${'aa'.repeat(20)}61${'bb'.repeat(20)}62${'aa'.repeat(20)}`;
  expect(linkedCode(artifacts(code), 'Exchange', LIBRARIES)).toBe(linked);
  expect(linkedCode(artifacts('6001'), 'Exchange', LIBRARIES)).toBe('0x6001');
});

it('code that calls into another library is not deployed', () => {
  const code = `60${placeholder('L1Ops')}61${placeholder('Forgotten')}`;
  expect(() => linkedCode(artifacts(code), 'Exchange', LIBRARIES)).toThrow(
    expect.objectContaining({ code: 'CONTRACT_UNLINKED', data: { name: 'Exchange' } }),
  );
});
