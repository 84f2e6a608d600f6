"""What the registry does, refuses and tells: every role, revert and event."""

from itertools import permutations
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from service.chain.contract import encode_call, encode_deployment, revert_name
from service.chain.deploy import ZERO_ADDRESS
from service.chain.registry import ContractRevertedError, anchor_calldata, revocation_calldata
from service.chain.rpc import ChainRefusedError
from service.chain.signer import LocalSigner
from service.chain.values import to_hex
from tests.support.registry_on_chain import RegistryOnChain

LEAF = [keccak(text=f"document {index}") for index in range(4)]
ZERO = bytes(32)
DAY_S = 86_400
LOG_ROOT_1 = bytes.fromhex("53cf15ec8864d2d6ce67576c1fd668eb9d1d3b4d7b4ead799a48c10b3449020b")
LOG_LEAF_2 = bytes.fromhex("48db47ee2919b636d055f7ddd470f5bdc5e7f21f06f0332a1b6a57c438a1cac8")
LOG_ROOT_2 = bytes.fromhex("ecadc3ffab7e5dadfc3d411d20ecbde991f00a2bc35ba76e624fc87a7b6c2d93")


def parent(left: bytes, right: bytes) -> bytes:
    return keccak(min(left, right) + max(left, right))


NODE_01, NODE_23 = parent(LEAF[0], LEAF[1]), parent(LEAF[2], LEAF[3])
ROOT = parent(NODE_01, NODE_23)
PROOF_OF_0 = [LEAF[1], NODE_23]

ISSUE = "issue(bytes32)"
REVOKE = "revoke(bytes32)"
REVOKE_WITH_PROOF = "revoke(bytes32,bytes32,bytes32[])"


def refusal(registry: RegistryOnChain, signer: LocalSigner, calldata: bytes) -> str:
    with pytest.raises(ContractRevertedError) as refused:
        registry.client.check(calldata, sender=signer.address)
    return refused.value.error_name


def first_anchor(batch_root: bytes = ROOT, **other: Any) -> bytes:
    values = {"batch_root": batch_root, "new_size": 1, "new_head": LOG_ROOT_1, "proof": []}
    return anchor_calldata(**{**values, **other})


def second_anchor(batch_root: bytes, **other: Any) -> bytes:
    proof = [LOG_LEAF_2]
    values = {"batch_root": batch_root, "new_size": 2, "new_head": LOG_ROOT_2, "proof": proof}
    return anchor_calldata(**{**values, **other})


def yes(registry: RegistryOnChain, signature: str, *arguments: object) -> bool:
    return int.from_bytes(registry.view(signature, *arguments)) == 1


def logs(registry: RegistryOnChain, tx_hash: bytes) -> list[tuple[list[str], str]]:
    receipt = registry.client.rpc.call("eth_getTransactionReceipt", to_hex(tx_hash))
    return [(log["topics"], log["data"]) for log in receipt["logs"]]


def topic(signature: str) -> str:
    return to_hex(keccak(text=signature))


# --- anchor


def test_first_anchor_issues_the_root_and_sets_the_head(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.anchorer, first_anchor())
    block = registry.client.block(receipt.block_number)
    assert receipt.succeeded
    assert block is not None
    head = registry.client.log_head()
    assert (head.size, head.seq, head.head) == (1, 1, LOG_ROOT_1)
    assert registry.client.is_issued(ROOT)
    assert registry.client.issued_at(ROOT) == block.time_s


def test_anchor_tells_the_issue_then_the_new_head(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.anchorer, first_anchor())
    advanced = topic("HeadAdvanced(uint64,uint64,uint64,bytes32,bytes32)")
    assert logs(registry, receipt.tx_hash) == [
        ([topic("DocumentIssued(bytes32)"), to_hex(ROOT)], "0x"),
        (
            [advanced, to_hex((1).to_bytes(32)), to_hex(ROOT)],
            to_hex(encode(["uint64", "uint64", "bytes32"], [0, 1, LOG_ROOT_1])),
        ),
    ]


def test_later_anchor_needs_and_takes_a_consistency_proof(registry: RegistryOnChain) -> None:
    registry.send(registry.anchorer, first_anchor())
    without = second_anchor(LEAF[0], proof=[])
    assert refusal(registry, registry.anchorer, without) == "NotAppendOnly"
    registry.send(registry.anchorer, second_anchor(LEAF[0]))
    events = list(registry.client.head_advanced(from_block=registry.deployment.from_block))
    assert [(event.seq, event.old_size, event.new_size) for event in events] == [
        (1, 0, 1),
        (2, 1, 2),
    ]
    assert [event.batch_root for event in events] == [ROOT, LEAF[0]]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"proof": [ZERO] * 65}, "ProofTooLong"),
        ({"proof": [ZERO] * 65, "new_size": 0, "batch_root": ZERO}, "ProofTooLong"),
        ({"proof": [ZERO] * 64}, "NotAppendOnly"),
        ({"new_size": 0}, "NotAppendOnly"),
        ({"new_size": 0, "batch_root": ZERO}, "NotAppendOnly"),
        ({"proof": [ZERO], "batch_root": ZERO}, "NotAppendOnly"),
        ({"batch_root": ZERO}, "ZeroHash"),
    ],
)
def test_first_anchor_is_refused_in_the_published_order(
    registry: RegistryOnChain, changed: dict[str, Any], error: str
) -> None:
    assert refusal(registry, registry.anchorer, first_anchor(**changed)) == error


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({}, "AlreadyIssued"),
        ({"new_size": 1}, "NotAppendOnly"),
        ({"new_size": 0}, "NotAppendOnly"),
        ({"new_head": LOG_ROOT_1}, "NotAppendOnly"),
        ({"proof": [LOG_ROOT_2]}, "NotAppendOnly"),
        ({"proof": [LOG_LEAF_2, LOG_LEAF_2]}, "NotAppendOnly"),
        ({"new_size": 3}, "NotAppendOnly"),
    ],
)
def test_second_anchor_is_refused(
    registry: RegistryOnChain, changed: dict[str, Any], error: str
) -> None:
    registry.send(registry.anchorer, first_anchor())
    assert refusal(registry, registry.anchorer, second_anchor(ROOT, **changed)) == error


def test_every_flipped_bit_of_a_consistency_proof_is_refused(registry: RegistryOnChain) -> None:
    registry.send(registry.anchorer, first_anchor())
    for bit in range(0, 256, 7):
        flipped = (int.from_bytes(LOG_LEAF_2) ^ (1 << bit)).to_bytes(32)
        calldata = second_anchor(LEAF[0], proof=[flipped])
        assert refusal(registry, registry.anchorer, calldata) == "NotAppendOnly"


def test_failed_transaction_changes_nothing(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.anchorer, first_anchor(batch_root=ZERO))
    assert not receipt.succeeded
    assert registry.client.log_head().size == 0


# --- roles


@pytest.mark.parametrize(
    "calldata",
    [
        first_anchor(),
        encode_call(ISSUE, ROOT),
        encode_call(REVOKE, ROOT),
        encode_call(REVOKE_WITH_PROOF, ROOT, LEAF[0], PROOF_OF_0),
        revocation_calldata(target_hash=LEAF[0], reason=4, superseded_by=None),
        encode_call("grantRole(bytes32,address)", keccak(text="ANCHOR_ROLE"), ZERO_ADDRESS),
    ],
)
def test_stranger_may_write_nothing(registry: RegistryOnChain, calldata: bytes) -> None:
    expected = "AccessControlUnauthorizedAccount"
    assert refusal(registry, registry.stranger, calldata) == expected


def test_each_role_opens_its_own_functions_only(registry: RegistryOnChain) -> None:
    expected = "AccessControlUnauthorizedAccount"
    for signer in (registry.admin, registry.revoker):
        assert refusal(registry, signer, first_anchor()) == expected
    for signer in (registry.admin, registry.anchorer):
        assert refusal(registry, signer, encode_call(REVOKE, ROOT)) == expected
    for signer in (registry.admin, registry.anchorer, registry.revoker):
        assert refusal(registry, signer, encode_call(ISSUE, ROOT)) == expected


def test_role_is_checked_before_anything_else(registry: RegistryOnChain) -> None:
    expected = "AccessControlUnauthorizedAccount"
    worst = first_anchor(proof=[ZERO] * 65)
    assert refusal(registry, registry.stranger, worst) == expected


def test_admin_takes_a_role_back(registry: RegistryOnChain) -> None:
    role = keccak(text="ANCHOR_ROLE")
    calldata = encode_call("revokeRole(bytes32,address)", role, registry.anchorer.address)
    assert registry.send(registry.admin, calldata).succeeded
    assert not registry.client.has_role(role, registry.anchorer.address)
    expected = "AccessControlUnauthorizedAccount"
    assert refusal(registry, registry.anchorer, first_anchor()) == expected


def test_transfer_of_the_admin_role_waits_two_days(registry: RegistryOnChain) -> None:
    begin = encode_call("beginDefaultAdminTransfer(address)", registry.stranger.address)
    accept = encode_call("acceptDefaultAdminTransfer()")
    assert int.from_bytes(registry.view("defaultAdminDelay()")) == 2 * DAY_S
    assert registry.send(registry.admin, begin).succeeded
    expected = "AccessControlEnforcedDefaultAdminDelay"
    assert refusal(registry, registry.stranger, accept) == expected
    registry.client.rpc.call("evm_increaseTime", hex(2 * DAY_S + 1))
    assert registry.send(registry.stranger, accept).succeeded
    assert registry.view("owner()")[12:].hex() == registry.stranger.address[2:].lower()


# --- issue


def test_issue_records_a_root_and_leaves_the_log_alone(registry: RegistryOnChain) -> None:
    role = keccak(text="ISSUER_ROLE")
    grant = encode_call("grantRole(bytes32,address)", role, registry.stranger.address)
    registry.send(registry.admin, grant)
    receipt = registry.send(registry.stranger, encode_call(ISSUE, ROOT))
    issued = [topic("DocumentIssued(bytes32)"), to_hex(ROOT)]
    assert logs(registry, receipt.tx_hash) == [(issued, "0x")]
    assert registry.client.is_issued(ROOT)
    assert registry.client.log_head().size == 0
    again, zero = encode_call(ISSUE, ROOT), encode_call(ISSUE, ZERO)
    assert refusal(registry, registry.stranger, again) == "AlreadyIssued"
    assert refusal(registry, registry.stranger, zero) == "ZeroHash"


# --- revoke


def test_revocation_is_recorded_once_with_its_time(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.revoker, encode_call(REVOKE, LEAF[0]))
    block = registry.client.block(receipt.block_hash)
    revoked = [topic("DocumentRevoked(bytes32,bytes32)"), to_hex(LEAF[0]), to_hex(LEAF[0])]
    assert block is not None
    assert logs(registry, receipt.tx_hash) == [(revoked, "0x")]
    assert int.from_bytes(registry.view("revokedAt(bytes32)", LEAF[0])) == block.time_s
    assert refusal(registry, registry.revoker, encode_call(REVOKE, LEAF[0])) == "AlreadyRevoked"
    assert refusal(registry, registry.revoker, encode_call(REVOKE, ZERO)) == "ZeroHash"


def test_revocation_with_reason_names_the_successor(registry: RegistryOnChain) -> None:
    calldata = revocation_calldata(target_hash=LEAF[0], reason=32, superseded_by=LEAF[1])
    receipt = registry.send(registry.revoker, calldata)
    revoked = topic("DocumentRevoked(bytes32,bytes32)")
    reason = topic("RevocationReason(bytes32,uint8,bytes32)")
    assert logs(registry, receipt.tx_hash) == [
        ([revoked, to_hex(LEAF[0]), to_hex(LEAF[0])], "0x"),
        ([reason, to_hex(LEAF[0]), to_hex(LEAF[1])], to_hex((32).to_bytes(32))),
    ]
    assert int.from_bytes(registry.view("revokeReason(bytes32)", LEAF[0])) == 32
    assert registry.view("supersededBy(bytes32)", LEAF[0]) == LEAF[1]
    assert refusal(registry, registry.revoker, calldata) == "AlreadyRevoked"
    zero = revocation_calldata(target_hash=ZERO, reason=0, superseded_by=None)
    assert refusal(registry, registry.revoker, zero) == "ZeroHash"


def test_revocation_with_proof_is_of_a_document_beneath_an_issued_root(
    registry: RegistryOnChain,
) -> None:
    calldata = encode_call(REVOKE_WITH_PROOF, ROOT, LEAF[0], PROOF_OF_0)
    wrong = encode_call(REVOKE_WITH_PROOF, ROOT, LEAF[2], PROOF_OF_0)
    assert refusal(registry, registry.revoker, wrong) == "BadProof"
    assert refusal(registry, registry.revoker, calldata) == "NotIssued"
    registry.send(registry.anchorer, first_anchor())
    receipt = registry.send(registry.revoker, calldata)
    revoked = [topic("DocumentRevoked(bytes32,bytes32)"), to_hex(ROOT), to_hex(LEAF[0])]
    assert logs(registry, receipt.tx_hash) == [(revoked, "0x")]
    assert registry.client.is_revoked(LEAF[0])
    assert not registry.client.is_revoked(ROOT)
    assert refusal(registry, registry.revoker, calldata) == "AlreadyRevoked"


# --- the DocumentStore views

ISSUED = "isIssued(bytes32,bytes32,bytes32[])"
REVOKED = "isRevoked(bytes32,bytes32,bytes32[])"
ACTIVE = "isActive(bytes32,bytes32,bytes32[])"


def test_one_argument_views_answer_no_for_unknown_and_zero(registry: RegistryOnChain) -> None:
    for view in ("isIssued(bytes32)", "isRevoked(bytes32)", "isActive(bytes32)"):
        for unknown in (ZERO, LEAF[0], b"\xff" * 32):
            assert not yes(registry, view, unknown)
    for view in ("issuedAt", "revokedAt", "revokeReason", "supersededBy"):
        assert registry.view(f"{view}(bytes32)", LEAF[0]) == ZERO


def test_views_follow_a_root_from_issue_to_revocation(registry: RegistryOnChain) -> None:
    assert not yes(registry, ISSUED, ROOT, LEAF[0], PROOF_OF_0)
    registry.send(registry.anchorer, first_anchor())
    assert yes(registry, "isActive(bytes32)", ROOT)
    assert yes(registry, ISSUED, ROOT, LEAF[0], PROOF_OF_0)
    assert yes(registry, ACTIVE, ROOT, LEAF[0], PROOF_OF_0)
    registry.send(registry.revoker, encode_call(REVOKE, ROOT))
    assert not yes(registry, "isActive(bytes32)", ROOT)
    assert yes(registry, "isIssued(bytes32)", ROOT)


@pytest.mark.parametrize("revoked", [LEAF[0], NODE_01, ROOT], ids=["document", "node", "root"])
def test_revocation_anywhere_on_the_way_to_the_root_counts(
    registry: RegistryOnChain, revoked: bytes
) -> None:
    registry.send(registry.anchorer, first_anchor())
    assert not yes(registry, REVOKED, ROOT, LEAF[0], PROOF_OF_0)
    registry.send(registry.revoker, encode_call(REVOKE, revoked))
    assert yes(registry, REVOKED, ROOT, LEAF[0], PROOF_OF_0)
    assert not yes(registry, ACTIVE, ROOT, LEAF[0], PROOF_OF_0)
    # The other half of the batch has the root in common with it, and nothing else.
    other_half = yes(registry, ACTIVE, ROOT, LEAF[2], [LEAF[3], NODE_01])
    assert other_half is (revoked != ROOT)


def test_only_the_right_proof_in_the_right_order_shows_issue(registry: RegistryOnChain) -> None:
    registry.send(registry.anchorer, first_anchor())
    right = (LEAF[1], NODE_23)
    for proof in permutations([*right, LEAF[2]], 2):
        assert yes(registry, ISSUED, ROOT, LEAF[0], list(proof)) is (proof == right)
    assert not yes(registry, ISSUED, ROOT, LEAF[0], [])
    assert not yes(registry, ISSUED, NODE_01, LEAF[0], [LEAF[1]])


@pytest.mark.parametrize(
    ("interface", "supported"),
    [("dcfd0745", False), ("ffffffff", False), ("01ffc9a7", True), ("7965db0b", True)],
)
def test_supported_interfaces(
    registry: RegistryOnChain,
    interface: str,
    supported: bool,  # noqa: FBT001
) -> None:
    selector = bytes.fromhex(interface)
    assert yes(registry, "supportsInterface(bytes4)", selector) is supported


def test_name_of_the_registry(registry: RegistryOnChain) -> None:
    assert b"Ferrotrace Evidence Registry" in registry.view("name()")


# --- the constructor


def deploy(registry: RegistryOnChain, **given: Any) -> dict[str, str]:
    """``eth_call`` parameters of a deployment with these constructor arguments."""
    values: dict[str, Any] = {
        "admin": registry.admin.address,
        "predecessor": ZERO_ADDRESS,
        "predecessor_size": 0,
        "predecessor_head": ZERO,
        "predecessor_seq": 0,
    }
    code = encode_deployment(**{**values, **given})
    return {"from": registry.admin.address, "data": to_hex(code)}


CONTINUED = {
    "predecessor": "0x" + "11" * 20,
    "predecessor_size": 1,
    "predecessor_head": LOG_ROOT_1,
    "predecessor_seq": 1,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"predecessor": ZERO_ADDRESS},
        {"predecessor_size": 0},
        {"predecessor_head": ZERO},
        {"predecessor_seq": 0},
        {"predecessor_seq": 2},
    ],
)
def test_contradictory_predecessor_is_refused(
    registry: RegistryOnChain, wrong: dict[str, Any]
) -> None:
    registry.client.rpc.call("eth_call", deploy(registry, **CONTINUED), "latest")
    with pytest.raises(ChainRefusedError) as refused:
        registry.client.rpc.call("eth_call", deploy(registry, **{**CONTINUED, **wrong}), "latest")
    assert revert_name(refused.value.data) == "InvalidPredecessor"


def test_empty_predecessor_may_be_named(registry: RegistryOnChain) -> None:
    named = deploy(registry, predecessor="0x" + "11" * 20)
    assert registry.client.rpc.call("eth_call", named, "latest") != "0x"


def test_deployment_without_admin_is_refused(registry: RegistryOnChain) -> None:
    with pytest.raises(ChainRefusedError) as refused:
        registry.client.rpc.call("eth_call", deploy(registry, admin=ZERO_ADDRESS), "latest")
    assert revert_name(refused.value.data) == "AccessControlInvalidDefaultAdmin"
