// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Initialised once, behind a proxy, and ruled by roles: the part all four contracts share.
abstract contract Governed {
    bytes32 public constant DEFAULT_ADMIN_ROLE = 0x00;

    event Initialized(uint64 version);
    event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender);
    event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender);

    error AccessControlUnauthorizedAccount(address account, bytes32 neededRole);
    error InvalidInitialization();
    error ZeroAddress();

    bool private _initialized;
    mapping(bytes32 role => mapping(address account => bool)) private _members;

    modifier onlyRole(bytes32 role) {
        if (!hasRole(role, msg.sender)) revert AccessControlUnauthorizedAccount(msg.sender, role);
        _;
    }

    function hasRole(bytes32 role, address account) public view returns (bool) {
        return _members[role][account];
    }

    function grantRole(bytes32 role, address account) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _grantRole(role, account);
    }

    function revokeRole(bytes32 role, address account) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (!_members[role][account]) return;
        _members[role][account] = false;
        emit RoleRevoked(role, account, msg.sender);
    }

    /// Makes `owner` the administrator. Reverts with InvalidInitialization the second time.
    function _initialize(address owner) internal {
        if (_initialized) revert InvalidInitialization();
        if (owner == address(0)) revert ZeroAddress();
        _initialized = true;
        _grantRole(DEFAULT_ADMIN_ROLE, owner);
        emit Initialized(1);
    }

    function _grantRole(bytes32 role, address account) private {
        if (_members[role][account]) return;
        _members[role][account] = true;
        emit RoleGranted(role, account, msg.sender);
    }
}
