import { type Address, type Hex, isAddress, isAddressEqual, isHex } from 'viem';
import type { L1Log } from './L1.ts';
import { L1Error } from './L1Error.ts';
import { isHash, unreadable } from './rpcValue.ts';

/**
 * An endpoint's answer to eth_getLogs: of the contract and the blocks that were asked for, each log whole, once, in its
 * place, and none that says it was removed.
 *
 * @throws L1Error L1_UNREADABLE if it is no list; L1_INCONSISTENT
 */
export function checkedLogs(answer: unknown, address: Address, fromBlock: bigint, toBlock: bigint): readonly L1Log[] {
  if (!Array.isArray(answer)) throw unreadable(`list of logs of blocks ${fromBlock} to ${toBlock}`, answer);
  const logs = answer.map((log: unknown) => checkedLog(log, address, fromBlock, toBlock));
  checkOrder(logs);
  return logs;
}

function checkedLog(answer: unknown, exchange: Address, fromBlock: bigint, toBlock: bigint): L1Log {
  const log = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const refuse = (why: string) =>
    inconsistent(`L1 gives log ${log.logIndex} of block ${log.blockNumber}, which ${why}`);
  const { address, blockHash, data, topics, transactionHash } = log;
  if (log.removed === true) throw refuse('it says was removed');
  if (typeof address !== 'string' || !isAddress(address, { strict: false })) throw refuse('names no contract');
  if (!isAddressEqual(address, exchange)) throw refuse(`is of ${address}, not of the contract asked for`);
  const [blockNumber, logIndex] = [place(log.blockNumber), place(log.logIndex)];
  if (blockNumber === null || blockNumber < fromBlock || blockNumber > toBlock) {
    throw refuse(`is not of blocks ${fromBlock} to ${toBlock}`);
  }
  if (logIndex === null || logIndex > 0xffff_ffffn) throw refuse('has no place in its block');
  if (!isHash(blockHash) || !isHash(transactionHash)) throw refuse('does not say which block and transaction it is of');
  if (!Array.isArray(topics) || !topics.every(isHash) || !isHex(data)) throw refuse('has no topics or data');
  return {
    blockNumber,
    blockHash: blockHash.toLowerCase() as Hex,
    logIndex: Number(logIndex),
    transactionHash: transactionHash.toLowerCase() as Hex,
    topics,
    data,
  };
}

const place = (value: unknown): bigint | null =>
  typeof value === 'string' && /^0x[0-9a-f]{1,16}$/i.test(value) ? BigInt(value) : null;

function checkOrder(logs: readonly L1Log[]): void {
  for (const [at, log] of logs.entries()) {
    const last = logs[at - 1];
    if (last === undefined || last.blockNumber < log.blockNumber) continue;
    if (last.blockNumber === log.blockNumber && last.blockHash !== log.blockHash) {
      throw inconsistent(`L1 gives logs of block ${log.blockNumber} from ${last.blockHash} and from ${log.blockHash}`);
    }
    if (last.blockNumber === log.blockNumber && last.logIndex < log.logIndex) continue;
    const name = ({ blockNumber, logIndex }: L1Log): string => `log ${logIndex} of block ${blockNumber}`;
    throw inconsistent(`L1 gives ${name(log)} after ${name(last)}`);
  }
}

const inconsistent = (what: string): L1Error =>
  new L1Error('L1_INCONSISTENT', `${what}; compare with a second L1 endpoint`);
