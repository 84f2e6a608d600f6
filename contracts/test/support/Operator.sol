// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {EvidenceRegistry} from "../../src/EvidenceRegistry.sol";
import {ForgeTest} from "./ForgeTest.sol";
import {ReferenceLog} from "./ReferenceLog.sol";

/// @title An operator, honest and not
/// @notice Holds the writing role and anchors: what is right, and what a cheat would like to.
contract Operator is ForgeTest {
    /// @notice The registry that is written to.
    EvidenceRegistry public immutable REGISTRY;
    /// @notice Whether an honest batch was refused.
    bool public refusedHonest;
    /// @notice Whether a head was taken that does not contain the one before.
    bool public cheated;
    /// @notice Whether the size or the number of anchors ever went down, or up without an anchor.
    bool public wentBack;
    /// @notice Number of cheats that were tried.
    uint256 public tried;

    uint256 private constant _MOST = 160;
    bytes32[] private _leaves;
    uint64[] private _sizes;
    bytes32[] private _heads;
    uint256 private _batches;
    uint64 private _seenSize;
    uint64 private _seenSeq;

    /// @notice Deploys its own registry and may write to it.
    constructor() {
        REGISTRY = new EvidenceRegistry(address(this), address(0), 0, bytes32(0), 0);
        REGISTRY.grantRole(REGISTRY.ANCHOR_ROLE(), address(this));
        REGISTRY.grantRole(REGISTRY.REVOKER_ROLE(), address(this));
        REGISTRY.grantRole(REGISTRY.ISSUER_ROLE(), address(this));
    }

    /// @notice An honest batch.
    /// @param seed Makes number and content of its entries.
    function append(uint256 seed) external {
        uint256 entries = _within(seed, 1, 9);
        if (_leaves.length + entries > _MOST) return;
        uint64 old = uint64(_leaves.length);
        for (uint256 i = 0; i < entries; ++i) _leaves.push(_leaf(seed, i));
        bytes32[] memory leaves = _leaves;
        bytes32 head = ReferenceLog.root(leaves, leaves.length);
        // solhint-disable-next-line no-empty-blocks
        try REGISTRY.anchor(_root(), uint64(leaves.length), head, _proof(leaves, old)) {} catch {
            refusedHonest = true;
            return;
        }
        _sizes.push(uint64(leaves.length));
        _heads.push(head);
        _look(true);
    }

    /// @notice A batch on top of a log of which one anchored entry was changed.
    /// @param seed Makes the new entries.
    /// @param which Picks the entry.
    function rewrite(uint256 seed, uint256 which) external {
        if (_leaves.length == 0) return;
        bytes32[] memory leaves = _longer(seed);
        leaves[which % _leaves.length] ^= bytes32(uint256(1) << (which % 256));
        _cheat(leaves, _leaves.length, uint64(leaves.length));
    }

    /// @notice A batch on top of a log of which one anchored entry was left out.
    /// @param seed Makes the new entries.
    /// @param which Picks the entry.
    function drop(uint256 seed, uint256 which) external {
        if (_leaves.length == 0) return;
        bytes32[] memory whole = _longer(seed);
        bytes32[] memory leaves = new bytes32[](whole.length - 1);
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = whole[i < which % _leaves.length ? i : i + 1];
        if (leaves.length > _leaves.length) _cheat(leaves, _leaves.length, uint64(leaves.length));
    }

    /// @notice A head of an earlier size, or the same one again.
    /// @param which Picks the size.
    function shrink(uint256 which) external {
        if (_leaves.length == 0) return;
        uint256 size = _within(which, 1, _leaves.length);
        _cheat(_leaves, size, uint64(size));
    }

    /// @notice The honest next log and its proof, said to be no longer than the anchored one.
    /// @dev A size that is too large is another matter: the root of a log does not bind its size (RFC 9162), and
    /// such a head still contains every entry. Who recomputes the head at the stated size sees it.
    /// @param seed Makes the new entries.
    /// @param which Picks the size.
    function understate(uint256 seed, uint256 which) external {
        if (_leaves.length > 0) _cheat(_longer(seed), _leaves.length, uint64(which % (_leaves.length + 1)));
    }

    /// @notice An honest batch whose proof belongs to an earlier head.
    /// @param seed Makes the new entries.
    /// @param which Picks the head.
    function proveFromEarlier(uint256 seed, uint256 which) external {
        if (_sizes.length < 2) return;
        bytes32[] memory leaves = _longer(seed);
        uint64 earlier = _sizes[which % (_sizes.length - 1)];
        _try(uint64(leaves.length), ReferenceLog.root(leaves, leaves.length), _proof(leaves, earlier));
    }

    /// @notice Anything at all.
    /// @param size Any size.
    /// @param head Any head.
    /// @param proof Any nodes.
    function invent(uint64 size, bytes32 head, bytes32[] calldata proof) external {
        if (_leaves.length > 0) _try(size, head, proof);
    }

    /// @notice Everything else that the roles allow; none of it may touch the log.
    /// @param document Any hash.
    function issueAndRevoke(bytes32 document) external {
        try REGISTRY.issue(document) {} catch {} // solhint-disable-line no-empty-blocks
        try REGISTRY.revoke(document) {} catch {} // solhint-disable-line no-empty-blocks
        _look(false);
    }

    /// @notice Number of heads that were taken.
    /// @return The number.
    function count() external view returns (uint256) {
        return _heads.length;
    }

    /// @notice Whether the newest head is that of all honest entries, and contains every earlier one.
    /// @return Whether it does, by the reference and by the registry.
    function containsAll() external view returns (bool) {
        bytes32[] memory leaves = _leaves;
        if (_heads.length == 0) return REGISTRY.size() == 0 && REGISTRY.head() == bytes32(0);
        uint64 size = uint64(leaves.length);
        if (REGISTRY.size() != size || REGISTRY.head() != ReferenceLog.root(leaves, size)) return false;
        for (uint256 i = 0; i < _heads.length; ++i) {
            if (ReferenceLog.root(leaves, _sizes[i]) != _heads[i]) return false;
            bytes32[] memory proof = ReferenceLog.consistency(leaves, _sizes[i], size);
            if (!REGISTRY.verifyConsistency(_sizes[i], size, _heads[i], REGISTRY.head(), proof)) return false;
        }
        return true;
    }

    /// @dev Anchors a log that does not continue the anchored one, with the best proof that it has.
    function _cheat(bytes32[] memory leaves, uint256 from, uint64 size) private {
        _try(size, ReferenceLog.root(leaves, leaves.length), _proof(leaves, uint64(from)));
    }

    /// @dev Anchors what must be refused.
    function _try(uint64 size, bytes32 head, bytes32[] memory proof) private {
        ++tried;
        try REGISTRY.anchor(_root(), size, head, proof) {
            cheated = true;
        } catch {
            _look(false);
        }
    }

    /// @dev Compares size and number of anchors with those seen last.
    function _look(bool advanced) private {
        (uint64 size, uint64 seq) = (REGISTRY.size(), REGISTRY.seq());
        bool right = advanced ? size > _seenSize && seq == _seenSeq + 1 : size == _seenSize && seq == _seenSeq;
        if (!right) wentBack = true;
        (_seenSize, _seenSeq) = (size, seq);
    }

    /// @dev A batch root that was never used.
    function _root() private returns (bytes32) {
        return keccak256(abi.encode("batch", ++_batches));
    }

    /// @dev The anchored entries and up to nine new ones, which are not kept.
    function _longer(uint256 seed) private view returns (bytes32[] memory leaves) {
        uint256 old = _leaves.length;
        leaves = new bytes32[](old + _within(seed, 1, 9));
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = i < old ? _leaves[i] : _leaf(seed, i);
    }

    /// @dev Proof from a size to all of the leaves; empty from nothing.
    function _proof(bytes32[] memory leaves, uint64 from) private pure returns (bytes32[] memory) {
        if (from == 0) return new bytes32[](0);
        return ReferenceLog.consistency(leaves, from, leaves.length);
    }

    /// @dev Leaf hash of a made-up entry.
    function _leaf(uint256 seed, uint256 index) private view returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0), seed, index, _batches));
    }
}
