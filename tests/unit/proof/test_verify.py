import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from service.proof.bundle import LogHead, LogPart
from service.proof.bundle_reader import read_bundle
from service.proof.document import wrap
from service.proof.families import ALL, REQUIRED
from service.proof.jcs import canonical_json
from service.proof.leaves import field_hash
from service.proof.redaction import redact
from service.proof.registry import dns_record
from service.proof.trust import Trust
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify, verify_together, worst
from tests.unit.proof.documents import fixed_salts, ticket
from tests.unit.proof.made_chain import (
    ADDRESS,
    ANCHOR_BLOCK,
    CHAIN_ID,
    STATUS_BLOCK,
    Parts,
    Truck,
    anchored_truck,
    block_part,
    header_rlp,
    proof_nodes,
    receipt_bytes,
    status_part,
    trie_of,
    word,
)
from tests.unit.proof.made_reader import MadeBlock, MadeHead, reader_of


@cache
def truck() -> Truck:
    return anchored_truck()


def the_ticket() -> Parts:
    return truck().parts["ticket"]


def outcome(verdict: Verdict, type_name: str) -> tuple[str, int | None]:
    check = verdict.check(type_name)
    return check.status.value, check.reason.code if check.reason else None


def judge(raw: bytes, **sources: Any) -> Verdict:
    return verify(raw, **{"trust": truck().trust, **sources})


def trusting(**changed: Any) -> Trust:
    trust = truck().trust
    return replace(trust, issuers=(replace(trust.issuers[0], **changed),))


def knowing(**blocks: Mapping[int, bytes]) -> Trust:
    return replace(truck().trust, known_blocks={CHAIN_ID: blocks["blocks"]})


@pytest.mark.parametrize("name", list(anchored_truck().parts))
def test_every_kind_of_document_is_valid_offline(name: str) -> None:
    verdict = judge(truck().parts[name].file())
    assert verdict.verdict is Status.VALID
    assert verdict.as_of is not None
    assert verdict.as_of.block == STATUS_BLOCK
    assert outcome(verdict, "RECORD_SEMANTICS") == ("VALID", None)


def test_an_answer_lists_every_family_once_in_order() -> None:
    verdict = judge(the_ticket().file())
    assert [check.type for check in verdict.checks] == [family.type for family in ALL]
    answer = verdict.as_json()
    assert answer["verdict"] == "VALID"
    assert answer["as_of"] == {"block": STATUS_BLOCK, "time": "2026-03-01T02:10:09Z"}
    assert set(answer["checks"][0]) == {"name", "type", "status", "reason"}


def test_without_trust_and_chain_nobody_can_tell() -> None:
    verdict = verify(the_ticket().file())
    assert verdict.verdict is Status.ERROR
    assert verdict.as_of is None
    assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("VALID", None)


def test_a_chain_without_trust_names_no_issuer() -> None:
    assert verify(the_ticket().file(), chain=reader_of(truck())).verdict is Status.ERROR


def test_a_bundle_already_read_is_verified_the_same() -> None:
    raw = the_ticket().file()
    assert verify(read_bundle(raw), trust=truck().trust) == judge(raw)


@pytest.mark.parametrize("raw", [b"", b"garbage", b"{}", b"\xff\xfe", b'{"v":1,"document":{}}'])
def test_garbage_is_invalid_with_every_other_check_skipped(raw: bytes) -> None:
    verdict = judge(raw)
    assert verdict.verdict is Status.INVALID
    assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("INVALID", 0)
    assert {check.status for check in verdict.checks[1:]} == {Status.SKIPPED}


def test_a_newer_format_cannot_be_told() -> None:
    verdict = judge(b'{"v":2,"document":{}}')
    assert verdict.verdict is Status.ERROR
    assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("ERROR", 1)


@pytest.mark.parametrize("missing", ["log", "anchor"])
def test_a_required_part_that_is_absent_leaves_it_open(missing: str) -> None:
    absent = {"anchor": {"anchor": None, "status": None}, "log": {"log": None}}[missing]
    log = replace(the_ticket().log, consistency=None)
    verdict = judge(the_ticket().file(**{"log": log, **absent}))
    assert verdict.verdict is Status.ERROR


def test_an_anchor_without_state_needs_a_live_chain() -> None:
    raw = the_ticket().file(status=None, log=replace(the_ticket().log, consistency=None))
    assert judge(raw).verdict is Status.ERROR
    assert judge(raw, chain=reader_of(truck())).verdict is Status.VALID


def test_the_document_alone_needs_everything_else() -> None:
    verdict = judge(the_ticket().file(log=None, anchor=None, status=None, identity=None))
    assert verdict.verdict is Status.ERROR
    assert outcome(verdict, "CHAIN_ANCHOR") == ("SKIPPED", 4)
    assert outcome(verdict, "LOG_INCLUSION") == ("SKIPPED", 4)
    assert outcome(verdict, "ISSUER_IDENTITY") == ("VALID", None)


class TestLiveChain:
    def test_the_newest_block_decides(self) -> None:
        verdict = judge(the_ticket().file(), chain=reader_of(truck()))
        assert verdict.verdict is Status.VALID
        assert verdict.as_of is not None
        assert verdict.as_of.block == 20

    def test_it_stands_for_blocks_that_the_trust_file_does_not_name(self) -> None:
        trust = knowing(blocks={})
        verdict = judge(the_ticket().file(), trust=trust, chain=reader_of(truck()))
        assert verdict.verdict is Status.VALID
        assert verdict.check("CHAIN_ANCHOR").data == {"finality": "finalized", "block": 7}

    @pytest.mark.parametrize("final", [None, MadeBlock(ANCHOR_BLOCK - 1, 0)])
    def test_a_block_that_is_not_final_leaves_it_open(self, final: MadeBlock | None) -> None:
        chain = reader_of(truck(), final=final)
        verdict = judge(the_ticket().file(), trust=knowing(blocks={}), chain=chain)
        assert outcome(verdict, "CHAIN_ANCHOR") == ("ERROR", 8)
        assert outcome(verdict, "LOG_INCLUSION") == ("ERROR", 0)
        assert verdict.verdict is Status.ERROR

    @pytest.mark.parametrize(
        "answers",
        [{"silent": True}, {"chain": 1}, {"address": "0x" + "00" * 20}, {"latest": None}],
    )
    def test_without_an_answer_the_state_proof_decides(self, answers: dict[str, Any]) -> None:
        verdict = judge(the_ticket().file(), chain=reader_of(truck(), **answers))
        assert verdict.verdict is Status.VALID
        assert verdict.as_of is not None
        assert verdict.as_of.block == STATUS_BLOCK

    def test_silence_without_a_known_block_is_never_invalid(self) -> None:
        chain = reader_of(truck(), silent=True)
        verdict = judge(the_ticket().file(), trust=knowing(blocks={}), chain=chain)
        assert verdict.verdict is Status.ERROR
        assert outcome(verdict, "CHAIN_ANCHOR") == ("ERROR", 9)
        assert outcome(verdict, "DOCUMENT_STATUS") == ("ERROR", 0)

    def test_a_batch_that_was_never_issued(self) -> None:
        verdict = judge(the_ticket().file(), chain=reader_of(truck(), issued=False))
        assert outcome(verdict, "DOCUMENT_STATUS") == ("INVALID", 1)

    def test_every_node_above_a_document_can_revoke_it(self) -> None:
        for node in truck().nodes["ticket"]:
            chain = reader_of(truck(), revoked=frozenset({node}))
            verdict = judge(the_ticket().file(), chain=chain)
            assert outcome(verdict, "DOCUMENT_STATUS") == ("INVALID", 5)
            assert verdict.verdict is Status.INVALID

    def test_another_code_is_another_contract(self) -> None:
        verdict = judge(the_ticket().file(), chain=reader_of(truck(), code=word(1)))
        assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", 6)
        assert outcome(verdict, "DOCUMENT_STATUS") == ("ERROR", 0)

    def test_another_block_hash_contradicts(self) -> None:
        chain = reader_of(truck(), hashes={ANCHOR_BLOCK: word(1)})
        assert outcome(judge(the_ticket().file(), chain=chain), "CHAIN_ANCHOR") == ("INVALID", 1)


class TestIdentity:
    def test_a_location_nobody_knows_cannot_be_told(self) -> None:
        verdict = judge(the_ticket().file(), trust=trusting(location="other.example"))
        assert outcome(verdict, "ISSUER_IDENTITY") == ("ERROR", 0)
        assert outcome(verdict, "CHAIN_ANCHOR") == ("ERROR", 0)
        assert verdict.verdict is Status.ERROR

    @pytest.mark.parametrize("changed", [{"registry": b"\x01" * 20}, {"chain_id": 5}])
    def test_a_known_location_with_another_registry_contradicts(
        self, changed: dict[str, Any]
    ) -> None:
        raw = the_ticket().file(identity=None)
        verdict = judge(raw, trust=trusting(**changed))
        assert outcome(verdict, "ISSUER_IDENTITY") == ("INVALID", 4)
        assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", 6)

    def test_the_trusted_dns_record_must_name_the_registry(self) -> None:
        other = trusting(dns_txt=dns_record(1, ADDRESS))
        assert outcome(judge(the_ticket().file(), trust=other), "ISSUER_IDENTITY") == ("INVALID", 4)

    def test_dns_that_nobody_asked_cannot_be_told(self) -> None:
        verdict = judge(the_ticket().file(), trust=trusting(dns_txt=None))
        assert outcome(verdict, "ISSUER_IDENTITY") == ("ERROR", 0)

    def test_the_snapshot_in_the_bundle_must_fit(self) -> None:
        identity = the_ticket().identity
        moved = the_ticket().file(identity=replace(identity, location="other.example"))
        assert outcome(judge(moved), "ISSUER_IDENTITY") == ("INVALID", 1)
        for records in ((), (*identity.records, "v=spf1"), (dns_record(1, ADDRESS),)):
            other = the_ticket().file(identity=replace(identity, records=records))
            assert outcome(judge(other), "ISSUER_IDENTITY") == ("INVALID", 4)
            assert outcome(verify(other), "ISSUER_IDENTITY") == ("INVALID", 4)

    def test_without_a_chain_the_snapshot_says_nothing(self) -> None:
        raw = the_ticket().file(log=None, anchor=None, status=None)
        assert outcome(verify(raw), "ISSUER_IDENTITY") == ("ERROR", 0)

    @pytest.mark.parametrize(
        "issuers",
        [
            "x",
            [],
            [1],
            [{"name": "x"}],
            [{"name": "x", "documentStore": "0x0", "identityProof": {}}],
            [
                {
                    "name": "x",
                    "documentStore": "0x5FbDB2315678afecb367f032d93F642f64180aa3",
                    "identityProof": {"type": "DID", "location": "x"},
                }
            ],
        ],
    )
    def test_a_document_without_one_dns_issuer_is_nobodys(self, issuers: object) -> None:
        wrapped = wrap({**ticket(), "issuers": issuers}, fixed_salts("x"))
        verdict = judge(the_ticket().file(document=wrapped))
        assert outcome(verdict, "ISSUER_IDENTITY") == ("INVALID", 3)
        assert outcome(verdict, "DOCUMENT_STATUS") == ("INVALID", 7)
        assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", 6)


class TestIntegrity:
    def test_a_changed_value_is_found(self) -> None:
        bundle = json.loads(the_ticket().file())
        record = bundle["document"]["data"]["record"]
        record["net_kg"] = record["net_kg"].replace("32480", "42480")
        verdict = judge(canonical_json(bundle))
        assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("INVALID", 0)
        assert outcome(verdict, "RECORD_SEMANTICS") == ("INVALID", 1)

    def test_an_unsalted_value_is_found_though_its_hash_holds(self) -> None:
        data = wrap(ticket(), fixed_salts("x"))["data"]
        wrapped = wrap(ticket(), lambda: "not-a-uuid")
        assert data.keys() == wrapped["data"].keys()
        verdict = judge(the_ticket().file(document=wrapped), audience="bank")
        assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("INVALID", 0)
        assert outcome(verdict, "DISCLOSURE_POLICY") == ("INVALID", 2)

    @pytest.mark.parametrize("hidden", ["name", "type"])
    def test_a_form_of_which_only_a_part_is_visible_is_none(self, hidden: str) -> None:
        document = json.loads(canonical_json(the_ticket().document))
        leaf = document["data"]["$template"].pop(hidden)
        document["privacy"] = {"obfuscatedData": [field_hash(f"$template.{hidden}", leaf)]}
        verdict = judge(the_ticket().file(document=document))
        assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("INVALID", 0)

    def test_a_proof_to_another_root_is_found(self) -> None:
        document = the_ticket().document
        signature = {**document["signature"], "merkleRoot": "00" * 32}
        verdict = judge(the_ticket().file(document={**document, "signature": signature}))
        assert outcome(verdict, "DOCUMENT_INTEGRITY") == ("INVALID", 0)


def log_with(**changed: Any) -> LogPart:
    return replace(the_ticket().log, **changed)


class TestLog:
    @pytest.mark.parametrize(
        ("log", "code"),
        [
            (log_with(index=3), 1),
            (log_with(entry=replace(the_ticket().log.entry, target_hash=word(1))), 1),
            (log_with(entry=replace(the_ticket().log.entry, kind="delivery")), 1),
            (log_with(proof=the_ticket().log.proof[1:]), 2),
            (log_with(entry=replace(the_ticket().log.entry, batch=4)), 2),
            (log_with(head=LogHead(size=10, root=word(1))), 2),
        ],
    )
    def test_entries_and_proofs_that_do_not_fit(self, log: LogPart, code: int) -> None:
        verdict = judge(the_ticket().file(log=replace(log, consistency=None)))
        assert outcome(verdict, "LOG_INCLUSION") == ("INVALID", code)

    def test_a_head_that_was_not_anchored(self) -> None:
        log = log_with(
            head=truck().later_head,
            proof=tuple(truck().log.inclusion_proof(the_ticket().log.index)),
            consistency=None,
        )
        assert outcome(judge(the_ticket().file(log=log)), "LOG_INCLUSION") == ("INVALID", 3)

    def test_an_anchor_that_does_not_hold_anchors_no_head(self) -> None:
        verdict = judge(the_ticket().file(anchor=replace(the_ticket().anchor, log_index=0)))
        assert outcome(verdict, "LOG_INCLUSION") == ("INVALID", 3)

    def test_an_entry_of_another_anchor(self) -> None:
        verdict = judge(the_ticket().file(anchor=replace(the_ticket().anchor, seq=2)))
        assert outcome(verdict, "LOG_INCLUSION") == ("INVALID", 1)

    def test_without_an_anchor_nothing_stands_for_the_log(self) -> None:
        log = log_with(consistency=None)
        verdict = judge(the_ticket().file(log=log, anchor=None, status=None))
        assert outcome(verdict, "LOG_INCLUSION") == ("ERROR", 0)

    def test_a_remembered_head_that_is_shown_again(self) -> None:
        for head in (truck().later_head, the_ticket().log.head):
            verdict = judge(the_ticket().file(), remembered=head)
            assert outcome(verdict, "LOG_CONSISTENCY") == ("VALID", None)
        trust = trusting(head=truck().later_head)
        verdict = judge(the_ticket().file(log=None), trust=trust)
        assert outcome(verdict, "LOG_CONSISTENCY") == ("VALID", None)

    def test_a_remembered_head_without_a_proof_says_nothing(self) -> None:
        verdict = judge(the_ticket().file(), remembered=LogHead(size=2, root=word(1)))
        assert outcome(verdict, "LOG_CONSISTENCY") == ("SKIPPED", 4)

    def test_two_logs_of_one_size_are_a_split_view(self) -> None:
        remembered = LogHead(size=truck().later_head.size, root=word(1))
        verdict = judge(the_ticket().file(), remembered=remembered)
        assert outcome(verdict, "LOG_CONSISTENCY") == ("INVALID", 3)

    def test_a_live_log_that_shrank_went_back(self) -> None:
        chain = reader_of(truck(), head=MadeHead(20, word(1)))
        verdict = judge(the_ticket().file(), chain=chain, remembered=LogHead(size=50, root=word(2)))
        assert outcome(verdict, "LOG_CONSISTENCY") == ("INVALID", 2)

    def test_a_newer_head_must_continue_the_log(self) -> None:
        consistency = the_ticket().log.consistency
        assert consistency is not None
        broken = replace(consistency, proof=consistency.proof[1:])
        for status in (the_ticket().status, None):
            log = log_with(consistency=broken)
            verdict = judge(the_ticket().file(log=log, status=status))
            assert outcome(verdict, "LOG_CONSISTENCY") == ("INVALID", 1)

    def test_a_newer_head_leads_to_the_remembered_one_without_a_state_proof(self) -> None:
        raw = the_ticket().file(status=None)
        verdict = judge(raw, remembered=truck().later_head)
        assert outcome(verdict, "LOG_CONSISTENCY") == ("VALID", None)
        assert outcome(judge(raw), "LOG_CONSISTENCY") == ("SKIPPED", 4)

    def test_a_newer_head_and_the_state_of_one_size_must_agree(self) -> None:
        words = replace(truck().state, head=word(1))
        status = status_part(words, truck().nodes["ticket"])
        verdict = judge(the_ticket().file(status=status))
        assert outcome(verdict, "LOG_CONSISTENCY") == ("INVALID", 3)

    def test_a_newer_head_of_another_size_than_the_state_is_no_contradiction(self) -> None:
        words = replace(truck().state, size=the_ticket().log.head.size + 1, head=word(1))
        status = status_part(words, truck().nodes["ticket"])
        verdict = judge(the_ticket().file(status=status), remembered=truck().later_head)
        assert outcome(verdict, "LOG_CONSISTENCY") == ("VALID", None)

    def test_one_root_of_two_sizes_is_no_continuation(self) -> None:
        remembered = replace(truck().later_head, size=truck().later_head.size + 1)
        verdict = judge(the_ticket().file(), remembered=remembered)
        assert outcome(verdict, "LOG_CONSISTENCY") == ("INVALID", 1)

    def test_from_the_remembered_head_to_a_newer_live_one_no_proof_leads(self) -> None:
        chain = reader_of(truck(), head=MadeHead(60, word(1)))
        verdict = judge(the_ticket().file(), chain=chain, remembered=LogHead(size=50, root=word(2)))
        assert outcome(verdict, "LOG_CONSISTENCY") == ("SKIPPED", 4)
        verdict = judge(the_ticket().file(), chain=chain, remembered=truck().later_head)
        assert outcome(verdict, "LOG_CONSISTENCY") == ("VALID", None)


class TestAnchor:
    def test_blocks_nobody_names_leave_it_open(self) -> None:
        blocks = dict(truck().trust.known_blocks[CHAIN_ID])
        for number in (ANCHOR_BLOCK, STATUS_BLOCK):
            known = {other: digest for other, digest in blocks.items() if other != number}
            verdict = judge(the_ticket().file(), trust=knowing(blocks=known))
            assert outcome(verdict, "CHAIN_ANCHOR") == ("ERROR", 9)
            assert verdict.verdict is Status.ERROR

    def test_blocks_that_are_named_otherwise_contradict(self) -> None:
        trust = knowing(blocks={ANCHOR_BLOCK: word(1), STATUS_BLOCK: word(2)})
        assert outcome(judge(the_ticket().file(), trust=trust), "CHAIN_ANCHOR") == ("INVALID", 1)

    def test_a_header_must_have_its_hash_and_number_and_be_one(self) -> None:
        block = the_ticket().anchor.block
        for spoilt in (
            replace(block, number=8),
            replace(block, hash=word(1)),
            replace(block, header_rlp=b"\x80"),
        ):
            verdict = judge(the_ticket().file(anchor=replace(the_ticket().anchor, block=spoilt)))
            assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", 1)

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"receipt_proof": ()}, 2),
            ({"tx_index": 2}, 2),
            ({"receipt": receipt_bytes([])}, 2),
            ({"log_index": 0}, 3),
            ({"log_index": 2}, 3),
            ({"seq": 4}, 3),
            ({"old_size": 4}, 3),
            ({"new_size": 20}, 3),
            ({"head": word(1)}, 3),
            ({"batch_root": word(1)}, 7),
            ({"address": b"\x01" * 20}, 6),
            ({"chain_id": 5}, 6),
        ],
    )
    def test_every_member_of_the_anchor_is_held_against_the_event(
        self, changed: dict[str, Any], code: int
    ) -> None:
        verdict = judge(the_ticket().file(anchor=replace(the_ticket().anchor, **changed)))
        assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", code)
        assert verdict.verdict is Status.INVALID

    def test_a_failed_transaction_anchors_nothing(self) -> None:
        receipt = receipt_bytes([], status=b"")
        key = b"\x80"
        trie = trie_of({key: receipt})
        block = block_part(ANCHOR_BLOCK, header_rlp(ANCHOR_BLOCK, receipts_root=trie.root_hash))
        anchor = replace(
            the_ticket().anchor,
            tx_index=0,
            block=block,
            receipt=receipt,
            receipt_proof=proof_nodes(trie, key),
        )
        assert outcome(judge(the_ticket().file(anchor=anchor)), "CHAIN_ANCHOR") == ("INVALID", 3)

    def test_a_value_that_is_no_receipt_anchors_nothing(self) -> None:
        trie = trie_of({b"\x80": b"no receipt"})
        block = block_part(ANCHOR_BLOCK, header_rlp(ANCHOR_BLOCK, receipts_root=trie.root_hash))
        anchor = replace(
            the_ticket().anchor,
            tx_index=0,
            block=block,
            receipt=b"no receipt",
            receipt_proof=proof_nodes(trie, b"\x80"),
        )
        assert outcome(judge(the_ticket().file(anchor=anchor)), "CHAIN_ANCHOR") == ("INVALID", 2)


class TestState:
    @pytest.mark.parametrize(
        "spoil", ["account", "storage_hash", "value", "proof", "order", "absent"]
    )
    def test_every_member_of_the_state_is_proven(self, spoil: str) -> None:
        status = the_ticket().status
        first = status.storage[0]
        changed = {
            "account": replace(status, account_proof=status.account_proof[:-1]),
            "storage_hash": replace(status, storage_hash=word(1)),
            "value": replace(
                status, storage=(replace(first, value=first.value + 1), *status.storage[1:])
            ),
            "proof": replace(status, storage=(replace(first, proof=()), *status.storage[1:])),
            "order": replace(status, storage=status.storage[::-1]),
            "absent": replace(status, storage=status.storage[:-1]),
        }[spoil]
        verdict = judge(the_ticket().file(status=changed))
        assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", 5)
        assert outcome(verdict, "DOCUMENT_STATUS") == ("ERROR", 0)

    def test_an_account_that_is_absent_has_no_state(self) -> None:
        trie = trie_of({b"\x01" * 32: b"other"})
        header = header_rlp(STATUS_BLOCK, state_root=trie.root_hash)
        status = replace(
            the_ticket().status,
            block=block_part(STATUS_BLOCK, header),
            account_proof=proof_nodes(trie, b"\x02" * 32),
        )
        assert outcome(judge(the_ticket().file(status=status)), "CHAIN_ANCHOR") == ("INVALID", 5)

    def test_a_header_of_the_state_must_have_its_hash(self) -> None:
        status = the_ticket().status
        changed = replace(status, block=replace(status.block, hash=word(1)))
        assert outcome(judge(the_ticket().file(status=changed)), "CHAIN_ANCHOR") == ("INVALID", 1)

    def test_another_code_than_the_published_is_another_contract(self) -> None:
        verdict = judge(the_ticket().file(), trust=trusting(code_hash=word(1)))
        assert outcome(verdict, "CHAIN_ANCHOR") == ("INVALID", 6)

    def test_a_root_that_was_never_issued(self) -> None:
        nodes = truck().nodes["ticket"]
        status = status_part(replace(truck().state, issued_at={}), nodes)
        trust = knowing(
            blocks={**truck().trust.known_blocks[CHAIN_ID], STATUS_BLOCK: status.block.hash}
        )
        verdict = judge(the_ticket().file(status=status), trust=trust)
        assert outcome(verdict, "DOCUMENT_STATUS") == ("INVALID", 1)

    def test_a_superseded_document_is_revoked_and_names_its_successor(self) -> None:
        target = truck().nodes["ticket"][0]
        spoilt = anchored_truck(
            revoked_at={target: 5}, revoke_reason={target: 4}, superseded_by={target: 0xABC}
        )
        verdict = verify(spoilt.parts["ticket"].file(), trust=spoilt.trust)
        assert outcome(verdict, "DOCUMENT_STATUS") == ("INVALID", 5)
        assert outcome(verdict, "LINEAGE") == ("INVALID", 3)
        reason = verdict.check("DOCUMENT_STATUS").reason
        assert reason is not None
        assert "reason 4" in reason.message


class TestDisclosure:
    @pytest.mark.parametrize("audience", ["plant", "bank"])
    @pytest.mark.parametrize("name", list(anchored_truck().parts))
    def test_a_whole_document_shows_everyone_enough(self, name: str, audience: str) -> None:
        verdict = judge(truck().parts[name].file(), audience=audience)
        assert outcome(verdict, "DISCLOSURE_POLICY") == ("VALID", None)

    def test_hiding_the_person_hides_nothing_mandatory(self) -> None:
        document = redact(the_ticket().document, ["personal"])
        verdict = judge(the_ticket().file(document=document), audience="bank")
        assert verdict.verdict is Status.VALID

    def test_hiding_a_mandatory_field_is_named(self) -> None:
        document = redact(the_ticket().document, ["record.deduction", "record.visit_id"])
        verdict = judge(the_ticket().file(document=document), audience="plant")
        assert outcome(verdict, "DISCLOSURE_POLICY") == ("INVALID", 1)
        reason = verdict.check("DISCLOSURE_POLICY").reason
        assert reason is not None
        assert reason.message == "Hidden: record.deduction."

    @pytest.mark.parametrize("hidden", ["kind", "$template"])
    def test_without_kind_or_template_no_policy_is_known(self, hidden: str) -> None:
        document = redact(the_ticket().document, [hidden])
        verdict = judge(the_ticket().file(document=document), audience="plant")
        assert outcome(verdict, "DISCLOSURE_POLICY") == ("ERROR", 3)

    def test_an_audience_nobody_knows_has_no_policy(self) -> None:
        verdict = judge(the_ticket().file(), audience="press")
        assert outcome(verdict, "DISCLOSURE_POLICY") == ("ERROR", 3)


class TestLineage:
    @staticmethod
    def together(spoilt: Truck | None = None, **files: bytes | None) -> dict[str, Verdict]:
        of = spoilt or truck()
        bundles = {name: parts.file() for name, parts in of.parts.items()}
        bundles |= {name.replace("_", "-"): raw for name, raw in files.items() if raw}
        for name in [name for name, raw in files.items() if raw is None]:
            del bundles[name]
        return verify_together(
            bundles, lambda raw, parents: verify(raw, trust=of.trust, parents=parents)
        )

    def test_a_whole_truck_holds_together(self) -> None:
        verdicts = self.together()
        assert worst(verdicts) is Status.VALID
        assert outcome(verdicts["settlement"], "LINEAGE") == ("VALID", None)
        assert outcome(verdicts["gross"], "LINEAGE") == ("SKIPPED", 4)

    def test_a_missing_parent_leaves_it_open(self) -> None:
        verdicts = self.together(decision=None)
        assert outcome(verdicts["ticket"], "LINEAGE") == ("ERROR", 7)
        assert worst(verdicts) is Status.ERROR

    def test_an_open_parent_leaves_its_children_open(self) -> None:
        verdicts = self.together(proposal=None)
        assert outcome(verdicts["decision"], "LINEAGE") == ("ERROR", 7)
        assert outcome(verdicts["ticket"], "LINEAGE") == ("ERROR", 0)

    def test_a_spoilt_parent_spoils_its_children(self) -> None:
        parts = truck().parts["delivery"]
        raw = parts.file(anchor=replace(parts.anchor, tx_index=2))
        verdicts = self.together(delivery=raw)
        assert outcome(verdicts["receipt"], "LINEAGE") == ("INVALID", 1)
        assert worst(verdicts) is Status.INVALID

    def test_a_withdrawn_document_withdraws_what_rests_on_it(self) -> None:
        target = truck().nodes["delivery"][0]
        verdicts = self.together(anchored_truck(revoked_at={target: 5}))
        assert outcome(verdicts["delivery"], "DOCUMENT_STATUS") == ("INVALID", 5)
        for name in ("receipt", "settlement", "carbon"):
            assert outcome(verdicts[name], "DOCUMENT_STATUS") == ("VALID", None)
            assert outcome(verdicts[name], "LINEAGE") == ("INVALID", 2)
        assert verdicts["ticket"].verdict is Status.VALID

    def test_a_circle_of_damaged_files_ends(self) -> None:
        document = the_ticket().document
        own = document["signature"]["targetHash"]
        data = {**ticket(), "links": {"parents": {"gross": own}}}
        circle = {**wrap(data, fixed_salts("x")), "signature": document["signature"]}
        verdicts = verify_together(
            {"circle": the_ticket().file(document=circle), "garbage": b"x"},
            lambda raw, parents: verify(raw, trust=truck().trust, parents=parents),
        )
        assert outcome(verdicts["circle"], "LINEAGE") == ("ERROR", 7)
        assert verdicts["garbage"].verdict is Status.INVALID

    def test_nothing_together_is_not_valid(self) -> None:
        assert worst({}) is Status.ERROR


def test_the_required_families_are_the_three_of_open_attestation_the_log_and_the_anchor() -> None:
    assert [family.type for family in REQUIRED] == [
        "DOCUMENT_INTEGRITY",
        "DOCUMENT_STATUS",
        "ISSUER_IDENTITY",
        "LOG_INCLUSION",
        "CHAIN_ANCHOR",
    ]


def test_the_codes_never_change() -> None:
    codes = {f"{family.type}.{code}": name for family in ALL for code, name in family.codes.items()}
    assert codes["CHAIN_ANCHOR.9"] == "HEADER_HASH_UNKNOWN"
    assert codes["LINEAGE.2"] == "PARENT_REVOKED"
    assert codes["RECORD_SEMANTICS.6"] == "FACTOR_VERSION_UNKNOWN"
    assert codes["DOCUMENT_STATUS.5"] == "DOCUMENT_REVOKED"
    assert len(codes) == 3 + 12 + 7 + 8 + 6 + 11 + 6 + 8 + 9
