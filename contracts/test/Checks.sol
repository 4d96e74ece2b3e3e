// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

abstract contract Checks {
    error NotEqual(uint256 actual, uint256 expected);
    error NotTrue(string what);

    function assertEq(uint256 actual, uint256 expected) internal pure {
        if (actual != expected) revert NotEqual(actual, expected);
    }

    function assertEq(address actual, address expected) internal pure {
        assertEq(uint160(actual), uint160(expected));
    }

    function assertEq(bytes32 actual, bytes32 expected) internal pure {
        assertEq(uint256(actual), uint256(expected));
    }

    function assertTrue(bool condition, string memory what) internal pure {
        if (!condition) revert NotTrue(what);
    }

    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }
}
