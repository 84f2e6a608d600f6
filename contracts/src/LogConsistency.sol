// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

/// @title Consistency of two heads of an RFC 9162 log
/// @notice Decides whether a log of one size and root is a prefix of a larger one.
/// @dev RFC 9162 section 2.1.4.2. Leaves and nodes are SHA-256; a node is SHA-256(0x01 || left || right).
library LogConsistency {
    /// @notice True exactly when the proof shows that the first log is a prefix of the second.
    /// @dev Never reverts. A proof that is too long runs out of tree and is refused, so the work is
    /// bounded by 64 steps for any input.
    /// @param firstSize Number of leaves of the older log; 0 is refused.
    /// @param secondSize Number of leaves of the newer log.
    /// @param firstRoot Root of the older log.
    /// @param secondRoot Root of the newer log.
    /// @param proof Consistency proof, in the order of RFC 9162 section 2.1.4.1.
    function verify(
        uint64 firstSize,
        uint64 secondSize,
        bytes32 firstRoot,
        bytes32 secondRoot,
        bytes32[] calldata proof
    ) internal pure returns (bool) {
        if (firstSize == 0 || firstSize > secondSize) return false;
        if (firstSize == secondSize) return proof.length == 0 && firstRoot == secondRoot;
        if (proof.length == 0) return false;

        // A log of a power of two is one complete subtree: its root opens the proof and is not sent.
        bool complete = (firstSize & (firstSize - 1)) == 0;
        uint256 next = complete ? 0 : 1;
        bytes32 older = complete ? firstRoot : proof[0];
        bytes32 newer = older;

        uint64 fn = firstSize - 1;
        uint64 sn = secondSize - 1;
        while ((fn & 1) == 1) {
            fn >>= 1;
            sn >>= 1;
        }

        for (; next < proof.length; ++next) {
            if (sn == 0) return false;
            bytes32 sibling = proof[next];
            if ((fn & 1) == 1 || fn == sn) {
                older = _node(sibling, older);
                newer = _node(sibling, newer);
                while (fn != 0 && (fn & 1) == 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                newer = _node(newer, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return older == firstRoot && newer == secondRoot && sn == 0;
    }

    /// @dev Interior node of the log; the prefix 0x01 keeps it apart from a leaf.
    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
