import solc from 'solc';
import type { Hex } from 'viem';

/**
 * The settlement side of the exchange without proofs: the same events, views and `submit`, so that settlement's
 * tests are about nonces, fees and reorganisations. The whole contract is tested in contracts/test.
 */
const SOURCE = `
// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;
contract MinimalExchange {
  struct Proof { uint256[2] a; uint256[2][2] b; uint256[2] c; }
  struct Batch { uint256 stateRootAfter; uint40 time; uint256 dataCommit; uint16 reportIndex; uint256 logChainHash; uint256[] words; Proof proof; }
  struct OracleReport { uint40 time; uint256 riskTableHash; uint128[] prices; bytes inputs; bytes[] signatures; }
  event L1OpQueued(uint64 indexed index, uint8 kind, uint24 indexed account, address indexed owner, uint64 amount, uint256 keyX, uint256 keyY, bytes32 opHash);
  event BatchAccepted(uint64 indexed batchNumber, uint16 indexed shapeId, uint256 stateRoot, uint40 time, uint256 riskTableHash, uint256 logChainHash, uint64 l1OpIndex);
  event InstrumentListed(uint24 indexed id, uint8 kind, uint40 expiry, uint40 strike);
  event Unheard(uint256 value);
  error ProofRefused(uint64 firstBatchNumber, uint256 batches);
  error ExchangePaused(uint40 until);
  uint256 public stateRoot = 1000;
  uint64 public batchNumber;
  uint64 public l1OpCount;
  bool paused;
  function queueOp(uint64 index, uint8 kind, uint24 account, uint64 amount) external {
    l1OpCount = index + 1;
    emit L1OpQueued(index, kind, account, msg.sender, amount, 7, 8, bytes32(uint256(index)));
  }
  function list(uint24 id) external { emit InstrumentListed(id, 1, 2000000000, 30000000); }
  function listUntil(uint24 id, uint40 expiry, uint40 strike) external { emit InstrumentListed(id, 1, expiry, strike); }
  function queueOpen(uint64 index, uint24 account, uint64 amount, uint256 keyX, uint256 keyY) external {
    l1OpCount = index + 1;
    emit L1OpQueued(index, 1, account, msg.sender, amount, keyX, keyY, bytes32(uint256(index)));
  }
  address[] oracles;
  function setUp(uint256 genesis, address[] calldata committee) external { stateRoot = genesis; oracles = committee; }
  function oracleCommittee() external view returns (address[] memory, uint8) { return (oracles, uint8(oracles.length)); }
  struct Bounds { uint32 a; uint32 b; uint32 c; uint32 deviationBasePpm; uint32 deviationPpmPerSec; uint32 d; uint32 deviationCeilingPpm; uint32 e; }
  function bounds() external pure returns (Bounds memory) { return Bounds(3600, 3600, 60, 200000, 1000, 3600, 500000, 0); }
  function boundsBefore() external pure returns (Bounds memory, uint40) { return (Bounds(0, 0, 0, 0, 0, 0, 0, 0), 0); }
  function oracleCommitteeBefore() external pure returns (address[] memory, uint8) { return (new address[](0), 0); }
  function committeeSince() external pure returns (uint40) { return 0; }
  function priceAnchor(uint8, uint40) external pure returns (uint256) { return 0; }
  function lastReport() external pure returns (bytes32, uint40) { return (0, 0); }
  function eip712Domain() external view returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory) {
    return (0x0f, "Straddle", "1", block.chainid, address(this), 0, new uint256[](0));
  }
  function cryOut() external { emit Unheard(1); }
  address public verifier;
  function setVerifier(address value) external { verifier = value; }
  function shapeVerifier(uint16) external view returns (address) { return verifier; }
  function setPaused(bool value) external { paused = value; }
  function submit(uint16 shapeId, Batch[] calldata batches, OracleReport[] calldata reports) external {
    if (paused) revert ExchangePaused(1);
    for (uint256 i = 0; i < batches.length; i++) {
      if (batches[i].dataCommit == 666) revert ProofRefused(batchNumber, batches.length);
      stateRoot = batches[i].stateRootAfter;
      OracleReport calldata report = reports[batches[i].reportIndex];
      emit BatchAccepted(batchNumber, shapeId, stateRoot, batches[i].time, report.riskTableHash, batches[i].logChainHash, 0);
      batchNumber += 1;
    }
  }
}`;

interface Compiled {
  readonly errors?: readonly { severity: string; formattedMessage: string }[];
  readonly contracts?: { x: { MinimalExchange: { evm: { bytecode: { object: string } } } } };
}

export const compileMinimalExchange = (): Hex => {
  const input = {
    language: 'Solidity',
    sources: { x: { content: SOURCE } },
    settings: {
      optimizer: { enabled: true, runs: 1 },
      viaIR: true,
      outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Compiled;
  const object = output.contracts?.x.MinimalExchange.evm.bytecode.object;
  if (object === undefined || object === '') throw new Error(JSON.stringify(output.errors));
  return `0x${object}`;
};
