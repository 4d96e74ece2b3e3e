import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import solc from 'solc';
import { type Hex, parseAbi } from 'viem';
import { SOLC_SETTINGS } from '../../contracts/compile.ts';
import { importsOf } from '../../contracts/soliditySources.ts';

const CONTRACTS = join(import.meta.dirname, '../../contracts');

/** The contract's price bound with nothing around it, under the names of the exchange's own views. */
const HARNESS = `
// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;
import {IStraddleExchange} from "src/interfaces/IStraddleExchange.sol";
import {PriceBound} from "src/libraries/PriceBound.sol";
contract PriceBoundHarness {
  PriceBound.Book private book;
  IStraddleExchange.Bounds public limits;
  uint16 public pricedMarkets;
  uint40 private lastTime;
  function setBounds(IStraddleExchange.Bounds calldata next) external { require(PriceBound.isValid(next)); limits = next; }
  function list(uint8 market, uint40 expiry) external { pricedMarkets |= uint16(1 << market); PriceBound.list(book, market, expiry, lastTime); }
  function delist(uint8 market, uint40 expiry) external { PriceBound.delist(book, market, expiry); }
  function accept(uint128[] calldata prices, uint40 time, bool mayLeap) external {
    PriceBound.accept(book, pricedMarkets, prices, PriceBound.Terms(time, mayLeap, limits));
    lastTime = time;
  }
  function bounds() external view returns (IStraddleExchange.Bounds memory) { return limits; }
  function priceAnchor(uint8 market, uint40 expiry) external view returns (uint256) { return book.anchors[(uint256(market) << 40) | expiry]; }
  function lastReport() external view returns (bytes32, uint40) { return (0, lastTime); }
  function boundsBefore() external pure returns (IStraddleExchange.Bounds memory none, uint40) { return (none, 0); }
  function oracleCommitteeBefore() external pure returns (address[] memory none, uint8) { return (none, 0); }
  function committeeSince() external pure returns (uint40) { return 0; }
  function oracleCommittee() external pure returns (address[] memory, uint8) { return (new address[](3), 2); }
}`;

export const harnessAbi = parseAbi([
  'struct Bounds { uint32 provingLagSec; uint32 forcedDeadlineSec; uint32 maxReportAgeSec; uint32 deviationBasePpm; uint32 deviationPpmPerSec; uint32 maxPauseSec; uint32 deviationCeilingPpm; uint32 forcedBondGwei; }',
  'function setBounds(Bounds next)',
  'function list(uint8 market, uint40 expiry)',
  'function delist(uint8 market, uint40 expiry)',
  'function accept(uint128[] prices, uint40 time, bool mayLeap)',
  'error PricesNotIncreasing(uint256 position)',
  'error PriceOutOfRange(uint256 word)',
  'error PriceMissing(uint8 market, uint40 expiry)',
  'error PriceDeviates(uint8 market, uint40 expiry, uint256 value, uint256 anchor, uint256 reachPpm)',
]);

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, { evm: { bytecode: { object: string } } }>>>>;
}

export interface HarnessCode {
  /** The library's own, for where it is a linked one. */
  readonly library: Hex;
  readonly harness: (library: Hex) => Hex;
}

/** Bytecode from the sources that ship. */
export async function compileHarness(): Promise<HarnessCode> {
  const sources: Record<string, { readonly content: string }> = { 'harness.sol': { content: HARNESS } };
  const waiting = importsOf(HARNESS);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (sources[name] !== undefined) continue;
    const content = await readFile(join(CONTRACTS, name), 'utf8');
    sources[name] = { content };
    for (const path of importsOf(content)) waiting.push(posix.join(dirname(name), path));
  }
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings: SOLC_SETTINGS })));
  const { contracts, errors } = output as Output;
  const object = contracts?.['harness.sol']?.PriceBoundHarness?.evm.bytecode.object;
  const library = contracts?.['src/libraries/PriceBound.sol']?.PriceBound?.evm.bytecode.object;
  if (object === undefined || object === '' || library === undefined) throw new Error(JSON.stringify(errors));
  return {
    library: `0x${library}`,
    // The harness uses no other library, so that every placeholder is this one's.
    harness: (address) => `0x${object.replaceAll(/__\$[0-9a-f]{34}\$__/g, address.slice(2).toLowerCase())}`,
  };
}
