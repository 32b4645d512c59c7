// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FilePermission} from "../interfaces.sol";

/// The structs users sign for DataPortabilityPermissions, and their EIP-712 hashes. `Permission` is the type name of two different
/// structs; they never meet in one message.
library PermissionMessages {
    struct ServerFilesAndPermissionInput {
        uint256 nonce;
        uint256 granteeId;
        string grant;
        string[] fileUrls;
        uint256[] schemaIds;
        address serverAddress;
        string serverUrl;
        string serverPublicKey;
        FilePermission[][] filePermissions;
    }

    struct PermissionInput {
        uint256 nonce;
        uint256 granteeId;
        string grant;
        uint256[] fileIds;
    }

    struct RevokePermissionInput {
        uint256 nonce;
        uint256 permissionId;
    }

    bytes32 private constant FILE_PERMISSION = keccak256("Permission(address account,string key)");
    bytes32 private constant SERVER_FILES_AND_PERMISSION = keccak256(
        "ServerFilesAndPermission(uint256 nonce,uint256 granteeId,string grant,string[] fileUrls,uint256[] schemaIds,address serverAddress,string serverUrl,string serverPublicKey,Permission[][] filePermissions)Permission(address account,string key)"
    );
    bytes32 private constant PERMISSION =
        keccak256("Permission(uint256 nonce,uint256 granteeId,string grant,uint256[] fileIds)");
    bytes32 private constant REVOKE_PERMISSION = keccak256("RevokePermission(uint256 nonce,uint256 permissionId)");

    function hash(ServerFilesAndPermissionInput calldata input) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                SERVER_FILES_AND_PERMISSION,
                input.nonce,
                input.granteeId,
                keccak256(bytes(input.grant)),
                _hash(input.fileUrls),
                keccak256(abi.encodePacked(input.schemaIds)),
                input.serverAddress,
                keccak256(bytes(input.serverUrl)),
                keccak256(bytes(input.serverPublicKey)),
                _hash(input.filePermissions)
            )
        );
    }

    function hash(PermissionInput calldata input) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                PERMISSION,
                input.nonce,
                input.granteeId,
                keccak256(bytes(input.grant)),
                keccak256(abi.encodePacked(input.fileIds))
            )
        );
    }

    function hash(RevokePermissionInput calldata input) internal pure returns (bytes32) {
        return keccak256(abi.encode(REVOKE_PERMISSION, input.nonce, input.permissionId));
    }

    function _hash(string[] calldata texts) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](texts.length);
        for (uint256 i = 0; i < texts.length; i++) hashes[i] = keccak256(bytes(texts[i]));
        return keccak256(abi.encodePacked(hashes));
    }

    function _hash(FilePermission[][] calldata files) private pure returns (bytes32) {
        bytes32[] memory outer = new bytes32[](files.length);
        for (uint256 i = 0; i < files.length; i++) {
            bytes32[] memory inner = new bytes32[](files[i].length);
            for (uint256 j = 0; j < files[i].length; j++) {
                FilePermission calldata permission = files[i][j];
                inner[j] = keccak256(abi.encode(FILE_PERMISSION, permission.account, keccak256(bytes(permission.key))));
            }
            outer[i] = keccak256(abi.encodePacked(inner));
        }
        return keccak256(abi.encodePacked(outer));
    }
}
