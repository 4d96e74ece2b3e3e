import { type Address, type Hex, keccak256, toHex } from 'viem';
import { ContractError } from './ContractError.ts';
import type { CompiledContracts } from './compile.ts';

/** The libraries whose code the exchange calls into; each is deployed once, before it. */
const LINKED_LIBRARIES = ['L1Ops', 'PriceBound'] as const;

export type LinkedLibraries = Readonly<Record<(typeof LINKED_LIBRARIES)[number], Address>>;

/** What solc leaves in code for the address of a library, by its source (`src/libraries/X.sol:X`). */
const placeholder = (source: string): string => `__$${keccak256(toHex(source)).slice(2, 36)}$__`;

/**
 * A contract's creation code with the libraries' addresses in it.
 *
 * @throws ContractError CONTRACT_UNKNOWN, CONTRACT_UNLINKED for a library that is not in LINKED_LIBRARIES
 */
export function linkedCode(artifacts: CompiledContracts, name: string, libraries: LinkedLibraries): Hex {
  let code: string = artifacts.contract(name).bytecode;
  if (!code.includes('_')) return code as Hex;
  for (const library of LINKED_LIBRARIES) {
    code = code.replaceAll(placeholder(artifacts.contract(library).source), libraries[library].slice(2).toLowerCase());
  }
  if (!code.includes('_')) return code as Hex;
  const message = `${name} calls into a library that is not deployed for it. Add the library to LINKED_LIBRARIES.`;
  throw new ContractError('CONTRACT_UNLINKED', message, { name });
}
