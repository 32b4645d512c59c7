// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Governed} from "./lib/Governed.sol";
import {IdSet} from "./lib/IdSet.sol";

/// The applications that users grant permissions to, and which permissions each of them holds.
contract DataPortabilityGrantees is Governed {
    using IdSet for IdSet.Set;

    struct GranteeInfo {
        address owner;
        address granteeAddress;
        string publicKey;
        uint256[] permissionIds;
    }

    struct Grantee {
        address owner;
        address granteeAddress;
        string publicKey;
        IdSet.Set permissionIds;
    }

    bytes32 public constant PERMISSION_MANAGER_ROLE = keccak256("PERMISSION_MANAGER_ROLE");

    event GranteeRegistered(
        uint256 indexed granteeId, address indexed owner, address indexed granteeAddress, string publicKey
    );

    error EmptyPublicKey();
    error GranteeAlreadyRegistered();
    error GranteeNotFound();

    uint256 public granteesCount;
    mapping(address granteeAddress => uint256 granteeId) public granteeAddressToId;
    mapping(uint256 granteeId => Grantee) private _grantees;

    /// The first argument, the trusted forwarder of the real system, is not used: the sandbox has no meta-transactions.
    function initialize(address, address owner) external {
        _initialize(owner);
    }

    /// Open to everybody, as in the real system.
    function registerGrantee(address owner, address granteeAddress, string calldata publicKey)
        external
        returns (uint256)
    {
        if (owner == address(0) || granteeAddress == address(0)) revert ZeroAddress();
        if (bytes(publicKey).length == 0) revert EmptyPublicKey();
        if (granteeAddressToId[granteeAddress] != 0) revert GranteeAlreadyRegistered();

        uint256 granteeId = ++granteesCount;
        Grantee storage g = _grantees[granteeId];
        g.owner = owner;
        g.granteeAddress = granteeAddress;
        g.publicKey = publicKey;
        granteeAddressToId[granteeAddress] = granteeId;
        emit GranteeRegistered(granteeId, owner, granteeAddress, publicKey);
        return granteeId;
    }

    function addPermissionToGrantee(uint256 granteeId, uint256 permissionId)
        external
        onlyRole(PERMISSION_MANAGER_ROLE)
    {
        if (granteeId == 0 || granteeId > granteesCount) revert GranteeNotFound();
        _grantees[granteeId].permissionIds.add(permissionId);
    }

    function removePermissionFromGrantee(uint256 granteeId, uint256 permissionId)
        external
        onlyRole(PERMISSION_MANAGER_ROLE)
    {
        if (granteeId == 0 || granteeId > granteesCount) revert GranteeNotFound();
        _grantees[granteeId].permissionIds.remove(permissionId);
    }

    /// The grantee with ALL its permission ids: the answer grows by 32 bytes a permission, as the real one does.
    function grantees(uint256 granteeId) public view returns (GranteeInfo memory) {
        Grantee storage g = _grantees[granteeId];
        return GranteeInfo(g.owner, g.granteeAddress, g.publicKey, g.permissionIds.values);
    }

    /// An older name of grantees that clients still use.
    function granteeInfo(uint256 granteeId) external view returns (GranteeInfo memory) {
        return grantees(granteeId);
    }

    function granteeByAddress(address granteeAddress) external view returns (GranteeInfo memory) {
        return grantees(granteeAddressToId[granteeAddress]);
    }

    function granteePermissionIds(uint256 granteeId) public view returns (uint256[] memory) {
        return _grantees[granteeId].permissionIds.values;
    }

    /// An older name of granteePermissionIds that clients still use.
    function granteePermissions(uint256 granteeId) external view returns (uint256[] memory) {
        return granteePermissionIds(granteeId);
    }
}
