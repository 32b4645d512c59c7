// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPricing} from "../lib/SpaceInterfaces.sol";

/// A price in US cents that grows with the logarithm of the memberships issued, in three tiers, and is paid in ETH. The price of ETH, which the
/// real module reads from an oracle, is whatever anybody sets here.
contract TieredLogPricing is IPricing {
    string public constant name = "TieredLogPricingOracleV3";

    uint256 private constant LAST_TIER_CENTS = 10_000;

    /// US cents of one ETH.
    uint256 public ethPriceCents = 250_000;

    error EthPriceIsZero();

    function setEthPriceCents(uint256 cents) external {
        if (cents == 0) revert EthPriceIsZero();
        ethPriceCents = cents;
    }

    function getPrice(uint256, uint256 totalMinted) external view returns (uint256) {
        return (1 ether / ethPriceCents) * priceInCents(totalMinted);
    }

    function setPrice(uint256) external pure {
        revert("TieredLogPricingOracle: price is calculated logarithmically");
    }

    function priceInCents(uint256 totalMinted) public pure returns (uint256) {
        if (totalMinted <= 100) return 100 + _log10Hundredths(totalMinted == 0 ? 1 : totalMinted) / 2;
        if (totalMinted <= 1_000) return 100 + _log10Hundredths(totalMinted) * 3;
        if (totalMinted <= 10_000) return 1_000 + _log10Hundredths(totalMinted) * 22;
        return LAST_TIER_CENTS;
    }

    /// 100 * log10(value), rounded down: the whole digits by division, each further one by raising what is left to the tenth power.
    function _log10Hundredths(uint256 value) private pure returns (uint256 hundredths) {
        uint256 scaled = value * 1e18;
        for (uint256 unit = 100; unit > 0; unit /= 10) {
            while (scaled >= 10e18) {
                scaled /= 10;
                hundredths += unit;
            }
            uint256 base = scaled;
            for (uint256 i = 1; i < 10; i++) scaled = (scaled * base) / 1e18;
        }
    }
}
