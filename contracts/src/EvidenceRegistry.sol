// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.29;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {LogConsistency} from "./LogConsistency.sol";

/// @title Evidence registry
/// @notice Keeps the batch roots of evidence documents and the head of the operator's log. A new head
/// is taken only with a proof that it contains the old one, so the operator can neither drop nor
/// rewrite what was anchored.
/// @dev Answers the ABI of the OpenAttestation DocumentStore. `supportsInterface(0xdcfd0745)` (batchable
/// store) stays false on purpose: verifiers that see true pass malformed arguments and report genuine
/// documents as not issued. Not upgradeable. No immutable variables, so every deployment has the same
/// runtime code. All writes are write-once; times are block timestamps in seconds, 0 means never.
contract EvidenceRegistry is AccessControlDefaultAdminRules {
    /// @notice May anchor batches.
    bytes32 public constant ANCHOR_ROLE = keccak256("ANCHOR_ROLE");
    /// @notice May revoke documents.
    bytes32 public constant REVOKER_ROLE = keccak256("REVOKER_ROLE");
    /// @notice May issue a root outside the log; kept for the DocumentStore ABI, granted to nobody.
    bytes32 public constant ISSUER_ROLE = keccak256("ISSUER_ROLE");
    /// @notice Longest accepted consistency proof; sizes are 64 bits wide.
    uint256 public constant MAX_PROOF_LENGTH = 64;

    // Storage proofs name these slots (3 to 10): their order is part of the interface.
    address private _predecessor;
    uint64 private _predecessorSize;
    uint64 private _size;
    uint64 private _seq;
    bytes32 private _head;
    mapping(bytes32 document => uint64 time) private _issuedAt;
    mapping(bytes32 document => uint64 time) private _revokedAt;
    mapping(bytes32 document => uint8 reason) private _revokeReason;
    mapping(bytes32 document => bytes32 successor) private _supersededBy;
    bytes32 private _predecessorHead;

    /// @notice A root was issued.
    /// @param document Batch root.
    event DocumentIssued(bytes32 indexed document);

    /// @notice A document, or every document beneath a node, was revoked.
    /// @param documentRoot Batch root where the caller proved it, else the same as `document`.
    /// @param document Target hash, node or root that was revoked.
    event DocumentRevoked(bytes32 indexed documentRoot, bytes32 indexed document);

    /// @notice Why a document was revoked and by what it was replaced.
    /// @param document Target hash that was revoked.
    /// @param reason Reason code: RFC 5280 numbers below 32, own codes from 32.
    /// @param supersededBy Target hash of the successor, or zero.
    event RevocationReason(bytes32 indexed document, uint8 reason, bytes32 indexed supersededBy);

    /// @notice A batch was anchored and the log moved forward.
    /// @param seq Number of anchor calls so far, this one included.
    /// @param oldSize Entries in the log before.
    /// @param newSize Entries in the log now.
    /// @param head Root of the log now.
    /// @param batchRoot Root of the documents of the entries from `oldSize` to `newSize`.
    event HeadAdvanced(uint64 indexed seq, uint64 oldSize, uint64 newSize, bytes32 head, bytes32 indexed batchRoot);

    /// @notice The new head does not contain the current one.
    error NotAppendOnly();
    /// @notice The root was issued before.
    error AlreadyIssued();
    /// @notice The hash was revoked before.
    error AlreadyRevoked();
    /// @notice The root was never issued.
    error NotIssued();
    /// @notice The document is not beneath the root.
    error BadProof();
    /// @notice Zero is no hash.
    error ZeroHash();
    /// @notice The consistency proof has more than `MAX_PROOF_LENGTH` elements.
    error ProofTooLong();
    /// @notice The final state of the predecessor contradicts itself.
    /// @param predecessor Address given.
    /// @param size Size given.
    /// @param head Head given.
    /// @param seq Number of anchor calls given.
    error InvalidPredecessor(address predecessor, uint64 size, bytes32 head, uint64 seq);

    /// @notice Starts an empty log, or continues the log of a predecessor.
    /// @param admin Holder of the default admin role; a transfer waits two days.
    /// @param predecessor_ Registry that this one continues, or zero.
    /// @param predecessorSize_ Its final size.
    /// @param predecessorHead_ Its final head.
    /// @param predecessorSeq_ Its final number of anchor calls; `seq` counts on from there.
    constructor(
        address admin,
        address predecessor_,
        uint64 predecessorSize_,
        bytes32 predecessorHead_,
        uint64 predecessorSeq_
    ) AccessControlDefaultAdminRules(2 days, admin) {
        bool empty = predecessorSize_ == 0;
        if (
            (predecessor_ == address(0) && !empty) ||
            empty != (predecessorHead_ == bytes32(0)) ||
            empty != (predecessorSeq_ == 0) ||
            predecessorSeq_ > predecessorSize_
        ) revert InvalidPredecessor(predecessor_, predecessorSize_, predecessorHead_, predecessorSeq_);

        _predecessor = predecessor_;
        _predecessorSize = predecessorSize_;
        _predecessorHead = predecessorHead_;
        _size = predecessorSize_;
        _head = predecessorHead_;
        _seq = predecessorSeq_;
    }

    /// @notice Anchors a batch and moves the log head forward.
    /// @dev Reverts, in this order: `ProofTooLong`, `NotAppendOnly`, `ZeroHash`, `AlreadyIssued`.
    /// @param batchRoot Sorted-pair keccak-256 root of the target hashes of the new entries.
    /// @param newSize Entries in the log after this batch; more than before.
    /// @param newHead RFC 9162 root of the log of `newSize` entries.
    /// @param proof Consistency proof from the current head to `newHead`; empty for the first batch.
    function anchor(
        bytes32 batchRoot,
        uint64 newSize,
        bytes32 newHead,
        bytes32[] calldata proof
    ) external onlyRole(ANCHOR_ROLE) {
        if (proof.length > MAX_PROOF_LENGTH) revert ProofTooLong();
        uint64 oldSize = _size;
        if (newSize <= oldSize) revert NotAppendOnly();
        bool contained =
            oldSize == 0 ? proof.length == 0 : LogConsistency.verify(oldSize, newSize, _head, newHead, proof);
        if (!contained) revert NotAppendOnly();

        _issue(batchRoot);
        uint64 newSeq = _seq + 1;
        _size = newSize;
        _seq = newSeq;
        _head = newHead;
        emit HeadAdvanced(newSeq, oldSize, newSize, newHead, batchRoot);
    }

    /// @notice Issues a root outside the log, for the DocumentStore ABI only.
    /// @dev Proves no log inclusion; `ISSUER_ROLE` is left ungranted in production.
    /// @param document Root to issue.
    function issue(bytes32 document) external onlyRole(ISSUER_ROLE) {
        _issue(document);
    }

    /// @notice Revokes a target hash, or every document beneath a node or root.
    /// @param document Hash to revoke.
    function revoke(bytes32 document) external onlyRole(REVOKER_ROLE) {
        _revoke(document, document);
    }

    /// @notice Revokes a document that is shown to be beneath an issued root.
    /// @dev Reverts, in this order: `BadProof`, `NotIssued`, `ZeroHash`, `AlreadyRevoked`.
    /// @param documentRoot Issued batch root.
    /// @param document Target hash to revoke.
    /// @param proof Siblings from `document` up to `documentRoot`.
    function revoke(bytes32 documentRoot, bytes32 document, bytes32[] calldata proof) external onlyRole(REVOKER_ROLE) {
        if (!MerkleProof.verifyCalldata(proof, documentRoot, document)) revert BadProof();
        if (!isIssued(documentRoot)) revert NotIssued();
        _revoke(documentRoot, document);
    }

    /// @notice Revokes a document and says why.
    /// @param document Target hash to revoke.
    /// @param reason Reason code: RFC 5280 numbers below 32, own codes from 32.
    /// @param successor Target hash of the document that replaces it, or zero.
    function revokeWithReason(bytes32 document, uint8 reason, bytes32 successor) external onlyRole(REVOKER_ROLE) {
        _revoke(document, document);
        _revokeReason[document] = reason;
        _supersededBy[document] = successor;
        emit RevocationReason(document, reason, successor);
    }

    /// @notice True where the root was issued. Never reverts.
    /// @param document Batch root.
    function isIssued(bytes32 document) public view returns (bool) {
        return _issuedAt[document] != 0;
    }

    /// @notice True where the document is beneath an issued root.
    /// @param documentRoot Batch root.
    /// @param document Target hash.
    /// @param proof Siblings from `document` up to `documentRoot`.
    function isIssued(bytes32 documentRoot, bytes32 document, bytes32[] calldata proof) public view returns (bool) {
        return isIssued(documentRoot) && MerkleProof.verifyCalldata(proof, documentRoot, document);
    }

    /// @notice True where this very hash was revoked. Never reverts.
    /// @param document Target hash, node or root.
    function isRevoked(bytes32 document) public view returns (bool) {
        return _revokedAt[document] != 0;
    }

    /// @notice True where the document, the root or any node between them was revoked.
    /// @param documentRoot Batch root.
    /// @param document Target hash.
    /// @param proof Siblings from `document` up to `documentRoot`.
    function isRevoked(bytes32 documentRoot, bytes32 document, bytes32[] calldata proof) public view returns (bool) {
        if (isRevoked(documentRoot)) return true;
        bytes32 node = document;
        for (uint256 i = 0; i < proof.length; ++i) {
            if (isRevoked(node)) return true;
            node = Hashes.commutativeKeccak256(node, proof[i]);
        }
        return isRevoked(node);
    }

    /// @notice True where the root was issued and not revoked. Never reverts.
    /// @param document Batch root.
    function isActive(bytes32 document) external view returns (bool) {
        return isIssued(document) && !isRevoked(document);
    }

    /// @notice True where the document is beneath an issued root and nothing on the way was revoked.
    /// @param documentRoot Batch root.
    /// @param document Target hash.
    /// @param proof Siblings from `document` up to `documentRoot`.
    function isActive(bytes32 documentRoot, bytes32 document, bytes32[] calldata proof) external view returns (bool) {
        return isIssued(documentRoot, document, proof) && !isRevoked(documentRoot, document, proof);
    }

    /// @notice Runs the consistency check of `anchor` on any two heads.
    /// @param firstSize Entries in the older log.
    /// @param secondSize Entries in the newer log.
    /// @param firstRoot Root of the older log.
    /// @param secondRoot Root of the newer log.
    /// @param proof Consistency proof.
    function verifyConsistency(
        uint64 firstSize,
        uint64 secondSize,
        bytes32 firstRoot,
        bytes32 secondRoot,
        bytes32[] calldata proof
    ) public pure returns (bool) {
        return LogConsistency.verify(firstSize, secondSize, firstRoot, secondRoot, proof);
    }

    /// @notice Name of this kind of registry.
    function name() external pure returns (string memory) {
        return "Ferrotrace Evidence Registry";
    }

    /// @notice Entries in the log at the newest anchor.
    function size() external view returns (uint64) {
        return _size;
    }

    /// @notice Number of anchor calls so far, those of the predecessors included.
    function seq() external view returns (uint64) {
        return _seq;
    }

    /// @notice Root of the log at the newest anchor.
    function head() external view returns (bytes32) {
        return _head;
    }

    /// @notice Time at which a root was issued, in seconds, or 0.
    /// @param document Batch root.
    function issuedAt(bytes32 document) external view returns (uint64) {
        return _issuedAt[document];
    }

    /// @notice Time at which a hash was revoked, in seconds, or 0.
    /// @param document Target hash, node or root.
    function revokedAt(bytes32 document) external view returns (uint64) {
        return _revokedAt[document];
    }

    /// @notice Reason code given with the revocation, or 0.
    /// @param document Target hash.
    function revokeReason(bytes32 document) external view returns (uint8) {
        return _revokeReason[document];
    }

    /// @notice Target hash of the document that replaces a revoked one, or zero.
    /// @param document Target hash of the revoked document.
    function supersededBy(bytes32 document) external view returns (bytes32) {
        return _supersededBy[document];
    }

    /// @notice Registry that this one continues, or zero.
    function predecessor() external view returns (address) {
        return _predecessor;
    }

    /// @notice Final size of the predecessor, or 0.
    function predecessorSize() external view returns (uint64) {
        return _predecessorSize;
    }

    /// @notice Final head of the predecessor, or zero.
    function predecessorHead() external view returns (bytes32) {
        return _predecessorHead;
    }

    /// @dev Records the time of issue once.
    function _issue(bytes32 document) private {
        if (document == bytes32(0)) revert ZeroHash();
        if (isIssued(document)) revert AlreadyIssued();
        _issuedAt[document] = uint64(block.timestamp);
        emit DocumentIssued(document);
    }

    /// @dev Records the time of revocation once: a second call must not move it.
    function _revoke(bytes32 documentRoot, bytes32 document) private {
        if (document == bytes32(0)) revert ZeroHash();
        if (isRevoked(document)) revert AlreadyRevoked();
        _revokedAt[document] = uint64(block.timestamp);
        emit DocumentRevoked(documentRoot, document);
    }
}
