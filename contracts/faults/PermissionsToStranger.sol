// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DataPortabilityPermissions} from "../DataPortabilityPermissions.sol";

/// A broken Permissions contract for tests of clients: everything succeeds, and the permission belongs to somebody else. It has the
/// storage of the working one, so that the proxy can change between the two while it runs.
contract PermissionsToStranger is DataPortabilityPermissions {
    function _addPermission(
        address grantor,
        uint256 nonce,
        uint256 granteeId,
        string calldata grant,
        uint256[] memory fileIds
    ) internal virtual override returns (uint256) {
        address stranger = address(uint160(uint256(keccak256(abi.encode(grantor)))));
        return super._addPermission(stranger, nonce, granteeId, grant, fileIds);
    }
}
