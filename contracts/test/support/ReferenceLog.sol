// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

/// @title RFC 9162 log, written down as the standard defines it
/// @notice The recursive definitions of sections 2.1.1 and 2.1.4.1 over all leaves, with none of the shortcuts of
/// the contract under test.
library ReferenceLog {
    /// @notice Root of the first `size` leaves; section 2.1.1.
    /// @param leaves Leaf hashes.
    /// @param size Number of leaves.
    /// @return root The root.
    function root(bytes32[] memory leaves, uint256 size) internal pure returns (bytes32) {
        return _root(leaves, 0, size);
    }

    /// @notice Proof that the first `first` leaves are the beginning of the first `second`; section 2.1.4.1.
    /// @param leaves Leaf hashes.
    /// @param first Size of the older log, at least 1.
    /// @param second Size of the newer log, at least `first`.
    /// @return proof Its nodes.
    function consistency(
        bytes32[] memory leaves,
        uint256 first,
        uint256 second
    ) internal pure returns (bytes32[] memory proof) {
        bytes32[] memory room = new bytes32[](64);
        uint256 count = _subproof(leaves, 0, second, first, true, room);
        proof = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) proof[i] = room[i];
    }

    /// @dev MTH(D[from:to]).
    function _root(bytes32[] memory leaves, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to == from) return sha256("");
        if (to == from + 1) return leaves[from];
        uint256 split = from + _split(to - from);
        return sha256(abi.encodePacked(bytes1(0x01), _root(leaves, from, split), _root(leaves, split, to)));
    }

    /// @dev SUBPROOF(m, D[from:to], complete), written into `room` from its beginning; the number of nodes.
    function _subproof(
        bytes32[] memory leaves,
        uint256 from,
        uint256 to,
        uint256 m,
        bool complete,
        bytes32[] memory room
    ) private pure returns (uint256 count) {
        if (m == to - from) {
            if (complete) return 0;
            room[0] = _root(leaves, from, to);
            return 1;
        }
        uint256 k = _split(to - from);
        uint256 split = from + k;
        if (m <= k) {
            count = _subproof(leaves, from, split, m, complete, room);
            room[count] = _root(leaves, split, to);
        } else {
            count = _subproof(leaves, split, to, m - k, false, room);
            room[count] = _root(leaves, from, split);
        }
        return count + 1;
    }

    /// @dev Largest power of two that is smaller than `size`.
    function _split(uint256 size) private pure returns (uint256 k) {
        k = 1;
        while (k * 2 < size) k *= 2;
    }
}
