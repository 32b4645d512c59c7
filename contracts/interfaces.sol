// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A key that `account` can open a file with: the file's password, encrypted to the account's public key.
struct FilePermission {
    address account;
    string key;
}

/// A personal server as Permissions registers it on a user's behalf.
struct NewServer {
    address serverAddress;
    string publicKey;
    string serverUrl;
}

/// What Permissions needs of Servers. Both writing calls ask for PERMISSION_MANAGER_ROLE.
interface IServers {
    function serverAddressToId(address serverAddress) external view returns (uint256);
    function addAndTrustServerByManager(address ownerAddress, NewServer calldata addServerInput) external;
    function trustServerByManager(address userAddress, uint256 serverId) external;
}

/// What Permissions needs of Grantees. Both writing calls ask for PERMISSION_MANAGER_ROLE.
interface IGrantees {
    function granteesCount() external view returns (uint256);
    function addPermissionToGrantee(uint256 granteeId, uint256 permissionId) external;
    function removePermissionFromGrantee(uint256 granteeId, uint256 permissionId) external;
}

/// What Permissions needs of DataRegistry. `addFilePermissionsAndSchema` asks for DATA_PORTABILITY_ROLE.
interface IRegistry {
    struct FileInfo {
        uint256 id;
        address ownerAddress;
        string url;
        uint256 schemaId;
        uint256 addedAtBlock;
    }

    function fileIdByUrl(string calldata url) external view returns (uint256);
    function files(uint256 fileId) external view returns (FileInfo memory);
    function addFileWithPermissionsAndSchema(
        string calldata url,
        address ownerAddress,
        FilePermission[] calldata permissions,
        uint256 schemaId
    ) external returns (uint256);
    function addFilePermissionsAndSchema(uint256 fileId, FilePermission[] calldata permissions, uint256 schemaId) external;
}
