// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Governed} from "./lib/Governed.sol";
import {IdSet} from "./lib/IdSet.sol";
import {PermissionMessages} from "./lib/PermissionMessages.sol";
import {TypedData} from "./lib/TypedData.sol";
import {FilePermission, IGrantees, IRegistry, IServers, NewServer} from "./interfaces.sol";

/// What users let grantees do with their files. Users sign; anybody may submit.
///
/// Kept from the real contract on purpose: the signer is whoever the signature recovers to, and nobody says who that should be. A
/// signature over something else recovers to a stranger whose nonce is 0 too, so with nonce 0 the call SUCCEEDS and books file and
/// permission to that stranger. Clients have to compare PermissionAdded.user with the wallet.
contract DataPortabilityPermissions is Governed, TypedData {
    using IdSet for IdSet.Set;
    using PermissionMessages for *;

    struct PermissionInfo {
        uint256 id;
        address grantor;
        uint256 nonce;
        uint256 granteeId;
        string grant;
        uint256 startBlock;
        uint256 endBlock;
        uint256[] fileIds;
    }

    struct Permission {
        uint256 id;
        address grantor;
        uint256 nonce;
        uint256 granteeId;
        string grant;
        uint256 startBlock;
        uint256 endBlock;
        IdSet.Set fileIds;
    }

    struct User {
        uint256 nonce;
        IdSet.Set permissionIds;
    }

    event PermissionAdded(
        uint256 indexed permissionId, address indexed user, uint256 indexed granteeId, string grant, uint256[] fileIds
    );
    event PermissionRevoked(uint256 indexed permissionId);

    error EmptyGrant();
    error GranteeNotFound();
    error InactivePermission(uint256 permissionId);
    error InvalidNonce(uint256 expectedNonce, uint256 providedNonce);
    error InvalidPermissionsLength(uint256 filesLength, uint256 permissionsLength);
    error InvalidSchemaIdsLength(uint256 filesLength, uint256 schemaIdsLength);
    error InvalidSignature();
    error NotFileOwner(address fileOwner, address requestor);
    error NotPermissionGrantor(address permissionOwner, address requestor);

    IRegistry public dataRegistry;
    IServers public dataPortabilityServers;
    IGrantees public dataPortabilityGrantees;
    uint256 public permissionsCount;

    mapping(uint256 permissionId => Permission) private _permissions;
    mapping(uint256 fileId => IdSet.Set) private _filePermissions;
    mapping(address user => User) private _users;

    /// The first argument, the trusted forwarder of the real system, is not used: the sandbox has no meta-transactions.
    function initialize(address, address owner, address registry, address servers, address grantees) external {
        _initialize(owner);
        dataRegistry = IRegistry(registry);
        dataPortabilityServers = IServers(servers);
        dataPortabilityGrantees = IGrantees(grantees);
    }

    /// One call for a new user: registers and trusts the personal server, adds the files with their keys, grants the permission.
    function addServerFilesAndPermissions(
        PermissionMessages.ServerFilesAndPermissionInput calldata input,
        bytes calldata signature
    ) external returns (uint256) {
        address signer = _signerOf(input.hash(), signature);
        _useNonce(signer, input.nonce);
        uint256 count = input.fileUrls.length;
        if (count != input.schemaIds.length) revert InvalidSchemaIdsLength(count, input.schemaIds.length);
        if (count != input.filePermissions.length) revert InvalidPermissionsLength(count, input.filePermissions.length);

        _trust(signer, input);
        uint256[] memory fileIds = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            fileIds[i] = _addFile(signer, input.fileUrls[i], input.filePermissions[i], input.schemaIds[i]);
        }
        return _addPermission(signer, input.nonce, input.granteeId, input.grant, fileIds);
    }

    /// Grants a permission on files the signer owns already.
    function addPermission(PermissionMessages.PermissionInput calldata input, bytes calldata signature)
        external
        returns (uint256)
    {
        address signer = _signerOf(input.hash(), signature);
        _useNonce(signer, input.nonce);
        for (uint256 i = 0; i < input.fileIds.length; i++) _requireOwner(signer, input.fileIds[i]);
        return _addPermission(signer, input.nonce, input.granteeId, input.grant, input.fileIds);
    }

    function revokePermission(uint256 permissionId) external {
        _revoke(msg.sender, permissionId);
    }

    function revokePermissionWithSignature(
        PermissionMessages.RevokePermissionInput calldata input,
        bytes calldata signature
    ) external {
        address signer = _signerOf(input.hash(), signature);
        _useNonce(signer, input.nonce);
        _revoke(signer, input.permissionId);
    }

    function permissions(uint256 permissionId) external view returns (PermissionInfo memory) {
        Permission storage p = _permissions[permissionId];
        return PermissionInfo(
            p.id, p.grantor, p.nonce, p.granteeId, p.grant, p.startBlock, p.endBlock, p.fileIds.values
        );
    }

    function permissionFileIds(uint256 permissionId) external view returns (uint256[] memory) {
        return _permissions[permissionId].fileIds.values;
    }

    function filePermissionIds(uint256 fileId) external view returns (uint256[] memory) {
        return _filePermissions[fileId].values;
    }

    /// An older name of filePermissionIds that clients still use.
    function filePermissions(uint256 fileId) external view returns (uint256[] memory) {
        return _filePermissions[fileId].values;
    }

    function userNonce(address userAddress) external view returns (uint256) {
        return _users[userAddress].nonce;
    }

    function users(address userAddress) external view returns (uint256 nonce, uint256[] memory permissionIds) {
        return (_users[userAddress].nonce, _users[userAddress].permissionIds.values);
    }

    function userPermissionIdsValues(address userAddress) external view returns (uint256[] memory) {
        return _users[userAddress].permissionIds.values;
    }

    function userPermissionIdsAt(address userAddress, uint256 permissionIndex) external view returns (uint256) {
        return _users[userAddress].permissionIds.values[permissionIndex];
    }

    function userPermissionIdsLength(address userAddress) external view returns (uint256) {
        return _users[userAddress].permissionIds.values.length;
    }

    function _domainName() internal pure override returns (string memory) {
        return "VanaDataPortabilityPermissions";
    }

    function _useNonce(address user, uint256 nonce) private {
        uint256 expected = _users[user].nonce;
        if (nonce != expected) revert InvalidNonce(expected, nonce);
        _users[user].nonce = expected + 1;
    }

    function _trust(address user, PermissionMessages.ServerFilesAndPermissionInput calldata input) private {
        uint256 serverId = dataPortabilityServers.serverAddressToId(input.serverAddress);
        if (serverId != 0) return dataPortabilityServers.trustServerByManager(user, serverId);
        dataPortabilityServers.addAndTrustServerByManager(
            user, NewServer(input.serverAddress, input.serverPublicKey, input.serverUrl)
        );
    }

    function _addFile(address user, string calldata url, FilePermission[] calldata keys, uint256 schemaId)
        private
        returns (uint256 fileId)
    {
        fileId = dataRegistry.fileIdByUrl(url);
        if (fileId == 0) return dataRegistry.addFileWithPermissionsAndSchema(url, user, keys, schemaId);
        _requireOwner(user, fileId);
        dataRegistry.addFilePermissionsAndSchema(fileId, keys, schemaId);
    }

    function _requireOwner(address user, uint256 fileId) private view {
        address owner = dataRegistry.files(fileId).ownerAddress;
        if (owner != user) revert NotFileOwner(owner, user);
    }

    /// Virtual for the fault variant, which books the permission to somebody else.
    function _addPermission(
        address grantor,
        uint256 nonce,
        uint256 granteeId,
        string calldata grant,
        uint256[] memory fileIds
    ) internal virtual returns (uint256 permissionId) {
        if (bytes(grant).length == 0) revert EmptyGrant();
        if (granteeId == 0 || granteeId > dataPortabilityGrantees.granteesCount()) revert GranteeNotFound();

        permissionId = ++permissionsCount;
        Permission storage p = _permissions[permissionId];
        p.id = permissionId;
        p.grantor = grantor;
        p.nonce = nonce;
        p.granteeId = granteeId;
        p.grant = grant;
        p.startBlock = block.number;
        p.endBlock = type(uint256).max;
        for (uint256 i = 0; i < fileIds.length; i++) {
            p.fileIds.add(fileIds[i]);
            _filePermissions[fileIds[i]].add(permissionId);
        }
        _users[grantor].permissionIds.add(permissionId);
        dataPortabilityGrantees.addPermissionToGrantee(granteeId, permissionId);
        emit PermissionAdded(permissionId, grantor, granteeId, grant, fileIds);
    }

    function _revoke(address requestor, uint256 permissionId) private {
        Permission storage p = _permissions[permissionId];
        if (p.grantor != requestor) revert NotPermissionGrantor(p.grantor, requestor);
        if (p.endBlock != type(uint256).max) revert InactivePermission(permissionId);
        p.endBlock = block.number;
        dataPortabilityGrantees.removePermissionFromGrantee(p.granteeId, permissionId);
        emit PermissionRevoked(permissionId);
    }
}
