// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// A set of ids that can be listed whole, in the order of arrival until something is removed.
library IdSet {
    struct Set {
        uint256[] values;
        mapping(uint256 id => uint256) position; // 1-based; 0 is "not in the set"
    }

    function contains(Set storage set, uint256 id) internal view returns (bool) {
        return set.position[id] != 0;
    }

    /// Returns false when `id` was in the set already.
    function add(Set storage set, uint256 id) internal returns (bool) {
        if (contains(set, id)) return false;
        set.values.push(id);
        set.position[id] = set.values.length;
        return true;
    }

    /// Returns false when `id` was not in the set. The last id takes the freed place.
    function remove(Set storage set, uint256 id) internal returns (bool) {
        uint256 position = set.position[id];
        if (position == 0) return false;
        uint256 last = set.values[set.values.length - 1];
        set.values[position - 1] = last;
        set.position[last] = position;
        set.values.pop();
        delete set.position[id];
        return true;
    }
}
