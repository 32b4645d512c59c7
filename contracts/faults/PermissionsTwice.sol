// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DataPortabilityPermissions} from "../DataPortabilityPermissions.sol";
import {PermissionsToStranger} from "./PermissionsToStranger.sol";

/// A broken Permissions contract for tests of clients: with the permission that was asked for it books a second one, to a stranger.
contract PermissionsTwice is PermissionsToStranger {
    function _addPermission(
        address grantor,
        uint256 nonce,
        uint256 granteeId,
        string calldata grant,
        uint256[] memory fileIds
    ) internal override returns (uint256) {
        super._addPermission(grantor, nonce, granteeId, grant, fileIds);
        return DataPortabilityPermissions._addPermission(grantor, nonce, granteeId, grant, fileIds);
    }
}
