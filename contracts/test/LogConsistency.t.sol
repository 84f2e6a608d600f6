// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {LogConsistency} from "../src/LogConsistency.sol";
import {ForgeTest} from "./support/ForgeTest.sol";
import {ReferenceLog} from "./support/ReferenceLog.sol";

/// @title Tests of the consistency check
/// @notice Every honest proof holds, and none of a log that was rewritten.
contract LogConsistencyTest is ForgeTest {
    uint256 private constant _MOST = 96;

    /// @notice The check under test, with the proof as calldata.
    /// @param first Older size.
    /// @param second Newer size.
    /// @param firstRoot Older root.
    /// @param secondRoot Newer root.
    /// @param proof Consistency proof.
    /// @return Whether it holds.
    function holds(
        uint64 first,
        uint64 second,
        bytes32 firstRoot,
        bytes32 secondRoot,
        bytes32[] calldata proof
    ) external pure returns (bool) {
        return LogConsistency.verify(first, second, firstRoot, secondRoot, proof);
    }

    /// @notice Each pair of sizes up to 24.
    function testEveryPairOfSmallSizesIsConsistent() external view {
        bytes32[] memory leaves = _leaves(0, 24);
        for (uint256 second = 1; second <= 24; ++second) {
            for (uint256 first = 1; first <= second; ++first) {
                assert(_isConsistent(leaves, leaves, first, second));
            }
        }
    }

    /// @notice Any two sizes of any log.
    /// @param seed Makes the leaves.
    /// @param a Makes a size.
    /// @param b Makes a size.
    function testFuzzHonestProofHolds(uint256 seed, uint256 a, uint256 b) external view {
        uint256 second = _within(a, 1, _MOST);
        uint256 first = _within(b, 1, second);
        bytes32[] memory leaves = _leaves(seed, second);
        assert(_isConsistent(leaves, leaves, first, second));
    }

    /// @notice A changed entry of the older log, with the best proof that the rewritten log has.
    /// @param seed Makes the leaves.
    /// @param a Makes a size.
    /// @param b Makes a size.
    /// @param c Picks the entry.
    function testFuzzRewrittenLogHasNoProof(uint256 seed, uint256 a, uint256 b, uint256 c) external view {
        uint256 second = _within(a, 2, _MOST);
        uint256 first = _within(b, 1, second - 1);
        bytes32[] memory rewritten = _leaves(seed, second);
        rewritten[_within(c, 0, first - 1)] ^= bytes32(uint256(1));
        assert(!_isConsistent(_leaves(seed, second), rewritten, first, second));
    }

    /// @notice An entry of the older log that was left out.
    /// @param seed Makes the leaves.
    /// @param a Makes a size.
    /// @param b Makes a size.
    /// @param c Picks the entry.
    function testFuzzLogWithoutAnEntryHasNoProof(uint256 seed, uint256 a, uint256 b, uint256 c) external view {
        uint256 second = _within(a, 2, _MOST);
        uint256 first = _within(b, 1, second - 1);
        bytes32[] memory whole = _leaves(seed, second + 1);
        bytes32[] memory dropped = new bytes32[](second);
        uint256 missing = _within(c, 0, first - 1);
        for (uint256 i = 0; i < second; ++i) dropped[i] = whole[i < missing ? i : i + 1];
        assert(!_isConsistent(whole, dropped, first, second));
    }

    /// @notice A changed, missing or further node.
    /// @param seed Makes the leaves.
    /// @param a Makes a size.
    /// @param b Makes a size.
    /// @param c Picks the node and what becomes of it.
    function testFuzzBentProofFails(uint256 seed, uint256 a, uint256 b, uint256 c) external view {
        uint256 second = _within(a, 2, _MOST);
        uint256 first = _within(b, 1, second - 1);
        bytes32[] memory leaves = _leaves(seed, second);
        bytes32[] memory proof = ReferenceLog.consistency(leaves, first, second);
        bytes32 firstRoot = ReferenceLog.root(leaves, first);
        bytes32 secondRoot = ReferenceLog.root(leaves, second);
        bytes32[] memory bent = _bent(proof, c);
        assert(!this.holds(uint64(first), uint64(second), firstRoot, secondRoot, bent));
    }

    /// @notice An honest proof, for a newer log that would be of twice or half the size.
    /// @param seed Makes the leaves.
    /// @param a Makes a size.
    /// @param b Makes a size.
    function testFuzzProofFailsForATreeOfAnotherHeight(uint256 seed, uint256 a, uint256 b) external view {
        uint256 second = _within(a, 2, _MOST);
        uint256 first = _within(b, 1, second - 1);
        bytes32[] memory leaves = _leaves(seed, second);
        bytes32[] memory proof = ReferenceLog.consistency(leaves, first, second);
        bytes32 firstRoot = ReferenceLog.root(leaves, first);
        bytes32 secondRoot = ReferenceLog.root(leaves, second);
        assert(!this.holds(uint64(first), uint64(second * 2), firstRoot, secondRoot, proof));
        assert(!this.holds(uint64(first), uint64(second / 2), firstRoot, secondRoot, proof));
    }

    /// @notice Any proof from nowhere, for any sizes.
    /// @param first Older size.
    /// @param second Newer size.
    /// @param firstRoot Older root.
    /// @param secondRoot Newer root.
    /// @param proof Any nodes.
    function testFuzzNothingHoldsByChance(
        uint64 first,
        uint64 second,
        bytes32 firstRoot,
        bytes32 secondRoot,
        bytes32[] calldata proof
    ) external view {
        if (first == second && firstRoot == secondRoot) return;
        assert(!this.holds(first, second, firstRoot, secondRoot, proof));
    }

    /// @dev Leaves that differ from each other and for each seed.
    function _leaves(uint256 seed, uint256 size) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) leaves[i] = sha256(abi.encodePacked(bytes1(0), seed, i));
    }

    /// @dev Whether the check lets `newer` follow the older root, by the proof that `newer` makes.
    function _isConsistent(
        bytes32[] memory older,
        bytes32[] memory newer,
        uint256 first,
        uint256 second
    ) private view returns (bool) {
        return
            this.holds(
                uint64(first),
                uint64(second),
                ReferenceLog.root(older, first),
                ReferenceLog.root(newer, second),
                ReferenceLog.consistency(newer, first, second)
            );
    }

    /// @dev The proof with one bit flipped, without its last node, or with a further one.
    function _bent(bytes32[] memory proof, uint256 how) private pure returns (bytes32[] memory bent) {
        uint256 kind = how % 3;
        uint256 length =
            kind == 0
                ? proof.length
                : kind == 1
                    ? proof.length - 1
                    : proof.length + 1;
        bent = new bytes32[](length);
        for (uint256 i = 0; i < length && i < proof.length; ++i) bent[i] = proof[i];
        if (kind == 0) bent[(how / 3) % length] ^= bytes32(uint256(1) << ((how / 1024) % 256));
        if (kind == 2) bent[length - 1] = bytes32(how);
    }
}
