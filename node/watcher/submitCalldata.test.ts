import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import solc from 'solc';
import {
  type Address,
  createPublicClient,
  createTestClient,
  decodeAbiParameters,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  size,
  toHex,
} from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { Prng } from '../../test/property/prng.ts';
import { type Anvil, startAnvil } from '../devnet/anvilProcess.ts';
import { CalldataRefused, readSubmitCalldata } from './submitCalldata.ts';
import type { Submit } from './watchedChain.fixture.ts';

const SEED = Number(process.env.SEED ?? 7_303);
const RUNS = Number(process.env.RUNS ?? 600);
const ECHO: Address = '0x00000000000000000000000000000000000000ee';

/** Gives back what it read of a call's arguments, encoded canonically; it copies proofs as Settlement.sol does. */
const SOURCE = `
// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;
contract Echo {
  struct Proof { uint256[2] a; uint256[2][2] b; uint256[2] c; }
  struct Batch { uint256 stateRootAfter; uint40 time; uint256 dataCommit; uint16 reportIndex; uint256 logChainHash; uint256[] words; Proof proof; }
  struct OracleReport { uint40 time; uint256 riskTableHash; uint128[] prices; bytes inputs; bytes[] signatures; }
  function submit(uint16 shapeId, Batch[] calldata batches, OracleReport[] calldata reports) external pure {
    Batch[] memory taken = new Batch[](batches.length);
    for (uint256 i = 0; i < batches.length; ++i) {
      Batch calldata batch = batches[i];
      taken[i] = Batch(batch.stateRootAfter, batch.time, batch.dataCommit, batch.reportIndex, batch.logChainHash, listed(batch.words), copied(batch.proof));
    }
    bytes memory content = abi.encode(shapeId, taken, reports);
    assembly { return(add(content, 32), mload(content)) }
  }
  function listed(uint256[] calldata words) private pure returns (uint256[] memory result) {
    result = new uint256[](words.length);
    for (uint256 i = 0; i < words.length; ++i) result[i] = words[i];
  }
  function copied(Proof calldata proof) private pure returns (Proof memory result) {
    uint256[8] memory flat;
    assembly ("memory-safe") { calldatacopy(flat, proof, 256) }
    return Proof([flat[0], flat[1]], [[flat[2], flat[3]], [flat[4], flat[5]]], [flat[6], flat[7]]);
  }
}`;

function compileEcho(): Hex {
  const settings = {
    optimizer: { enabled: true, runs: 1 },
    viaIR: true,
    outputSelection: { '*': { '*': ['evm.deployedBytecode.object'] } },
  };
  const input = { language: 'Solidity', sources: { x: { content: SOURCE } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const object: unknown = output.contracts?.x?.Echo?.evm?.deployedBytecode?.object;
  if (typeof object !== 'string' || object === '') throw new Error(JSON.stringify(output.errors));
  return `0x${object}`;
}

let anvil: Anvil;
let client: PublicClient;
const directory = mkdtempSync(join(tmpdir(), 'straddle-calldata-'));
beforeAll(async () => {
  anvil = await startAnvil(join(directory, 'anvil.log'));
  const transport = http(anvil.rpcUrl);
  client = createPublicClient({ transport });
  await createTestClient({ transport, mode: 'anvil' }).setCode({ address: ECHO, bytecode: compileEcho() });
});
afterAll(async () => {
  await anvil?.child.stop();
  rmSync(directory, { recursive: true, force: true });
});

const encode = (args: Submit): Hex => encodeFunctionData({ abi: straddleExchangeAbi, functionName: 'submit', args });
const inputsOf = straddleExchangeAbi.flatMap((item) =>
  item.type === 'function' && item.name === 'submit' ? item.inputs : [],
);

/** What Solidity read of a call; null: it reverted. */
async function echo(data: Hex): Promise<Submit | null> {
  try {
    const { data: content } = await client.call({ to: ECHO, data });
    return decodeAbiParameters(inputsOf, content ?? '0x') as unknown as Submit;
  } catch (error) {
    if (/revert/i.test(String(error))) return null;
    throw error;
  }
}

function read(data: Hex): Submit | null {
  try {
    return readSubmitCalldata(data);
  } catch (error) {
    if (error instanceof CalldataRefused) return null;
    throw error;
  }
}

function randomCall(random: Prng): Submit {
  const number = (): bigint => BigInt(random.below(2 ** 31)) << BigInt(random.below(200));
  const list = <Item>(most: number, make: () => Item): Item[] => Array.from({ length: random.below(most + 1) }, make);
  const pair = (): [bigint, bigint] => [number(), number()];
  const bytes = (most: number): Hex => toHex(Uint8Array.from(list(most, () => random.below(256))));
  const batch = () => ({
    stateRootAfter: number(),
    time: random.below(2 ** 31),
    dataCommit: number(),
    reportIndex: random.below(2 ** 16),
    logChainHash: number(),
    words: list(4, number),
    proof: { a: pair(), b: [pair(), pair()] as const, c: pair() },
  });
  const report = () => ({
    time: random.below(2 ** 31),
    riskTableHash: number(),
    prices: list(3, () => BigInt(random.below(2 ** 31))),
    inputs: bytes(70),
    signatures: list(3, () => bytes(65)),
  });
  return [random.below(2 ** 16), list(2, batch), list(2, report)];
}

const wordAt = (data: Hex, index: number): bigint => BigInt(`0x${data.slice(10 + 64 * index, 74 + 64 * index)}`);
const withWord = (data: Hex, index: number, value: bigint): Hex =>
  `${data.slice(0, 10 + 64 * index) as Hex}${BigInt.asUintN(256, value).toString(16).padStart(64, '0')}${data.slice(74 + 64 * index)}`;

/** Most words that change are offsets and lengths: small multiples of 32. */
function mutate(data: Hex, random: Prng): Hex {
  const words = Math.floor((size(data) - 4) / 32);
  if (random.chance(8)) return data.slice(0, 2 * random.between(5, size(data)) + 2) as Hex;
  if (random.chance(8)) return `${data}${'0'.repeat(2 * random.between(1, 64))}`;
  const small = Array.from({ length: words }, (_, k) => k).filter((k) => wordAt(data, k) < 4_096n);
  if (words < 3) return data;
  const index = small.length > 0 && random.chance(85) ? random.pick(small) : random.below(words);
  const value = wordAt(data, index);
  const by = BigInt(random.between(1, words));
  const changes = [
    value + 32n * by,
    value - 32n * by,
    -32n * by,
    value + by,
    value - by,
    value | (1n << BigInt(random.below(256))),
  ];
  return withWord(data, index, random.pick(changes));
}

describe('readSubmitCalldata', () => {
  it('reads what Solidity reads, and refuses what it reverts at', { timeout: 300_000 }, async () => {
    console.log(`watcher/submitCalldata: seed ${SEED}, ${RUNS} runs`);
    const random = new Prng(SEED);
    const seen = { canonical: 0, other: 0, refused: 0 };
    for (let run = 0; run < RUNS; run++) {
      let data = encode(randomCall(random));
      for (let changes = random.below(4); changes > 0; changes--) data = mutate(data, random);
      const taken = await echo(data);
      expect(read(data), `seed ${SEED}, run ${run}: ${data}`).toEqual(taken);
      if (taken === null) seen.refused += 1;
      else if (encode(taken) === data) seen.canonical += 1;
      else seen.other += 1;
    }
    console.log(JSON.stringify(seen));
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(RUNS / 20);
  });

  it('follows an offset that is negative, which no ABI library does', async () => {
    const signature = (byte: string): Hex => `0x${byte.repeat(65)}`;
    const report = { time: 1, riskTableHash: 2n, prices: [], inputs: '0x' as const, signatures: [signature('aa')] };
    const data = encode([1, [], [report, { ...report, signatures: [signature('bb')] }]]);
    // Words: 3 arguments, batches' length, reports' length, two offsets. The second report is the first once more, by way
    // of an offset that is negative modulo 2^256 where it is relative to the second report's own place.
    const alias = withWord(data, 6, wordAt(data, 5));
    expect(read(alias)?.[2]).toEqual([report, report]);
    // The signatures of the second report, pointed at from there backwards.
    const [first, second] = [wordAt(data, 5), wordAt(data, 6)];
    const head = 5 + Number(second / 32n);
    const back = withWord(data, head + 4, wordAt(data, 5 + Number(first / 32n) + 4) + first - second);
    expect(read(back)?.[2]).toEqual([report, report]);
    expect(await echo(back)).toEqual(read(back));
  });
});
