import {
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
} from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import type { L1, L1At } from './L1.ts';
import { L1Error } from './L1Error.ts';

type View<Contract extends Abi> = ContractFunctionName<Contract, 'view' | 'pure'>;

/** One view of a contract, at one state of it. */
export interface ContractView<Contract extends Abi, Name extends View<Contract>> {
  readonly address: Address;
  readonly abi: Contract;
  readonly name: Name;
  readonly args: ContractFunctionArgs<Contract, 'view' | 'pure', Name>;
  readonly at: L1At;
}

/** @throws L1Error; L1_UNREADABLE if what comes back is not what the ABI says, as of an address without a contract */
export async function readContract<const Contract extends Abi, Name extends View<Contract>>(
  l1: L1,
  { abi, address, args, at, name }: ContractView<Contract, Name>,
): Promise<ContractFunctionReturnType<Contract, 'view' | 'pure', Name>> {
  const data = encodeFunctionData({ abi, functionName: name, args } as never);
  const answer: Hex = await l1.call({ to: address, data }, at);
  try {
    return decodeFunctionResult({ abi, functionName: name, data: answer } as never) as never;
  } catch (cause) {
    const message = `${name} of ${address} gives nothing that can be read: ${answer.slice(0, 100)}`;
    throw new L1Error('L1_UNREADABLE', message, { address, name }, cause);
  }
}

export type ExchangeView = View<typeof straddleExchangeAbi>;

/** A view of the exchange. @throws as readContract */
export const readExchange = <Name extends ExchangeView>(
  l1: L1,
  address: Address,
  at: L1At,
  name: Name,
  args: ContractFunctionArgs<typeof straddleExchangeAbi, 'view' | 'pure', Name>,
): Promise<ContractFunctionReturnType<typeof straddleExchangeAbi, 'view' | 'pure', Name>> =>
  readContract(l1, { address, abi: straddleExchangeAbi, name, args, at });
