// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// Anybody mints a token with an amount of its own choice.
contract ExampleToken {
    uint256 public minted;
    mapping(uint256 tokenId => address) public ownerOf;

    event Minted(address indexed owner, uint256 indexed tokenId, uint256 amount);

    function mint(uint256 amount) external virtual returns (uint256 tokenId) {
        return mintTo(msg.sender, amount);
    }

    function mintTo(address owner, uint256 amount) internal returns (uint256 tokenId) {
        tokenId = ++minted;
        ownerOf[tokenId] = owner;
        emit Minted(owner, tokenId, amount);
    }
}

/// What a fault switch puts in its place: it books every token to somebody else.
contract ExampleTokenToStranger is ExampleToken {
    function mint(uint256 amount) external override returns (uint256 tokenId) {
        return mintTo(address(0xdead), amount);
    }
}
