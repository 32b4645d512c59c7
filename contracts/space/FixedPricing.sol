// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPricing} from "../lib/SpaceInterfaces.sol";

/// Each space's own price, the same for every member.
contract FixedPricing is IPricing {
    string public constant name = "FixedPricing";

    mapping(address space => uint256) private _prices;

    function getPrice(uint256, uint256) external view returns (uint256) {
        return _prices[msg.sender];
    }

    function setPrice(uint256 price) external {
        _prices[msg.sender] = price;
    }
}
