// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Governed} from "./lib/Governed.sol";
import {FilePermission, IRegistry} from "./interfaces.sol";

/// Files by URL, their owners, and the keys they are shared with accounts under. Proofs and refinements are not part of the sandbox,
/// and there is no schema registry: the only valid schema id is 0, "none".
contract DataRegistry is Governed {
    struct File {
        uint256 id;
        address ownerAddress;
        string url;
        uint256 schemaId;
        uint256 addedAtBlock;
        mapping(address account => string key) permissions;
    }

    bytes32 public constant DATA_PORTABILITY_ROLE = keccak256("DATA_PORTABILITY_ROLE");

    event FileAdded(uint256 indexed fileId, address indexed ownerAddress, string url);
    event FileAddedV2(uint256 indexed fileId, address indexed ownerAddress, string url, uint256 schemaId);
    event PermissionGranted(uint256 indexed fileId, address indexed account);

    error FileNotFound();
    error FileUrlAlreadyUsed();
    error InvalidSchemaId(uint256 schemaId);
    error InvalidUrl();
    error NotFileOwner();

    uint256 public filesCount;
    mapping(uint256 fileId => File) private _files;
    mapping(bytes32 urlHash => uint256 fileId) private _idByUrl;

    /// The first argument, the trusted forwarder of the real system, is not used: the sandbox has no meta-transactions.
    function initialize(address, address owner) external {
        _initialize(owner);
    }

    function addFile(string calldata url) external returns (uint256) {
        return _addFile(url, msg.sender, 0);
    }

    function addFileWithSchema(string calldata url, uint256 schemaId) external returns (uint256) {
        return _addFile(url, msg.sender, schemaId);
    }

    /// Anybody may add a file for anybody: that is how relayers do it.
    function addFileWithPermissions(string calldata url, address ownerAddress, FilePermission[] calldata permissions)
        external
        returns (uint256)
    {
        return addFileWithPermissionsAndSchema(url, ownerAddress, permissions, 0);
    }

    function addFileWithPermissionsAndSchema(
        string calldata url,
        address ownerAddress,
        FilePermission[] calldata permissions,
        uint256 schemaId
    ) public returns (uint256) {
        uint256 fileId = _addFile(url, ownerAddress, schemaId);
        _share(fileId, permissions);
        return fileId;
    }

    function addFilePermission(uint256 fileId, address account, string calldata key) external {
        if (_files[fileId].ownerAddress != msg.sender) revert NotFileOwner();
        _share(fileId, account, key);
    }

    function addFilePermissionsAndSchema(uint256 fileId, FilePermission[] calldata permissions, uint256 schemaId)
        external
        onlyRole(DATA_PORTABILITY_ROLE)
    {
        if (fileId == 0 || fileId > filesCount) revert FileNotFound();
        if (schemaId != 0) revert InvalidSchemaId(schemaId);
        _share(fileId, permissions);
    }

    function files(uint256 fileId) external view returns (IRegistry.FileInfo memory) {
        File storage f = _files[fileId];
        return IRegistry.FileInfo(f.id, f.ownerAddress, f.url, f.schemaId, f.addedAtBlock);
    }

    function fileIdByUrl(string calldata url) external view returns (uint256) {
        return _idByUrl[keccak256(bytes(url))];
    }

    /// The key `account` can open the file with; empty when it is not shared with it.
    function filePermissions(uint256 fileId, address account) external view returns (string memory) {
        return _files[fileId].permissions[account];
    }

    function _addFile(string calldata url, address owner, uint256 schemaId) private returns (uint256 fileId) {
        bytes32 urlHash = keccak256(bytes(url));
        if (bytes(url).length == 0) revert InvalidUrl();
        if (schemaId != 0) revert InvalidSchemaId(schemaId);
        if (_idByUrl[urlHash] != 0) revert FileUrlAlreadyUsed();

        fileId = ++filesCount;
        File storage f = _files[fileId];
        f.id = fileId;
        f.ownerAddress = owner;
        f.url = url;
        f.schemaId = schemaId;
        f.addedAtBlock = block.number;
        _idByUrl[urlHash] = fileId;
        emit FileAdded(fileId, owner, url);
        emit FileAddedV2(fileId, owner, url, schemaId);
    }

    function _share(uint256 fileId, FilePermission[] calldata permissions) private {
        for (uint256 i = 0; i < permissions.length; i++) _share(fileId, permissions[i].account, permissions[i].key);
    }

    function _share(uint256 fileId, address account, string calldata key) private {
        _files[fileId].permissions[account] = key;
        emit PermissionGranted(fileId, account);
    }
}
