// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Governed} from "./lib/Governed.sol";
import {IdSet} from "./lib/IdSet.sol";
import {TypedData} from "./lib/TypedData.sol";
import {NewServer} from "./interfaces.sol";

/// Personal servers, and which of them each user trusts.
contract DataPortabilityServers is Governed, TypedData {
    using IdSet for IdSet.Set;

    struct AddServerInput {
        uint256 nonce;
        address serverAddress;
        string publicKey;
        string serverUrl;
    }

    struct TrustServerInput {
        uint256 nonce;
        uint256 serverId;
    }

    struct ServerInfo {
        uint256 id;
        address owner;
        address serverAddress;
        string publicKey;
        string url;
    }

    struct TrustedServerInfo {
        uint256 id;
        address owner;
        address serverAddress;
        string publicKey;
        string url;
        uint256 startBlock;
        uint256 endBlock;
    }

    struct Trust {
        uint256 startBlock;
        uint256 endBlock;
    }

    struct User {
        uint256 nonce;
        IdSet.Set trustedServerIds;
        mapping(uint256 serverId => Trust) trust;
    }

    bytes32 public constant PERMISSION_MANAGER_ROLE = keccak256("PERMISSION_MANAGER_ROLE");
    bytes32 private constant ADD_SERVER =
        keccak256("AddServer(uint256 nonce,address serverAddress,string publicKey,string serverUrl)");
    bytes32 private constant TRUST_SERVER = keccak256("TrustServer(uint256 nonce,uint256 serverId)");
    bytes32 private constant UNTRUST_SERVER = keccak256("UntrustServer(uint256 nonce,uint256 serverId)");

    event ServerRegistered(
        uint256 indexed serverId, address indexed owner, address indexed serverAddress, string publicKey, string url
    );
    event ServerUpdated(uint256 indexed serverId, string url);
    event ServerTrusted(address indexed user, uint256 indexed serverId);
    event ServerUntrusted(address indexed user, uint256 indexed serverId);

    error EmptyPublicKey();
    error EmptyUrl();
    error InvalidNonce(uint256 expectedNonce, uint256 providedNonce);
    error NotServerOwner(address serverOwner, address requestor);
    error ServerAlreadyRegistered();
    error ServerAlreadyTrusted();
    error ServerAlreadyUntrusted();
    error ServerNotFound();
    error ServerNotTrusted();
    error ServerUrlMismatch(string existingUrl, string providedUrl);

    uint256 public serversCount;
    mapping(address serverAddress => uint256 serverId) public serverAddressToId;
    mapping(uint256 serverId => ServerInfo) private _servers;
    mapping(address user => User) private _users;

    /// The first argument, the trusted forwarder of the real system, is not used: the sandbox has no meta-transactions.
    function initialize(address, address owner) external {
        _initialize(owner);
    }

    function addServerWithSignature(AddServerInput calldata input, bytes calldata signature) external {
        address signer = _useSignature(_hash(input), input.nonce, signature);
        _register(signer, NewServer(input.serverAddress, input.publicKey, input.serverUrl));
    }

    function addAndTrustServerWithSignature(AddServerInput calldata input, bytes calldata signature) external {
        address signer = _useSignature(_hash(input), input.nonce, signature);
        _registerAndTrust(signer, NewServer(input.serverAddress, input.publicKey, input.serverUrl));
    }

    function addAndTrustServerByManager(address ownerAddress, NewServer calldata input)
        external
        onlyRole(PERMISSION_MANAGER_ROLE)
    {
        _registerAndTrust(ownerAddress, input);
    }

    /// Trusting twice is no error here: users who come again bring the server they trust already.
    function trustServerByManager(address userAddress, uint256 serverId) external onlyRole(PERMISSION_MANAGER_ROLE) {
        if (!_users[userAddress].trustedServerIds.contains(serverId)) _trust(userAddress, serverId);
    }

    function trustServer(uint256 serverId) external {
        _trust(msg.sender, serverId);
    }

    function trustServerWithSignature(TrustServerInput calldata input, bytes calldata signature) external {
        bytes32 structHash = keccak256(abi.encode(TRUST_SERVER, input.nonce, input.serverId));
        _trust(_useSignature(structHash, input.nonce, signature), input.serverId);
    }

    function untrustServer(uint256 serverId) external {
        _untrust(msg.sender, serverId);
    }

    function untrustServerWithSignature(TrustServerInput calldata input, bytes calldata signature) external {
        bytes32 structHash = keccak256(abi.encode(UNTRUST_SERVER, input.nonce, input.serverId));
        _untrust(_useSignature(structHash, input.nonce, signature), input.serverId);
    }

    function updateServer(uint256 serverId, string calldata url) external {
        ServerInfo storage server = _servers[serverId];
        if (server.owner != msg.sender) revert NotServerOwner(server.owner, msg.sender);
        if (bytes(url).length == 0) revert EmptyUrl();
        server.url = url;
        emit ServerUpdated(serverId, url);
    }

    function servers(uint256 serverId) public view returns (ServerInfo memory) {
        return _servers[serverId];
    }

    function serverByAddress(address serverAddress) external view returns (ServerInfo memory) {
        return servers(serverAddressToId[serverAddress]);
    }

    function userNonce(address userAddress) external view returns (uint256) {
        return _users[userAddress].nonce;
    }

    function users(address userAddress) external view returns (uint256 nonce, uint256[] memory trustedServerIds) {
        return (_users[userAddress].nonce, _users[userAddress].trustedServerIds.values);
    }

    function userServerIdsValues(address userAddress) external view returns (uint256[] memory) {
        return _users[userAddress].trustedServerIds.values;
    }

    function userServerIdsAt(address userAddress, uint256 serverIndex) external view returns (uint256) {
        return _users[userAddress].trustedServerIds.values[serverIndex];
    }

    function userServerIdsLength(address userAddress) external view returns (uint256) {
        return _users[userAddress].trustedServerIds.values.length;
    }

    /// A server as the user trusts or has trusted it. Both blocks are 0 when the user never has.
    function userServers(address userAddress, uint256 serverId) public view returns (TrustedServerInfo memory) {
        ServerInfo storage s = _servers[serverId];
        Trust storage trust = _users[userAddress].trust[serverId];
        return TrustedServerInfo(s.id, s.owner, s.serverAddress, s.publicKey, s.url, trust.startBlock, trust.endBlock);
    }

    function userServerValues(address userAddress) external view returns (TrustedServerInfo[] memory serversInfo) {
        uint256[] storage ids = _users[userAddress].trustedServerIds.values;
        serversInfo = new TrustedServerInfo[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) serversInfo[i] = userServers(userAddress, ids[i]);
    }

    function _domainName() internal pure override returns (string memory) {
        return "VanaDataPortabilityServers";
    }

    function _hash(AddServerInput calldata input) private pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ADD_SERVER,
                input.nonce,
                input.serverAddress,
                keccak256(bytes(input.publicKey)),
                keccak256(bytes(input.serverUrl))
            )
        );
    }

    function _useSignature(bytes32 structHash, uint256 nonce, bytes calldata signature)
        private
        returns (address signer)
    {
        signer = _signerOf(structHash, signature);
        uint256 expected = _users[signer].nonce;
        if (nonce != expected) revert InvalidNonce(expected, nonce);
        _users[signer].nonce = expected + 1;
    }

    function _registerAndTrust(address user, NewServer memory input) private {
        uint256 serverId = serverAddressToId[input.serverAddress];
        if (serverId == 0) {
            serverId = _register(user, input);
        } else if (keccak256(bytes(_servers[serverId].url)) != keccak256(bytes(input.serverUrl))) {
            revert ServerUrlMismatch(_servers[serverId].url, input.serverUrl);
        }
        _trust(user, serverId);
    }

    function _register(address owner, NewServer memory input) private returns (uint256 serverId) {
        if (owner == address(0) || input.serverAddress == address(0)) revert ZeroAddress();
        if (bytes(input.publicKey).length == 0) revert EmptyPublicKey();
        if (bytes(input.serverUrl).length == 0) revert EmptyUrl();
        if (serverAddressToId[input.serverAddress] != 0) revert ServerAlreadyRegistered();

        serverId = ++serversCount;
        _servers[serverId] = ServerInfo(serverId, owner, input.serverAddress, input.publicKey, input.serverUrl);
        serverAddressToId[input.serverAddress] = serverId;
        emit ServerRegistered(serverId, owner, input.serverAddress, input.publicKey, input.serverUrl);
    }

    function _trust(address user, uint256 serverId) private {
        if (serverId == 0 || serverId > serversCount) revert ServerNotFound();
        if (!_users[user].trustedServerIds.add(serverId)) revert ServerAlreadyTrusted();
        _users[user].trust[serverId] = Trust(block.number, type(uint256).max);
        emit ServerTrusted(user, serverId);
    }

    function _untrust(address user, uint256 serverId) private {
        Trust storage trust = _users[user].trust[serverId];
        if (trust.startBlock == 0) revert ServerNotTrusted();
        if (!_users[user].trustedServerIds.remove(serverId)) revert ServerAlreadyUntrusted();
        trust.endBlock = block.number;
        emit ServerUntrusted(user, serverId);
    }
}
