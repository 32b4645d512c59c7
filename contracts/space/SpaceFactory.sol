// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPlatform, SpaceInfo} from "../lib/SpaceInterfaces.sol";
import {Space} from "../Space.sol";

/// Makes spaces, and is the platform that they pay their fee to: with the real platform's first figures.
contract SpaceFactory is IPlatform {
    uint256 private constant FEE_FLAT = 0.0005 ether;
    uint256 private constant FEE_BASIS_POINTS = 1_000;

    address public immutable getFeeRecipient;
    uint256 public constant getMembershipMintLimit = 1_000;
    uint64 public constant getMembershipDuration = 365 days;

    event SpaceCreated(address indexed owner, uint256 indexed tokenId, address indexed space);

    uint256 private _spaces;

    constructor(address feeRecipient) {
        getFeeRecipient = feeRecipient;
    }

    /// The caller becomes the owner and the space's first member.
    function createSpace(SpaceInfo calldata info) external returns (address space) {
        space = address(new Space(info, msg.sender));
        emit SpaceCreated(msg.sender, _spaces++, space);
    }

    function calculateMembershipFee(uint256 price) external pure returns (uint256) {
        uint256 relative = (price * FEE_BASIS_POINTS) / 10_000;
        return relative > FEE_FLAT ? relative : FEE_FLAT;
    }
}
