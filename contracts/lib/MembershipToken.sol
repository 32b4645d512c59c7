// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// The ERC-721 side of a membership: ids from 0 in the order of issue, several to a holder, handed on by their holder. There are no
/// approvals, which no client of a space uses.
abstract contract MembershipToken {
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);

    error BalanceQueryForZeroAddress();
    error OwnerQueryForNonexistentToken();
    error TransferCallerNotOwnerNorApproved();
    error TransferFromIncorrectOwner();
    error TransferToZeroAddress();

    string public name;
    string public symbol;
    uint256 public totalSupply;
    mapping(uint256 tokenId => address) internal _holderOf;
    mapping(address holder => uint256) private _balances;

    function balanceOf(address account) public view returns (uint256) {
        if (account == address(0)) revert BalanceQueryForZeroAddress();
        return _balances[account];
    }

    function ownerOf(uint256 tokenId) external view returns (address holder) {
        holder = _holderOf[tokenId];
        if (holder == address(0)) revert OwnerQueryForNonexistentToken();
    }

    /// Looks at one token id after another until all of the account's are found, as the original does: the check of a membership costs more
    /// the later it was issued.
    function tokensOfOwner(address account) external view returns (uint256[] memory tokenIds) {
        tokenIds = new uint256[](balanceOf(account));
        uint256 found = 0;
        for (uint256 tokenId = 0; found < tokenIds.length; tokenId++) {
            if (_holderOf[tokenId] == account) tokenIds[found++] = tokenId;
        }
    }

    function transferFrom(address from, address to, uint256 tokenId) external {
        if (_holderOf[tokenId] != from) revert TransferFromIncorrectOwner();
        if (msg.sender != from) revert TransferCallerNotOwnerNorApproved();
        if (to == address(0)) revert TransferToZeroAddress();
        _balances[from]--;
        _give(from, to, tokenId);
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0x01ffc9a7 || interfaceId == 0x80ac58cd; // ERC-165, ERC-721
    }

    function _mint(address to) internal returns (uint256 tokenId) {
        tokenId = totalSupply++;
        _give(address(0), to, tokenId);
    }

    function _give(address from, address to, uint256 tokenId) private {
        _balances[to]++;
        _holderOf[tokenId] = to;
        emit Transfer(from, to, tokenId);
    }
}
