// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

/// @dev The cheatcodes of forge that these tests use.
interface Vm {
    function prank(address sender) external;
    function prank(address sender, address origin) external;
    function warp(uint256 time) external;
    function etch(address target, bytes calldata code) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 key) external pure returns (address);
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function expectRevert() external;
    function expectEmit(address emitter) external;
    function deal(address account, uint256 balance) external;
    function getCode(string calldata artifact) external view returns (bytes memory);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function getNonce(address account) external view returns (uint64);
    function assume(bool condition) external pure;
    function snapshotGasLastCall(string calldata group, string calldata name) external returns (uint256);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
