// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MembershipToken} from "./lib/MembershipToken.sol";
import {IPlatform, IPricing, SpaceInfo} from "./lib/SpaceInterfaces.sol";

/// A space that whoever holds an unexpired membership token may enter. Anybody may pay for anybody's.
contract Space is MembershipToken {
    struct ReferralTypes {
        address partner;
        address userReferral;
        string referralCode;
    }

    enum JoinType {
        Basic,
        WithReferral
    }

    address private constant NATIVE_TOKEN = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    event MembershipTokenIssued(address indexed recipient, uint256 indexed tokenId);
    event MembershipTokenRejected(address indexed recipient);
    event MembershipPaid(address indexed currency, uint256 price, uint256 protocolFee);
    event MembershipFreeAllocationUpdated(uint256 indexed allocation);
    event SubscriptionUpdate(uint256 indexed tokenId, uint64 expiration);

    error Membership__InvalidAddress();
    error Membership__InvalidDuration();
    error Membership__InvalidFreeAllocation();
    error Membership__InvalidMaxSupply();
    error Membership__InsufficientPayment();
    error Membership__MaxSupplyReached();
    error Membership__InvalidPayment();
    error Membership__CannotSetFreeAllocationOnPaidSpace();
    error Ownable__NotOwner(address account);
    error TransferFailed();

    address public immutable owner;
    IPlatform private immutable _platform;
    IPricing private immutable _pricing;

    uint256 public getMembershipLimit;
    uint256 public getMembershipFreeAllocation;
    uint64 public getMembershipDuration;
    /// Accounts that the space does not let in.
    mapping(address account => bool) public isRejected;
    mapping(uint256 tokenId => uint64) private _expiration;
    mapping(uint256 tokenId => uint256) private _renewalPrice;

    modifier onlyOwner() {
        if (msg.sender != owner) revert Ownable__NotOwner(msg.sender);
        _;
    }

    /// To be made by the platform, which is who asks.
    constructor(SpaceInfo memory info, address owner_) {
        _platform = IPlatform(msg.sender);
        _pricing = IPricing(info.pricingModule);
        owner = owner_;
        name = info.name;
        symbol = info.symbol;
        getMembershipLimit = info.maxSupply;
        if (info.price > 0) {
            if (info.freeAllocation > 0) revert Membership__CannotSetFreeAllocationOnPaidSpace();
            _pricing.setPrice(info.price);
        }
        _setFreeAllocation(info.freeAllocation);
        _setDuration(info.duration == 0 ? _platform.getMembershipDuration() : info.duration);
        // The owner's membership is the first, and never expires.
        _mint(owner_);
    }

    /// Issues a membership to the receiver. What was paid too much goes to the receiver, not to the payer, as in the original.
    function joinSpace(address receiver) public payable {
        if (receiver == address(0)) revert Membership__InvalidAddress();
        uint256 supply = totalSupply;
        if (getMembershipLimit != 0 && supply >= getMembershipLimit) revert Membership__MaxSupplyReached();

        uint256 price = _price();
        bool free = price == 0 || supply < getMembershipFreeAllocation;
        uint256 due = free ? 0 : _withFee(price);
        if (msg.value < due) revert Membership__InsufficientPayment();
        if (isRejected[receiver]) {
            emit MembershipTokenRejected(receiver);
            _pay(receiver, msg.value);
            return;
        }

        _renewalPrice[supply] = price;
        uint256 tokenId = _mint(receiver);
        _extend(tokenId);
        emit MembershipTokenIssued(receiver, tokenId);
        if (!free) _payFee(price);
        _pay(receiver, msg.value - due);
    }

    function joinSpace(JoinType action, bytes calldata data) external payable {
        if (action == JoinType.Basic) return joinSpace(abi.decode(data, (address)));
        (address receiver, ReferralTypes memory referral) = abi.decode(data, (address, ReferralTypes));
        joinSpaceWithReferral(receiver, referral);
    }

    /// Nobody is registered as a partner or by a code here, so none is paid for a referral.
    function joinSpaceWithReferral(address receiver, ReferralTypes memory referral) public payable {
        if (referral.userReferral == receiver || referral.userReferral == msg.sender) revert Membership__InvalidAddress();
        joinSpace(receiver);
    }

    /// Adds one duration to the end of a membership, expired or not. What was paid too much goes back to the payer.
    function renewMembership(uint256 tokenId) external payable {
        if (_holderOf[tokenId] == address(0)) revert Membership__InvalidAddress();
        uint256 price = _priceOfRenewal(tokenId);
        uint256 due = price == 0 ? 0 : _withFee(price);
        if (msg.value < due) revert Membership__InvalidPayment();
        _extend(tokenId);
        if (due > 0) _payFee(price);
        _pay(msg.sender, msg.value - due);
    }

    /// Several calls in one, all or none. Takes no ether: each call would see the same value.
    function multicall(bytes[] calldata data) external returns (bytes[] memory results) {
        results = new bytes[](data.length);
        for (uint256 i = 0; i < data.length; i++) {
            (bool ok, bytes memory result) = address(this).delegatecall(data[i]);
            if (!ok) {
                assembly {
                    revert(add(result, 32), mload(result))
                }
            }
            results[i] = result;
        }
    }

    function setMembershipPrice(uint256 price) external onlyOwner {
        _pricing.setPrice(price);
    }

    function setMembershipFreeAllocation(uint256 allocation) external onlyOwner {
        if (getMembershipLimit != 0 && allocation > getMembershipLimit) revert Membership__InvalidFreeAllocation();
        _setFreeAllocation(allocation);
        emit MembershipFreeAllocationUpdated(allocation);
    }

    function setMembershipLimit(uint256 limit) external onlyOwner {
        if (limit < totalSupply) revert Membership__InvalidMaxSupply();
        getMembershipLimit = limit;
    }

    /// Seconds of memberships issued or renewed from now on.
    function setMembershipDuration(uint64 duration) external onlyOwner {
        _setDuration(duration);
    }

    /// Stands for the entitlements of the real space, which decide who may join.
    function setRejected(address account, bool rejected) external onlyOwner {
        isRejected[account] = rejected;
    }

    /// When a membership ends, in seconds since 1970; 0 for never.
    function expiresAt(uint256 tokenId) external view returns (uint256) {
        return _expiration[tokenId];
    }

    /// Wei for one more member, fee included. It says so while memberships are free too: a payer has to look at the allocation.
    function getMembershipPrice() external view returns (uint256) {
        uint256 price = _price();
        return price == 0 ? 0 : _withFee(price);
    }

    function getMembershipRenewalPrice(uint256 tokenId) external view returns (uint256) {
        uint256 price = _priceOfRenewal(tokenId);
        return price == 0 ? 0 : _withFee(price);
    }

    /// The part of the price of one more member that is the platform's.
    function getProtocolFee() external view returns (uint256) {
        uint256 price = _price();
        return price == 0 ? 0 : _platform.calculateMembershipFee(price);
    }

    function getMembershipCurrency() external pure returns (address) {
        return NATIVE_TOKEN;
    }

    function getMembershipPricingModule() external view returns (address) {
        return address(_pricing);
    }

    function getSpaceFactory() external view returns (address) {
        return address(_platform);
    }

    /// Wei that members have paid to the space itself.
    function revenue() external view returns (uint256) {
        return address(this).balance;
    }

    function _price() private view returns (uint256) {
        return _pricing.getPrice(getMembershipFreeAllocation, totalSupply);
    }

    /// The lower of what the token's first price was and what it would be now.
    function _priceOfRenewal(uint256 tokenId) private view returns (uint256) {
        uint256 locked = _renewalPrice[tokenId];
        uint256 current = _price();
        return locked != 0 && locked < current ? locked : current;
    }

    function _withFee(uint256 price) private view returns (uint256) {
        return price + _platform.calculateMembershipFee(price);
    }

    function _payFee(uint256 price) private {
        uint256 fee = _platform.calculateMembershipFee(price);
        emit MembershipPaid(NATIVE_TOKEN, price, fee);
        _pay(_platform.getFeeRecipient(), fee);
    }

    function _pay(address to, uint256 amount) private {
        if (amount == 0) return;
        (bool ok,) = to.call{value: amount}("");
        if (!ok) revert TransferFailed();
    }

    function _extend(uint256 tokenId) private {
        uint64 from = _expiration[tokenId] == 0 ? uint64(block.timestamp) : _expiration[tokenId];
        uint64 expiration = from + getMembershipDuration;
        _expiration[tokenId] = expiration;
        emit SubscriptionUpdate(tokenId, expiration);
    }

    function _setFreeAllocation(uint256 allocation) private {
        if (allocation > _platform.getMembershipMintLimit()) revert Membership__InvalidFreeAllocation();
        getMembershipFreeAllocation = allocation;
    }

    function _setDuration(uint64 duration) private {
        if (duration == 0 || duration > _platform.getMembershipDuration()) revert Membership__InvalidDuration();
        getMembershipDuration = duration;
    }
}
