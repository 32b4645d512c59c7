// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// An ERC-1967 proxy: runs the code at the address in the implementation slot on its own storage. The sandbox writes the slot itself
/// (anvil_setStorageAt), so there is no upgrade function and nobody on the chain can change it.
contract Proxy {
    fallback() external payable {
        assembly {
            // keccak256("eip1967.proxy.implementation") - 1
            let implementation := sload(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc)
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), implementation, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch ok
            case 0 { revert(0, returndatasize()) }
            default { return(0, returndatasize()) }
        }
    }
}
