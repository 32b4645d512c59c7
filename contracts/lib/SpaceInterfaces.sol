// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// What a space asks for a membership, before the platform's fee.
interface IPricing {
    /// Wei, by how many memberships have been issued.
    function getPrice(uint256 freeAllocation, uint256 totalMinted) external view returns (uint256);
    /// Called by the space that the price is of.
    function setPrice(uint256 price) external;
}

/// What the platform that spaces live on decides.
interface IPlatform {
    /// Wei that a membership of this price costs on top of it.
    function calculateMembershipFee(uint256 price) external view returns (uint256);
    function getFeeRecipient() external view returns (address);
    /// Most memberships that a space may give away.
    function getMembershipMintLimit() external view returns (uint256);
    /// Longest membership, and that of a space that says nothing, seconds.
    function getMembershipDuration() external view returns (uint64);
}

/// How a space begins.
struct SpaceInfo {
    string name;
    string symbol;
    /// Wei; only where the pricing module takes one, and not together with a free allocation.
    uint256 price;
    /// Memberships there may be, the owner's included; 0 for any number.
    uint256 maxSupply;
    /// Seconds; 0 for the platform's.
    uint64 duration;
    uint256 freeAllocation;
    address pricingModule;
}
