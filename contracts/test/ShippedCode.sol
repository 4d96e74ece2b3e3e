// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {vm} from "./Vm.sol";

/// @notice Deploys the bytecode that compile.ts ships, as contracts/shippedCode.ts wrote it down: forge's own
/// compiler settings would make other code, of another size and another price.
library ShippedCode {
    /// @dev The addresses are shippedCode.ts'.
    function putLibraries() internal {
        vm.etch(address(0xb0b01), vm.getCode("shipped/BabyJubjub.json"));
        vm.etch(address(0xb0b02), vm.getCode("shipped/PriceBound.json"));
    }

    function deploy(string memory name, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = bytes.concat(vm.getCode(string.concat("shipped/", name, ".json")), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                let m := mload(0x40)
                returndatacopy(m, 0, returndatasize())
                revert(m, returndatasize())
            }
        }
    }
}
